"""Kamailio as an edge: phones and the carrier reach the server through it alone (Path, Record-Route, TCP to UDP)."""
import pytest

from kamailio import Kamailio
from menu import talk

NUMBER = "+56223456789"
SERVER = {"edges": ["127.0.0.3"]}
DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial timeout='10'><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"}


@pytest.fixture(scope="module")
def edge(server):
    proxy = Kamailio(server.sip)
    try:
        yield proxy.start()
    finally:
        proxy.close()


@pytest.fixture
def edge_phone(server, peers, edge):
    """edge_phone(transport): PLAZA_NORTE's office phone, registered through the edge."""
    user, password = server.credentials("PLAZA_NORTE")["office"]
    registered = []

    def make(transport="udp"):
        phone = peers(transport=transport)
        reply = phone.register(edge.address, user, password, server.domain)
        assert reply.status == 200, str(reply)
        registered.append(phone)
        return phone
    yield make
    for phone in registered:
        if not phone.closed:
            phone.register(edge.address, user, password, server.domain, expires=0)


def conversation(edge, phone, carrier, transport="udp"):
    call = carrier.call(edge.address, NUMBER).wait_answered()
    other = phone.wait(lambda: next(iter(phone.calls.values()), None), 10, "the phone rings")
    phone.wait(lambda: other.acked, 5, "ACK")
    talk(call, other)
    return call, other


@pytest.mark.parametrize("phone_by", ["udp", "tcp"])
@pytest.mark.parametrize("ends", ["caller", "phone"])
def test_a_carrier_reaches_a_phone_through_the_edge_and_either_hangs_up(server, edge, edge_phone, carrier, phone_by, ends):
    phone = edge_phone(phone_by)
    call, other = conversation(edge, phone, carrier)
    assert any(f"{edge.address[0]}:{edge.address[1]}" in r for r in other.route), "no Record-Route of the edge"
    ender, ended = (call, other) if ends == "caller" else (other, call)
    ender.hang_up()
    assert ended.wait_ended(5) == "them"
    assert server.ended_call(call)["status"] == "completed"


def test_the_list_of_registrations_shows_the_phone_s_own_address_not_the_edge_s(server, edge, edge_phone):
    phone = edge_phone("tcp")
    binding, = server.api("/v1/Registrations")["registrations"]
    assert binding["flow"] == f"tcp:127.0.0.1:{phone.port}"


def test_the_edge_restarted_in_mid_call_does_not_end_it_and_bye_still_gets_through(server, edge, edge_phone, carrier):
    phone = edge_phone()
    for ender in ("caller", "phone"):
        call, other = conversation(edge, phone, carrier)
        edge.restart()
        talk(call, other)
        one, another = (call, other) if ender == "caller" else (other, call)
        one.hang_up()
        assert another.wait_ended(5) == "them"
        assert server.ended_call(call)["status"] == "completed"
        phone.calls.clear()


def test_a_caller_that_gives_up_cancels_the_phone_through_the_edge(server, edge, edge_phone, carrier):
    phone = edge_phone()
    phone.on_invite = lambda call: call.ring()
    call = carrier.call(edge.address, NUMBER).wait_answered()
    other = phone.wait(lambda: next(iter(phone.calls.values()), None), 10, "the phone rings")
    call.hang_up()
    assert other.wait_ended() == "cancel"


def test_a_stranger_behind_the_edge_is_not_taken_for_the_carrier(server, edge, peers):
    call = peers().call(edge.address, NUMBER)
    assert call.wait_final() == 401


def test_a_stranger_beside_the_edge_who_writes_the_carrier_s_address_into_via_is_challenged(server, peers):
    """Only our own proxies are believed about who sent a request to them."""
    stranger = peers()
    via = stranger.via
    stranger.via = lambda: f"{via()}, SIP/2.0/UDP 127.0.0.2:5060;branch=z9hG4bKforged;received=127.0.0.2"
    assert stranger.call(server.sip, NUMBER).wait_final() == 401
