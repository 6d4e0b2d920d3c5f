"""What scenarios share: a server with the three communities, phones and carriers that are gone when the test ends.

A file may say DOCUMENTS = {code: TwiML} for communities with an operator's own document, and SERVER = {...} for what
else Skyn3t() shall be made with."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from processes import children_of  # noqa: E402
from sip_peer import SipPeer  # noqa: E402
from skyn3t import Skyn3t  # noqa: E402

CARRIER = "127.0.0.2"  # the address that the server's configuration names as its trunk


@pytest.fixture(scope="module")
def server(request):
    """One server for the scenarios of a file. At the end no call may be left, and it must drain and exit cleanly."""
    running = Skyn3t(**getattr(request.module, "SERVER", {}))
    try:
        running.start().apply_documents(getattr(request.module, "DOCUMENTS", {}))
        yield running
        running.wait_metrics({"calls": 0, "media_streams": 0}, 15)
        workers = children_of(running.process.pid)
        running.stop()
        assert [p for p in workers if os.path.exists(f"/proc/{p}")] == [], "the server left processes behind"
    except BaseException:
        print(running.log())
        raise
    finally:
        running.close()


@pytest.fixture
def peers():
    """Makes SipPeers and closes them at the end, with a BYE or CANCEL for whatever still goes on."""
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

    def make(code="OFICINA_PRINCIPAL", role="office", transport="udp", on_invite=None):
        user, password = server.credentials(code)[role]
        peer = peers(transport=transport)
        peer.on_invite = on_invite or peer.on_invite
        address = server.sip if transport == "udp" else server.sip_tcp
        reply = peer.register(address, user, password, server.domain)
        assert reply.status == 200, str(reply)
        registered.append((peer, address, user, password))
        return peer
    yield make
    for peer, address, user, password in registered:
        if not peer.closed:
            peer.register(address, user, password, server.domain, expires=0)
