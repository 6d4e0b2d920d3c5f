"""Calls that the API places, redirects and ends, and what their application is told."""
import json

import pytest

from application import Application
from menu import NUMBER, answered_call, speaks, talk
from skyn3t import ApiError
from until import until

ASK = '<Gather numDigits="1" action="/key" timeout="10"><Say language="es-MX">Presione una tecla, por favor.</Say></Gather>'
LONG = '<Say language="es-MX" loop="20">Espere un momento, por favor.</Say>'


@pytest.fixture
def application(server):
    running = Application(server.signing_secret("OFICINA_PRINCIPAL"))
    yield running
    running.close()


@pytest.fixture
def calls(server):
    """calls(path, **form) speaks to the Calls of the account."""
    base = f"/2010-04-01/Accounts/{server.account}/Calls"

    def ask(path=".json", method=None, **form):
        return server.api(base + path, form if form or method == "POST" else None, method)
    return ask


def office(server, code="OFICINA_PRINCIPAL", role="office"):
    return f"sip:{server.credentials(code)[role][0]}@{server.domain}"


def refused(call):
    with pytest.raises(ApiError) as error:
        call()
    return json.loads(error.value.body)["code"]


def pick_up(call):
    call.ring()
    call.answer()


def test_a_phone_that_is_called_hears_the_document_and_its_key_counts(server, phone, application, calls):
    application.pages = {"/voice": ASK, "/key": '<Say language="es-MX">Gracias.</Say>'}
    ringing = phone(on_invite=pick_up)
    made = calls(To=office(server), From=NUMBER, Url=application.url + "/voice",
                 StatusCallback=application.url + "/progress",
                 StatusCallbackEvent=["initiated", "ringing", "answered", "completed"])
    assert (made["status"], made["direction"], made["from"]) == ("queued", "outbound-api", NUMBER)
    call = answered_call(ringing)
    speaks(call)
    call.audio.press("7")
    key, = application.wait("/key")
    assert key["Digits"] == "7" and key["CallSid"] == made["sid"] and key.signed
    assert call.wait_ended(15) == "them"

    told = application.wait("/progress", 4)
    assert [r["CallStatus"] for r in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [r["SequenceNumber"] for r in told] == ["0", "1", "2", "3"]
    assert all(r.signed and r["CallSid"] == made["sid"] for r in told)
    assert told[3]["CallbackSource"] == "call-progress-events" and int(told[3]["CallDuration"]) >= 1
    row = server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] == "completed", 10, "the call's row")
    assert int(row["duration"]) >= 1

    events = calls(f"/{made['sid']}/Events.json")["events"]
    assert [e["request"]["url"].rpartition("/")[2] for e in events if "progress" not in e["request"]["url"]] == \
        ["voice", "key"]
    voice = next(e for e in events if e["request"]["url"].endswith("/voice"))
    assert voice["response"]["response_code"] == 200 and "<Gather" in voice["response"]["response_body"]
    assert voice["request"]["parameters"]["CallStatus"] == "in-progress"


def test_an_update_redirects_a_live_call_at_once(server, phone, application, calls):
    application.pages = {"/long": LONG, "/other": ASK, "/key": "<Hangup/>"}
    ringing = phone(on_invite=pick_up)
    made = calls(To=office(server), From=NUMBER, Url=application.url + "/long")
    call = answered_call(ringing)
    speaks(call)
    assert calls(f"/{made['sid']}.json", Url=application.url + "/other")["status"] == "in-progress"
    application.wait("/other")
    call.audio.press("1")
    assert application.wait("/key")[0]["Digits"] == "1"
    assert call.wait_ended(10) == "them"
    assert refused(lambda: calls(f"/{made['sid']}.json", Url=application.url + "/other")) == 21220


def test_completed_ends_both_legs(server, phone, carrier, calls):
    ringing = phone(on_invite=pick_up)
    caller = carrier.call(server.sip, NUMBER).wait_answered()
    caller.audio.press("1")
    other = answered_call(ringing)
    talk(caller, other)
    parent = server.wait_call(lambda c: c["skyn3t"]["sip_call_id"] == caller.call_id, 5, "the caller's row")
    assert refused(lambda: calls(f"/{parent['sid']}.json", method="DELETE")) == 20009
    assert calls(f"/{parent['sid']}.json", Status="completed")["status"] == "completed"
    assert caller.wait_ended(5) == "them" and other.wait_ended(5) == "them"
    row = server.ended_call(caller)
    assert row["skyn3t"]["end_reason"] == "ended_by_api"
    child, = server.children(row)
    assert child["status"] == "completed"
    calls(f"/{parent['sid']}.json", method="DELETE")
    assert refused(lambda: calls(f"/{parent['sid']}.json")) == 20404


def test_redirecting_the_called_leg_sends_the_caller_on(server, phone, carrier, application, calls):
    application.pages = {"/other": LONG}
    ringing = phone(on_invite=pick_up)
    caller = carrier.call(server.sip, NUMBER).wait_answered()
    caller.audio.press("1")
    other = answered_call(ringing)
    talk(caller, other)
    parent = server.wait_call(lambda c: c["skyn3t"]["sip_call_id"] == caller.call_id, 5, "the caller's row")
    child = server.wait_call(lambda c: c["parent_call_sid"] == parent["sid"], 5, "the called leg's row")
    assert calls(f"/{child['sid']}.json", Url=application.url + "/other")["status"] == "in-progress"
    assert application.wait("/other")[0]["ParentCallSid"] == parent["sid"]
    assert caller.wait_ended(10) == "them", "the Dial is over for the caller, and its document hangs up"
    assert other.ended_by is None
    calls(f"/{child['sid']}.json", Status="completed")
    assert other.wait_ended(5) == "them"


def test_a_call_that_rings_is_canceled(server, phone, calls):
    ringing = phone(on_invite=lambda call: call.ring())
    made = calls(To=office(server), From=NUMBER, Twiml="<Response><Hangup/></Response>")
    call = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 10, "the phone rings")
    server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] == "ringing", 5, "ringing in the log")
    assert calls(f"/{made['sid']}.json", Status="canceled")["status"] == "canceled"
    assert call.wait_ended(5) == "cancel"


def test_another_community_s_phone_is_not_reached_and_an_alert_says_so(server, phone, calls):
    other = phone("PLAZA_NORTE", on_invite=pick_up)
    made = calls(To=office(server, "PLAZA_NORTE"), From=NUMBER, Twiml="<Response><Hangup/></Response>")
    row = server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] == "failed", 10, "the failed call")
    assert row["skyn3t"]["error_code"] == 32009 and not other.calls
    notes = calls(f"/{made['sid']}/Notifications.json")["notifications"]
    assert [n["error_code"] for n in notes] == ["32009"]
    alert = next(a for a in server.api("/v1/Alerts?LogLevel=warning")["alerts"] if a["resource_sid"] == made["sid"])
    assert alert["error_code"] == "32009" and server.api("/v1/Alerts/" + alert["sid"])["sid"] == alert["sid"]


def test_a_failing_callback_is_an_alert_and_changes_nothing(server, phone, application, calls):
    application.statuses = {"/progress": 500}
    ringing = phone(on_invite=pick_up)
    made = calls(To=office(server), From=NUMBER, Twiml=f"<Response>{ASK}</Response>",
                 StatusCallback=application.url + "/progress")
    call = answered_call(ringing)
    speaks(call)
    call.hang_up()
    application.wait("/progress")
    server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] == "completed", 10, "the call's row")

    def codes():
        notes = calls(f"/{made['sid']}/Notifications.json")["notifications"]
        return [n["error_code"] for n in notes if n["request_url"] == application.url + "/progress"]
    until(lambda: codes() == ["15003"], 10, "the alert")


@pytest.mark.parametrize("form, code", [
    ({"From": NUMBER}, 21201), ({"To": "+56922223333"}, 21213), ({"To": "133", "From": NUMBER}, 21216),
    ({"To": "sip:133@skyn3t.test", "From": NUMBER}, 21216), ({"To": "+56922223333", "From": "+56911112222"}, 21210),
    ({"To": "+56922223333", "From": "juan"}, 21212), ({"To": "12", "From": NUMBER}, 21211),
    ({"To": "+56922223333", "From": NUMBER, "Url": "no"}, 21205),
    ({"To": "+56922223333", "From": NUMBER, "Twiml": "<Response/>", "SendDigits": "abc"}, 21206)])
def test_what_can_not_be_called_is_refused(server, calls, form, code):
    before = len(server.calls())
    assert refused(lambda: calls(**form)) == code
    assert len(server.calls()) == before


def test_what_is_asked_and_not_built_is_said_in_the_same_words_everywhere(server, phone, application, calls):
    verbs = f'<Dial record="true" timeout="5"><Sip>{office(server, role="security")}</Sip></Dial><Dial><Conference>sala</Conference></Dial>'
    application.pages = {"/voice": verbs}
    phone(on_invite=pick_up)
    made = calls(To=office(server), From=NUMBER, Url=application.url + "/voice", Record="true", MachineDetection="Enable")
    server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] == "completed", 30, "the call's row")
    sentences = ["este servidor todavía no graba llamadas", "este servidor todavía no reconoce contestadoras",
                 "este servidor todavía no tiene conferencias"]
    story = server.cli("call", made["sid"]).stdout
    assert all(its in story for its in sentences), story
    noted = [n["error_code"] for n in calls(f"/{made['sid']}/Notifications.json")["notifications"]]
    assert noted.count("13750") == 4, noted
    (server.data / "asked.xml").write_text(f"<Response>{verbs}</Response>")
    linted = server.cli("lint", str(server.data / "asked.xml"), check=False).stdout
    preview = server.api("/v1/Documents/Preview.json", {"Content": f"<Response>{verbs}</Response>"})["text"]
    for said in (linted, preview):
        assert sentences[0] in said and sentences[2] in said, said
