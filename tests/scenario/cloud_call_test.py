"""Twilio calls a community's number: it asks this server for the documents, signed, and reports how the call ended."""
import pytest

from cloud import DOMAIN, NUMBERS, Cloud
from cloud_call import CloudCall
from skyn3t import FINAL

CODE, NUMBER = "PLAZA_NORTE", NUMBERS["PLAZA_NORTE"]


@pytest.fixture(scope="module")
def cloud():
    its = Cloud()
    try:
        its.start().write()
        done = its.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        yield its
    finally:
        its.close()


@pytest.fixture
def call(cloud):
    return CloudCall(cloud, NUMBER)


@pytest.mark.parametrize("digit, role", [("1", "office"), ("2", "security")])
def test_each_key_dials_its_phone_at_twilio_s_domain(call, digit, role):
    menu = call.document(call.voice_url)
    gather = menu.find("Gather")
    assert gather is not None and gather.find("Say") is not None, "the greeting is inside the Gather"
    route = call.document(call.absolute(gather.get("action")), Digits=digit, CallStatus="in-progress")
    dial = route.find("Dial")
    assert dial.find("Sip").text.strip() == f"sip:{NUMBER}-{role}@{DOMAIN}" and dial.get("callerId") is None
    after = call.absolute(dial.get("action"))
    assert [verb.tag for verb in call.document(after, DialCallStatus="completed", CallStatus="in-progress")] == ["Hangup"]
    sorry = call.document(after, DialCallStatus="no-answer", CallStatus="in-progress")
    assert [verb.tag for verb in sorry] == ["Say", "Hangup"]


def test_a_request_that_twilio_did_not_sign_is_refused(call):
    for token in (None, "0" * 32):
        call.token = token
        status, text = call.post(call.voice_url)
        assert status in (401, 403) and "<Response" not in text


def test_how_the_call_ended_stands_in_the_call_log(cloud, call):
    call.document(call.voice_url)
    status, _ = call.report("completed", duration=42)
    assert status in (200, 204)
    row = cloud.server.wait_call(lambda its: its["sid"] == call.sid and its["status"] in FINAL, 10, "the ended call in our log")
    assert (row["to"], row["from"], row["status"], row["duration"]) == (NUMBER, call.caller, "completed", "42")
    assert row["skyn3t"]["community_code"] == CODE


def test_a_recording_stands_in_the_call_s_story_even_after_its_end(cloud, call):
    call.document(call.voice_url)
    call.report("completed", duration=12)
    recording = {"RecordingSid": "RE" + "5" * 32, "RecordingUrl": "https://api.twilio.com/Recordings/RE5", "CallStatus": "",
                 "RecordingDuration": "9"}
    cloud.server.wait_call(lambda its: its["sid"] == call.sid and its["status"] in FINAL, 10, "the ended call in our log")
    for status in ("in-progress", "completed"):
        assert call.post(call.status_callback, RecordingStatus=status, **recording)[0] == 204

    def told():
        return [event["detail"] for event in cloud.server.events(call.sid) if event["kind"] == "recording"]
    cloud.server.wait_until(lambda: len(told()) == 2, 10, "both reports in the story")
    assert told() == [{"sid": recording["RecordingSid"], "status": "in-progress"},
                      {"sid": recording["RecordingSid"], "url": recording["RecordingUrl"], "ms": "9000"}]
    assert f"queda grabada (9.0 s): {recording['RecordingUrl']}" in cloud.server.cli("call", call.sid).stdout
