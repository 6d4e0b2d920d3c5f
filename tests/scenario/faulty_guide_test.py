"""The account of the faulty guide, in the Twilio stand-in: it is as faulty as DESIGN.md, section 2 says."""
from xml.etree import ElementTree

import pytest

from cloud import PUBLIC, Cloud
from faulty_guide import CODE, NAME, NUMBER, PASSWORDS, USERS, bin_url, documents, set_up
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


# -- and `skyn3t` mends it

FAULTS = ["account-voice-url-empty", "account-list-not-registered", "account-twiml-bin", "account-no-status-callback"]


@pytest.fixture
def cloud():
    """A server of ours whose Twilio has that account, and nothing declared."""
    running = Cloud(available={NUMBER: "none"})
    try:
        running.start()
        running.account.clear()
        set_up(sdk(running.twilio.url, running.account.sid, running.account.token), DOMAIN)
        running.twilio.begin()
        yield running
        assert running.twilio.problems == []
    finally:
        running.close()


def lint(cloud, *arguments):
    """The exit code and the rules of what it finds."""
    done = cloud.server.cli("lint", *map(str, arguments), check=False)
    return done.returncode, [line[line.rindex("[") + 1:-1] for line in done.stdout.splitlines() if line.endswith("]")]


def document(cloud, path, **form):
    asked = {"From": "+56987654321", "To": NUMBER, "CallSid": "CA" + "1" * 32, **form}
    return ElementTree.fromstring(cloud.server.api(path, asked))


def test_what_lint_finds_is_gone_after_import_and_apply(cloud):
    account = ("--account", "twilio", "--config", cloud.server.config)
    assert lint(cloud, *account) == (1, FAULTS)
    cloud.server.cli("import", "--target", "twilio", "-o", str(cloud.file))
    assert lint(cloud, cloud.file) == (0, []) and cloud.twilio.writes() == []
    done = cloud.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lint(cloud, *account) == (0, [])

    cloud.assert_serves(CODE, NUMBER)  # phones register and call, the number asks this server
    assert not cloud.account.phone_may("calls", DOMAIN, USERS["office"], PASSWORDS["office"]), "the public formula still works"
    domain, = cloud.account.of("SipDomain")
    assert document(cloud, domain.values["voice_url"].removeprefix(PUBLIC)).tag == "Response"
    main = document(cloud, f"/twiml/{CODE}/main")
    assert main[0].tag == "Gather" and NAME in "".join(main[0].itertext())
    action = main[0].get("action").removeprefix(PUBLIC)
    for digit, role in (("1", "office"), ("2", "security")):
        dial = document(cloud, action, Digits=digit).find("Dial")
        assert [its.text for its in dial.iter("Sip")] == [f"sip:{USERS[role]}@{DOMAIN}"]

    cloud.twilio.begin()
    assert cloud.apply().returncode == 0 and cloud.twilio.writes() == []
