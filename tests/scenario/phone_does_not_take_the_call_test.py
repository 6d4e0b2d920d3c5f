"""The menu rings a phone that is absent, busy, unwilling or silent: the caller hears so, the log says which it was."""
import pytest

OFFICE = "+56229145248"
SORRY = {"busy": "No se pudo completar la conexión: la línea está ocupada. Adiós.",
         "no-answer": "No se pudo completar la conexión: nadie contesta. Adiós.",
         "failed": "No se pudo completar la conexión: el teléfono no está disponible. Adiós."}
# The made documents ring for 30 s; this one shows the same in 2 s.
DOCUMENTS = {"PLAZA_NORTE": """<Response><Dial timeout="2" action="/twiml/PLAZA_NORTE/route">
<Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"""}


def refused(status):
    return lambda call: (call.ring(), call.refuse(status))


@pytest.mark.parametrize("status, child_status, reason", [
    (486, "busy", "busy"), (600, "busy", "busy"), (603, "busy", "declined"), (488, "failed", "no_common_codec"),
    (480, "no-answer", "no_answer"), (500, "failed", "refused")])
def test_a_refusal_is_told_to_the_caller_and_named_in_the_log(server, phone, carrier, status, child_status, reason):
    phone("PLAZA_NORTE", on_invite=refused(status))
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    assert call.wait_ended(15) == "them"
    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"], child["skyn3t"]["sip_code"]) == (child_status, reason, status)
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", reason)
    assert child["duration"] in ("0", None) and server.said(parent["sid"]) == [SORRY[child_status]]


def test_a_phone_that_is_not_registered_is_told_so_at_once(server, carrier):
    call = carrier.call(server.sip, OFFICE).wait_answered()
    call.audio.press("1")
    assert call.wait_ended(15) == "them"
    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("failed", "not_registered")
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", "not_registered")
    assert parent["skyn3t"]["error_code"] == child["skyn3t"]["error_code"] == 32009
    assert server.said(parent["sid"])[-1] == SORRY["failed"]


def test_a_phone_that_does_not_answer_is_canceled_when_the_time_is_over(server, phone, carrier):
    ringing = phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    assert call.wait_ended(15) == "them"
    assert next(iter(ringing.calls.values())).ended_by == "cancel"
    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("no-answer", "no_answer")
    assert (parent["status"], parent["skyn3t"]["end_reason"]) == ("completed", "no_answer")
    assert server.said(parent["sid"]) == [SORRY["no-answer"]]


def test_a_phone_that_is_dead_behind_its_binding_counts_as_no_answer(server, phone, carrier):
    """Powered off without unregistering: nothing answers the INVITE, not even 100."""
    dead = phone("PLAZA_NORTE")
    dead.close()
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    assert call.wait_ended(15) == "them"
    child, = server.children(server.ended_call(call))
    assert (child["status"], child["skyn3t"]["end_reason"]) == ("no-answer", "unreachable")


def test_the_caller_hears_ringing_while_the_phone_rings(server, phone, carrier):
    phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    call.audio.wait_for_tone(400)  # Chile's ringback tone
    call.hang_up()


def test_two_phones_of_one_user_ring_and_the_first_to_answer_gets_the_call(server, phone, carrier):
    slow = phone("PLAZA_NORTE", on_invite=lambda call: call.ring())
    quick = phone("PLAZA_NORTE", on_invite=lambda call: (call.ring(), slow.wait(lambda: slow.calls, 5, "both ring"),
                                                         call.answer()))
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    won = quick.wait(lambda: next(iter(quick.calls.values()), None), 5, "ringing")
    quick.wait(lambda: won.acked, 5, "ACK")
    lost = next(iter(slow.calls.values()))
    assert lost.wait_ended() == "cancel"
    call.hang_up()
    assert won.wait_ended() == "them"
