"""The account of the faulty guide, in the Twilio stand-in: it is as faulty as DESIGN.md, section 2 says."""
from xml.etree import ElementTree

import pytest

from faulty_guide import CODE, NUMBER, PASSWORDS, USERS, bin_url, documents, set_up
from twilio_account import TwilioAccount
from twilio_sdk import sdk
from twilio_stand_in import TwilioStandIn

DOMAIN = "skyn3t-communities.sip.twilio.com"


@pytest.fixture
def account():
    with TwilioStandIn(TwilioAccount(available={NUMBER: "none"})) as twilio:
        set_up(sdk(twilio.url, twilio.account.sid, twilio.account.token), DOMAIN)
        yield twilio.account
        assert twilio.problems == []


def test_its_phones_may_call_and_never_register(account):
    for role, user in USERS.items():
        assert account.phone_may("calls", DOMAIN, user, PASSWORDS[role])
        assert not account.phone_may("registrations", DOMAIN, user, PASSWORDS[role])


def test_calls_that_phones_place_find_no_document(account):
    domain, = account.of("SipDomain")
    assert not domain.values.get("voice_url") and domain.values["sip_registration"] is True


def test_the_number_asks_a_bin_of_which_no_api_tells(account):
    number, = account.of("IncomingPhoneNumber")
    assert number.values["voice_url"] == bin_url("main") and [its.values["friendly_name"] for its in account.of(
        "SipCredentialList")] == [f"{CODE}_Credentials"]


def test_keys_during_the_greeting_are_lost_and_every_key_rings_the_office():
    main, route = (ElementTree.fromstring(text.encode()) for text in documents(DOMAIN).values())
    assert [verb.tag for verb in main] == ["Say", "Gather", "Say", "Hangup"] and len(main.find("Gather")) == 0
    assert [its.text for its in route.iter("Sip")] == [f"sip:{USERS['office']}@{DOMAIN}"]
    assert route.find("Dial").get("action") is None and route[2].tag == "Say"
