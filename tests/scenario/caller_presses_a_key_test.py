"""The main path: a carrier calls a community's number, hears the menu and presses a key."""
import numpy as np
import pytest

from menu import GREETING, NUMBER, answered_call, speaks, talk

ROLES = [("1", "office", "oficina de administración"), ("2", "security", "conserjería")]


@pytest.mark.parametrize("digit, role, label", ROLES)
def test_a_key_during_the_greeting_rings_its_phone_and_audio_flows_both_ways(server, phone, carrier, digit, role, label):
    ringing = phone(role=role, on_invite=lambda call: (call.ring(), call.answer()))
    call = carrier.call(server.sip, NUMBER).wait_answered()
    speaks(call)
    call.audio.press(digit)
    other = answered_call(ringing)
    talk(call, other)
    call.hang_up()
    assert other.wait_ended() == "them"

    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")
    assert child["to"] == f"sip:{NUMBER}-{role}@{server.domain}" and child["from"] == parent["from"] == "+56987654321"
    assert int(parent["duration"]) >= int(child["duration"]) >= 1
    assert child["skyn3t"]["sip_code"] == 200 and child["skyn3t"]["error_code"] is None
    assert child["skyn3t"]["media"]["packets_received"] > 10
    assert server.said(parent["sid"]) == [GREETING, f"Conectando con {label}."]


def test_the_phone_sees_who_calls_for_which_community_and_the_call_s_sid(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    invite = answered_call(ringing).incoming
    assert invite.get("From").startswith(f'"Oficina Principal" <sip:+56987654321@{server.domain}>')
    assert f"<sip:{NUMBER}-office@{server.domain}>" in invite.get("To")
    assert invite.get("Call-ID") != call.call_id and invite.get("Route") is None
    call.hang_up()
    assert invite.get("X-Twilio-CallSid") == server.ended_call(call)["sid"]


def test_when_the_phone_hangs_up_the_caller_hears_nothing_more_and_is_released(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    other = answered_call(ringing)
    talk(call, other)
    other.audio.hum(None)
    call.audio.wait_for_silence(seconds=0.2)
    heard = len(call.audio.heard())
    other.hang_up()
    assert call.wait_ended(3) == "them"
    assert np.max(np.abs(call.audio.heard()[heard:]), initial=0) < 500, "something was said after the phone hung up"

    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", "callee_hung_up")
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("completed", "callee_hung_up")
    assert server.said(parent["sid"])[-1] == "Conectando con oficina de administración."


def test_an_invite_without_an_offer_gets_one_and_the_ack_s_answer_is_used(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER, offer=False).wait_answered()
    assert "m=audio" in call.sdp
    speaks(call)
    call.audio.press("1")
    talk(call, answered_call(ringing))
    call.hang_up()


@pytest.mark.parametrize("caller, called", [((8,), (8,)), ((0,), (8,)), ((8,), (0,))])
def test_audio_passes_whichever_g711_either_side_has(server, phone, carrier, caller, called):
    ringing = phone(on_invite=lambda call: call.answer(codecs=called))
    carrier.codecs = caller
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    talk(call, answered_call(ringing))
    call.hang_up()
