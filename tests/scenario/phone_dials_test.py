"""A phone places a call itself: to another of its own community, to its own menu. Anything else is not built yet, and the
caller hears so, never silence."""
import threading

import numpy as np
import pytest

from menu import NUMBER, answered_call, speaks, talk

EMERGENCY = ("Este teléfono todavía no puede llamar a números de emergencia. Use otro teléfono. Para Carabineros, marque 1 3 3. "
             "Para ambulancia, marque 1 3 1. Para Bomberos, marque 1 3 2.")
SENTENCE = "Las llamadas desde este teléfono todavía no están disponibles. Adiós."


@pytest.mark.parametrize("dialled", ["+56922223333", "922223333", "133", "204", "*97", "+56223456789", "+56223456789-office"])
def test_a_phone_that_dials_hears_that_it_can_not_yet(server, phone, dialled):
    caller = phone(role="security")
    user, password = server.credentials("OFICINA_PRINCIPAL")["security"]
    call = caller.call(server.sip, dialled, server.domain, (user, password), caller=user).wait_answered()
    assert call.wait_ended(60) == "them"
    assert np.max(np.abs(call.audio.heard())) > 1000, "silence"
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("failed", "phone_may_not_call")
    assert row["sid"] in server.cli("calls", "--failed").stdout
    assert row["from"] == f"sip:{user}@{server.domain}"
    assert row["skyn3t"]["community_code"] == "OFICINA_PRINCIPAL"
    assert server.said(row["sid"]) == [EMERGENCY if dialled == "133" else SENTENCE] and server.calls(ParentCallSid=row["sid"]) == []


def dial(server, phone, dialled):
    caller = phone(role="security")
    user, password = server.credentials("OFICINA_PRINCIPAL")["security"]
    return caller.call(server.sip, dialled, server.domain, (user, password), caller=user)


def test_a_phone_rings_another_of_its_own_community(server, phone):
    office = phone(role="office")
    call = dial(server, phone, f"{NUMBER}-office").wait_answered()
    talk(call, answered_call(office))
    call.hang_up()
    row = server.ended_call(call)
    child, = server.children(row)
    assert (row["status"], child["status"], child["to"]) == ("completed", "completed", f"sip:{NUMBER}-office@{server.domain}")
    assert server.said(row["sid"]) == []


@pytest.mark.parametrize("status, told", [(486, 486), (603, 486), (480, 480)])
def test_what_the_other_phone_says_is_what_the_caller_gets(server, phone, status, told):
    phone(role="office", on_invite=lambda call: call.refuse(status))
    assert dial(server, phone, f"{NUMBER}-office").wait_final(20) == told


def test_a_phone_of_its_community_that_is_off_is_said_to_be_so(server, phone):
    call = dial(server, phone, f"{NUMBER}-office").wait_answered()
    assert call.wait_ended(15) == "them"
    row = server.ended_call(call)
    assert server.said(row["sid"]) == ["No se pudo completar la conexión: el teléfono no está disponible. Adiós."]
    assert row["skyn3t"]["end_reason"] == "not_registered"
    child, = server.children(row)
    assert child["sid"] in server.cli("calls", "--failed").stdout


def test_the_story_tells_each_phone_of_one_user(server, phone, carrier):
    """Two phones with the same user: one is busy, the other answers."""
    refused = threading.Event()
    first = phone(role="office", on_invite=lambda call: (call.ring(), call.refuse(486), refused.set()))
    second = phone(role="office", on_invite=lambda call: (call.ring(), refused.wait(10), call.answer()))
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    answered_call(second)
    call.hang_up()
    row = server.ended_call(call)
    server.children(row)
    story = server.cli("call", row["sid"]).stdout
    assert f"no contesta el teléfono en {first.ip}:{first.port}: El teléfono estaba ocupado." in story
    assert f" contesta el teléfono en {second.ip}:{second.port}" in story


def test_a_phone_that_dials_its_own_number_hears_its_menu(server, phone):
    call = dial(server, phone, NUMBER).wait_answered()
    speaks(call)
    call.hang_up()


def test_a_call_without_credentials_from_an_unknown_flow_is_challenged(server, peers):
    call = peers().call(server.sip, "+56922223333", server.domain)
    assert call.wait_final() == 401


def test_a_call_with_a_wrong_password_is_challenged_again(server, peers):
    call = peers().call(server.sip, "+56922223333", server.domain, ("+56229145248-office", "Wrong12345678"))
    assert call.wait_final() == 401
    assert not any(c["skyn3t"]["sip_call_id"] == call.call_id for c in server.calls())
