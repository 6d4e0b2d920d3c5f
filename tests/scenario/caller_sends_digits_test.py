"""The ways in which a key reaches us, and whom we are joined with: RFC 4733 with losses, SIP INFO, tones in the audio."""
import numpy as np
import pytest

from menu import NUMBER, answered_call
from rtp_audio import RATE, dtmf, tone_share


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


# ---- in a conversation: any form in, the form that the other side agreed to out

def joined(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    other = answered_call(ringing)
    call.audio.hum(440)
    other.audio.wait_for_tone(440)
    call.audio.hum(None)
    return call, other


def hears_tones(audio, low, high):
    """Both tones of a key, in some tenth of a second."""
    def found():
        heard = audio.heard()[-2 * RATE:]
        return any(tone_share(part, low) > 0.3 and tone_share(part, high) > 0.3
                   for part in np.array_split(heard, max(1, len(heard) // 400)))
    audio.wait_for(found, 5, f"a key of {low} and {high} Hz")


def test_a_key_by_info_reaches_the_other_side_as_an_event(server, phone, carrier):
    call, other = joined(server, phone, carrier)
    assert call.press_info("5") == 200 and call.press_info("#", "application/dtmf") == 200
    other.audio.wait_for(lambda: other.audio.digits() == "5#", 5, "5#")
    assert other.infos == []
    call.hang_up()


@pytest.mark.parametrize("how", ["event", "info"])
def test_a_key_reaches_a_phone_without_events_by_info(server, phone, carrier, how):
    def without_events(call):
        call.peer.telephone_event = False
        call.answer()
    call, other = joined(server, lambda: phone(on_invite=without_events), carrier)
    if how == "event":
        call.audio.press("5")
    else:
        assert call.press_info("5") == 200
    other.peer.wait(lambda: other.infos, 5, "INFO")
    assert [i.body.split()[0] for i in other.infos] == ["Signal=5"]
    assert other.infos[0].get("Content-Type") == "application/dtmf-relay"
    call.hang_up()


@pytest.mark.parametrize("how", ["event", "info"])
def test_a_key_reaches_a_phone_with_neither_as_a_tone(server, phone, carrier, how):
    def with_neither(call):
        call.peer.telephone_event, call.peer.allow = False, "INVITE, ACK, CANCEL, BYE"
        call.answer()
    call, other = joined(server, lambda: phone(on_invite=with_neither), carrier)
    if how == "event":
        call.audio.press("5")
    else:
        assert call.press_info("5") == 200
    hears_tones(other.audio, 770, 1336)
    assert other.infos == []
    call.hang_up()


def test_a_key_as_tones_reaches_a_phone_with_events_as_one(server, phone, carrier):
    carrier.telephone_event = False
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.say(dtmf("1", 0.15))
    other = answered_call(ringing)
    call.audio.hum(440)
    other.audio.wait_for_tone(440)
    call.audio.hum(None)
    call.audio.say(dtmf("8", 0.15))
    other.audio.wait_for(lambda: other.audio.digits() == "8", 5, "8")
    call.hang_up()
