"""A phone puts the caller on hold and comes back, in the ways that phones do it (RFC 3264 section 8.4)."""
import time

import pytest

from rtp_audio import RtpAudio
from softphones import Baresip

SERVER = {"media_extra": ", rtp_timeout: 2, hold_timeout: 5"}
DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"}


@pytest.fixture
def conversation(server, phone, carrier):
    """(caller's call, phone's call), joined and humming 440 and 880 Hz."""
    ringing = phone("PLAZA_NORTE")
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 10, "the phone rings")
    ringing.wait(lambda: other.acked, 5, "ACK")
    call.audio.hum(440)
    other.audio.hum(880)
    other.audio.wait_for_tone(440)
    call.audio.wait_for_tone(880)
    yield call, other
    call.hang_up()
    other.wait_ended()


def direction(reply):
    lines = [l[2:] for l in reply.body.splitlines()]
    return next((l for l in lines if l in ("sendrecv", "sendonly", "recvonly", "inactive")), "sendrecv")


def nothing_arrives(call, seconds=0.3):
    """Until so long no packet came; the pause itself is what is waited for."""
    def still():
        return call.audio.packets and call.audio.packets[-1].arrived + seconds < time.monotonic()
    call.audio.wait_for(still, 5, "no more packets")


@pytest.mark.parametrize("how, answered", [({"direction": "sendonly"}, "recvonly"), ({"direction": "inactive"}, "inactive"),
                                           ({"address": "0.0.0.0"}, "sendrecv")])
def test_hold_stops_the_audio_to_the_phone_and_resume_brings_it_back(conversation, how, answered):
    call, other = conversation
    reply = other.reinvite(other.offer(**how))
    assert reply.status == 200 and direction(reply) == answered
    nothing_arrives(other)
    reply = other.reinvite(other.offer())
    assert reply.status == 200 and direction(reply) == "sendrecv"
    other.audio.wait_for_tone(440)
    call.audio.wait_for_tone(880)


def test_the_answers_to_hold_and_resume_count_their_version_up(conversation):
    _, other = conversation
    versions = []
    for how in ({"direction": "sendonly"}, {}):
        body = other.reinvite(other.offer(**how)).body
        versions.append(int(next(l for l in body.splitlines() if l.startswith("o=")).split()[2]))
    assert versions[1] == versions[0] + 1


def test_a_reinvite_that_changes_nothing_changes_nothing(conversation):
    call, other = conversation
    assert other.reinvite(other.offer()).status == 200
    other.audio.wait_for_tone(440)
    call.audio.wait_for_tone(880)


def test_a_reinvite_to_a_new_port_moves_the_audio_there(conversation):
    call, other = conversation
    before, other.audio = other.audio, RtpAudio()
    before.close()
    reply = other.reinvite(other.offer())
    assert reply.status == 200
    other.take_sdp(reply.body)
    other.audio.hum(880)
    other.audio.wait_for_tone(440)
    call.audio.wait_for_tone(880)


def test_a_reinvite_without_a_codec_of_ours_is_488_and_the_call_goes_on(conversation):
    call, other = conversation
    assert other.reinvite(other.offer(codecs=(18,))).status == 488
    other.audio.wait_for_tone(440)
    call.audio.wait_for_tone(880)


def test_a_phone_that_holds_may_be_silent_and_is_ended_only_after_the_time_for_that(conversation, server):
    """Its music on hold is none: no RTP at all. Two seconds of that end a conversation here, and five a hold."""
    call, other = conversation
    other.audio.close()
    assert other.reinvite(other.offer(direction="sendonly")).status == 200
    assert call.wait_ended(15) == "them"
    child, = server.children(server.ended_call(call))
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "held_too_long")
    assert child["skyn3t"]["end_reason_es"] == "Quedó en espera demasiado tiempo, sin dar señales."
    assert int(child["duration"]) >= 5


def test_baresip_holds_and_resumes(server, carrier):
    """Its re-INVITEs are another program's. It counts what it gets: nothing of what is said meanwhile."""
    softphone = Baresip(server.sip, *server.credentials("PLAZA_NORTE")["office"], server.domain, hum=880)
    try:
        softphone.wait_registered()
        call = carrier.call(server.sip, "+56223456789").wait_answered()
        call.audio.hum(440)
        softphone.wait_heard(440)
        call.audio.wait_for_tone(880)
        softphone.hold()
        nothing_arrives(call)
        heard, got = len(call.audio.packets), softphone.received()
        call.audio.wait_sent(50)
        assert (len(call.audio.packets), softphone.received()) == (heard, got)
        softphone.resume()
        call.audio.wait_for(lambda: len(call.audio.packets) > heard + 25, 5, "packets of the phone again")
        call.audio.wait_for_tone(880)
        server.wait_until(lambda: softphone.received() > got + 25, 5, "packets of the caller again")
        softphone.hang_up()
        assert call.wait_ended(5) == "them"
        child, = server.children(server.ended_call(call))
        assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "callee_hung_up")
    finally:
        softphone.close()
