"""What scenarios share: a server with the three communities, phones and carriers that are gone when the test ends."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from sip_peer import SipPeer  # noqa: E402
from skyn3t import Skyn3t  # noqa: E402

CARRIER = "127.0.0.2"  # the address that the server's configuration names as its trunk


@pytest.fixture(scope="module")
def server():
    """One server for the scenarios of a file. It must drain and exit cleanly at the end."""
    running = Skyn3t()
    try:
        running.start().apply()
        yield running
    except BaseException:
        print(running.log())
        raise
    finally:
        running.close()


@pytest.fixture
def peers():
    """Makes SipPeers and closes them at the end."""
    made = []

    def make(*args, **kwargs):
        made.append(SipPeer(*args, **kwargs))
        return made[-1]
    yield make
    for peer in made:
        peer.close()


@pytest.fixture
def carrier(peers):
    return peers(CARRIER)


@pytest.fixture
def phone(server, peers):
    """phone(code, role) is a registered phone of that community; it is unregistered at the end."""
    registered = []

    def make(code="OFICINA_PRINCIPAL", role="office", transport="udp"):
        user, password = server.credentials(code)[role]
        peer = peers(transport=transport)
        address = server.sip if transport == "udp" else server.sip_tcp
        reply = peer.register(address, user, password, server.domain)
        assert reply.status == 200, str(reply)
        registered.append((peer, address, user, password))
        return peer
    yield make
    for peer, address, user, password in registered:
        if not peer.closed:
            peer.register(address, user, password, server.domain, expires=0)
