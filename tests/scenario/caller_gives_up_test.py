"""The caller hangs up before anybody answered, at every moment of the ringing."""
import threading

import pytest

from sip_peer import response

NUMBER = "+56223456789"
DOCUMENTS = {  # rings at once; the caller's own 200 comes only with the phone's
    "PLAZA_NORTE": """<Response><Dial timeout="8" answerOnBridge="true">
<Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>""",
    "LAS_FLORES": """<Response><Dial timeout="8"><Sip>sip:+56234567890-office@skyn3t.test</Sip></Dial></Response>"""}


def canceled(server, call):
    assert call.wait_final() == 487
    parent = server.ended_call(call)
    assert (parent["status"], parent["skyn3t"]["end_reason"], parent["skyn3t"]["sip_code"]) == (
        "canceled", "caller_hung_up", 487)
    return parent


def test_cancel_while_the_phone_rings_reaches_the_phone(server, phone, carrier):
    ringing = phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, NUMBER)
    call.wait_ringing()
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 5, "the phone rings")
    call.hang_up()
    assert other.wait_ended() == "cancel"
    child, = server.children(canceled(server, call))
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("canceled", "caller_hung_up")


def test_cancel_right_behind_the_invite_leaves_nothing_ringing(server, phone, carrier):
    ringing = phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, NUMBER)
    call.hang_up()
    canceled(server, call)
    for other in list(ringing.calls.values()):
        assert other.wait_ended() == "cancel"


def test_cancel_before_the_phone_said_anything_waits_for_its_first_response(server, phone, carrier):
    """RFC 3261 section 9.1: no CANCEL may go out before a provisional response came."""
    ringing = phone("PLAZA_NORTE", on_invite=lambda call: None)
    call = carrier.call(server.sip, NUMBER)
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 5, "the phone's INVITE")
    call.hang_up()
    canceled(server, call)
    assert not any(b"CANCEL sip:" in data for way, data in ringing.log if way == "<-")
    other.ring()
    assert other.wait_ended() == "cancel"


def test_cancel_that_crosses_the_phone_s_answer_ends_that_answer_with_ack_and_bye(server, phone, carrier):
    """The phone picks up at the very moment of the CANCEL: its 200 wins there, and must not be left talking alone."""
    ringing = phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, NUMBER)
    call.wait_ringing()
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 5, "the phone rings")

    def answer_on_cancel(m, usual=other._request):
        if m.method != "CANCEL":
            return usual(m)
        other.answer()
        other.peer.send(response(m, "200 OK", other.local_tag), other.remote)
    other._request = answer_on_cancel
    call.hang_up()
    canceled(server, call)
    ringing.wait(lambda: other.acked, 5, "ACK of the late 200")
    assert other.wait_ended() == "them"


@pytest.mark.parametrize("delay_ms", [0, 1, 2, 4, 8, 15, 30])
def test_cancel_and_the_phone_s_answer_at_the_same_moment_leave_both_sides_free(server, phone, carrier, delay_ms):
    """Whoever wins the race: the caller ends with 487, or with a 200 that it hangs up; the phone is never left alone."""
    call, started = None, threading.Event()

    def answer_as_the_caller_cancels(other):
        other.ring()
        started.set()
        threading.Event().wait(delay_ms / 1000)  # not a wait for anything: it moves the two moments against each other
        other.answer()
    ringing = phone("PLAZA_NORTE", on_invite=answer_as_the_caller_cancels)
    call = carrier.call(server.sip, NUMBER)
    assert started.wait(5)
    call.wait_ringing()
    call.cancel()
    if call.wait_final() == 200:
        call.hang_up()
    other = next(iter(ringing.calls.values()))
    assert other.wait_ended() in ("cancel", "them")
    assert server.ended_call(call)["status"] in ("canceled", "completed")


def test_bye_while_the_phone_rings_cancels_it(server, phone, carrier):
    ringing = phone("LAS_FLORES", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, "+56234567890").wait_answered()
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 5, "the phone rings")
    call.hang_up()
    assert other.wait_ended() == "cancel"
    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("canceled", "caller_hung_up")


def test_bye_during_the_greeting_ends_the_call(server, carrier):
    call = carrier.call(server.sip, "+56229145248").wait_answered()
    call.hang_up()
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")


def test_a_bye_that_comes_twice_is_answered_twice(server, carrier):
    """The first answer was lost on its way."""
    call = carrier.call(server.sip, "+56229145248").wait_answered()
    key = call.in_dialog("BYE")
    carrier.wait(lambda: carrier.replies.get(key), 4, "answer to BYE")
    again = next(data for way, data in reversed(carrier.log) if way == "->" and data.startswith(b"BYE"))
    carrier.send(again, server.sip)
    carrier.wait(lambda: len(carrier.replies[key]) == 2, 4, "the answer once more")
    assert [r.status for r in carrier.replies[key]] == [200, 200]
    call.ended_by = "us"
