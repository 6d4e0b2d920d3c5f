"""baresip and linphone as a community's phones: they register over UDP and TCP, answer by themselves and talk."""
import numpy as np
import pytest

from softphones import Baresip, Linphone

NUMBER = "+56223456789"
DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial timeout='10'><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"}
KINDS = [(Baresip, "udp"), (Baresip, "tcp"), (Linphone, "udp"), (Linphone, "tcp")]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind[0].__name__}-{kind[1]}".lower())
def softphone(server, request):
    kind, transport = request.param
    phone = kind(server.sip if transport == "udp" else server.sip_tcp, *server.credentials("PLAZA_NORTE")["office"],
                 server.domain, transport)
    try:
        server.wait_until(lambda: registrations(server), 15, "the softphone registers")
        yield phone
    finally:
        phone.close()
        server.wait_until(lambda: not registrations(server) or phone.program.process.returncode != 0, 5, "it is gone")


def registrations(server):
    return server.api("/v1/Registrations")["registrations"]


@pytest.fixture
def conversation(server, carrier, softphone):
    """A call that the softphone answered, with what came in at each end found at the other."""
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.hum(440)
    call.audio.wait_for_tone(880, 10)
    softphone.wait_heard(440)
    return call


def test_a_softphone_answers_and_talks_until_the_caller_hangs_up(server, conversation):
    conversation.hang_up()
    parent = server.ended_call(conversation)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")
    assert child["skyn3t"]["media"]["packets_received"] > 5


def test_the_caller_is_released_in_silence_when_the_softphone_hangs_up(server, softphone, conversation):
    conversation.audio.hum(None)
    heard = len(conversation.audio.heard())
    softphone.hang_up()
    assert conversation.wait_ended(5) == "them"
    parent = server.ended_call(conversation)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "callee_hung_up")
    assert server.said(parent["sid"]) == [] and np.any(conversation.audio.heard()[:heard])
