"""No key, wrong keys, a late key, a wrong number."""
from menu import GREETING, NUMBER, answered_call, speaks
from skyn3t import COMMUNITIES


def test_a_key_after_the_greeting_counts_as_well(server, phone, carrier):
    ringing = phone(role="security")
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.wait_for_silence(25, seconds=1.5)
    call.audio.press("2")
    answered_call(ringing)
    call.hang_up()


def test_no_key_is_asked_for_once_more_then_told_so_and_released(server, carrier):
    call = carrier.call(server.sip, NUMBER).wait_answered()
    assert call.wait_ended(80) == "them"
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "no_selection")
    assert server.said(row["sid"]) == [GREETING, GREETING, "No se detectó ninguna selección. Adiós."]


def test_three_wrong_keys_are_told_so_and_released(server, carrier):
    call = carrier.call(server.sip, NUMBER).wait_answered()
    mark = 0
    for attempt in (1, 2, 3):
        speaks(call, mark)
        call.audio.press("9")
        if attempt < 3:
            call.audio.wait_for_silence(seconds=0.7)  # what follows the sentence, before the menu is spoken again
            mark = len(call.audio.heard())
    assert call.wait_ended(15) == "them"
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "too_many_wrong_keys")
    assert server.said(row["sid"]) == [GREETING, "Opción no válida."] * 3 + ["Adiós."]


def test_a_wrong_key_and_then_a_right_one_rings_the_phone(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("9")
    call.audio.press("1")
    answered_call(ringing)
    call.hang_up()
    assert "Opción no válida." in server.said(server.ended_call(call)["sid"])


def test_a_number_that_nobody_owns_is_404_and_a_row_of_no_community(server, carrier):
    call = carrier.call(server.sip, "+56225550000")
    assert call.wait_final() == 404
    row = server.ended_call(call)
    assert (row["status"], row["to"], row["skyn3t"]["end_reason"], row["skyn3t"]["sip_code"]) == (
        "failed", "+56225550000", "unknown_number", 404)
    assert row["skyn3t"]["community_code"] is None
    assert row["sid"] not in [c["sid"] for code in COMMUNITIES for c in server.calls(CommunityCode=code)]
    reason = "El número llamado no es de ninguna comunidad."
    shown = next(l for l in server.cli("calls", "--failed").stdout.splitlines() if row["sid"] in l)
    assert "  —  " in shown and reason in shown
    assert reason in server.cli("call", row["sid"]).stdout
