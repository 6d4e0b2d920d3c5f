"""The ways in which a key reaches us: RFC 4733 with losses, SIP INFO, tones in the audio."""
import pytest

from menu import NUMBER, answered_call
from rtp_audio import dtmf


def test_a_key_counts_once_although_its_end_packets_are_lost(server, carrier):
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("7", lost_ends=3)
    call.audio.wait_for_silence(10)
    call.hang_up()
    row = server.ended_call(call)
    assert [e["detail"]["digit"] for e in server.events(row["sid"]) if e["kind"] == "digit"] == ["7"]


@pytest.mark.parametrize("kind", ["application/dtmf-relay", "application/dtmf"])
def test_a_key_by_sip_info_rings_the_phone(server, phone, carrier, kind):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    assert call.press_info("1", kind) == 200
    answered_call(ringing)
    call.hang_up()


def test_a_key_as_tones_rings_the_phone_when_no_telephone_event_was_offered(server, phone, carrier):
    ringing = phone()
    carrier.telephone_event = False
    call = carrier.call(server.sip, NUMBER).wait_answered()
    assert "telephone-event" not in call.sdp
    call.audio.say(dtmf("1", 0.15))
    answered_call(ringing)
    call.hang_up()
