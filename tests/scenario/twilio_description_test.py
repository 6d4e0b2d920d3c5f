"""What the other tests of the API rest on: Twilio's description as tests read it agrees with its own examples."""
import pytest

from twilio_description import twilio_api

SID = "AC" + "a" * 32
DOMAINS = f"/2010-04-01/Accounts/{SID}/SIP/Domains.json"


def operation(method, path):
    return twilio_api().find(method, path)[0]


def test_every_example_of_the_description_is_an_answer_without_fault():
    """But for two operations whose examples leave out what they describe; both are of resources that we do not have."""
    operations = [each for each in twilio_api().operations if each.id not in ("CreateToken", "ListDependentPhoneNumber")]
    problems = [problem for each in operations for status, body in each.examples
                for problem in twilio_api().answer_problems(each, status, body)]
    assert problems == []


def test_a_literal_segment_is_found_before_a_parameter():
    assert operation("POST", DOMAINS.replace("SIP/Domains", "IncomingPhoneNumbers/Local")).id == "CreateIncomingPhoneNumberLocal"
    assert operation("PUT", DOMAINS) is None and twilio_api().methods(DOMAINS) == {"GET", "POST"}


@pytest.mark.parametrize("form, problem", [
    ([("DomainName", "a.sip.twilio.com")], None),
    ([], "DomainName is missing"),
    ([("DomainName", "a.sip.twilio.com"), ("VoiceMethod", "PUT")], "VoiceMethod='PUT': is none of"),
    ([("DomainName", "a.sip.twilio.com"), ("Colour", "blue")], "Colour is unknown"),
    ([("DomainName", "a.sip.twilio.com"), ("Secure", "yes")], "Secure='yes': is no boolean"),
    ([("DomainName", "a.sip.twilio.com"), ("ByocTrunkSid", "BY1")], "ByocTrunkSid='BY1': does not match"),
    ([("DomainName", "a"), ("DomainName", "b")], "given more than once"),
])
def test_a_faulty_request_is_told(form, problem):
    problems = twilio_api().request_problems(operation("POST", DOMAINS), [], form)
    assert problems == [] if problem is None else any(problem in each for each in problems), problems


@pytest.mark.parametrize("change, problem", [
    ({"sid": "SD1"}, ".sid 'SD1' does not match"),
    ({"date_created": "2026-11-22"}, "is no date-time-rfc-2822"),
    ({"secure": "true"}, ".secure is str 'true', not boolean"),
    ({"colour": "blue"}, ".colour is unknown"),
    ({"voice_method": "PUT"}, "is none of"),
    ({"subresource_uris": {"calls": None}}, ".subresource_uris.calls is None"),
])
def test_a_faulty_answer_is_told(change, problem):
    create = operation("POST", DOMAINS)
    body = {**create.examples[0][1], **change}
    problems = twilio_api().answer_problems(create, 201, body)
    assert len(problems) == 1 and problem in problems[0]


def test_a_missing_property_and_a_wrong_status_are_told():
    create = operation("POST", DOMAINS)
    body = {name: value for name, value in create.examples[0][1].items() if name != "auth_type"}
    assert twilio_api().answer_problems(create, 201, body) == ["CreateSipDomain: .auth_type is missing"]
    assert twilio_api().answer_problems(create, 200, body) == ["CreateSipDomain: status 200, not [201]"]


@pytest.mark.parametrize("body, problems", [
    ({"code": 20404, "message": "gone", "more_info": "https://www.twilio.com/docs/errors/20404", "status": 404}, 0),
    ({"code": "20404", "message": "gone", "more_info": "https://www.twilio.com/docs/errors/20404", "status": 404}, 1),
    ({"message": "gone", "status": 400}, 2),
    (None, 1),
])
def test_a_faulty_error_is_told(body, problems):
    assert len(twilio_api().error_problems(404, body)) == problems
