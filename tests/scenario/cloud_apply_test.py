"""apply with target twilio: the account comes to be what the file says, whatever fails on the way, and phones are served."""
import os

import pytest

from cloud import DOMAIN, NUMBERS, PUBLIC, SPARE, Cloud
from twilio_stand_in import FAULTS

FIRST, SECOND = NUMBERS
CODES = list(NUMBERS)
# Minutes for each fault: an apply for every request at which it may strike. ./run check sets it.
LONG = pytest.mark.skipif(not os.environ.get("SKYN3T_LONG"), reason="takes minutes: set SKYN3T_LONG=1")


@pytest.fixture(scope="module")
def running():
    cloud = Cloud(taken={"taken.sip.twilio.com"})
    try:
        yield cloud.start()
    finally:
        cloud.close()


@pytest.fixture
def cloud(running):
    """An account that owns its numbers and nothing else."""
    running.refill()
    yield running.write()
    assert running.twilio.problems == []


@pytest.fixture
def full(cloud):
    """An account in which both communities are as they shall be."""
    done = cloud.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    cloud.twilio.begin()
    return cloud


def assert_done(done):
    assert done.returncode == 0, done.stdout + done.stderr


def test_two_communities_are_served_after_one_apply_and_the_second_writes_nothing(cloud):
    assert cloud.run("plan").returncode == 2
    assert cloud.twilio.writes() == []
    assert_done(cloud.apply())
    for code, number in NUMBERS.items():
        cloud.assert_serves(code, number)
    assert len(cloud.account.of("SipDomain")) == 1 and len(cloud.account.of("SipCredentialList")) == 2
    cloud.twilio.begin()
    assert_done(cloud.apply())
    assert cloud.twilio.writes() == []
    assert cloud.run("plan").returncode == 0 and cloud.run("drift").returncode == 0
    assert cloud.twilio.writes() == []


def moments_of(cloud):
    """A list that gets what decides about phones and calls after each write from now on."""
    moments = []
    cloud.twilio.after_write = lambda account: moments.append(account.moment())
    return moments


def assert_called_only_when_phones_are_served(cloud, moments):
    """A number asks for our documents only once both phones of its community may register and call."""
    for code, number in NUMBERS.items():
        credentials = cloud.server.credentials(code).values()
        for moment in moments:
            if moment.voice_urls[number]:
                assert all(moment.phone_may(place, DOMAIN, *its) for its in credentials
                           for place in ("registrations", "calls")), f"{code} is called before its phones are served"


def converge(cloud, check):
    """One apply under the injected fault; after at most one more all is as it shall be, and the next writes nothing."""
    first = cloud.apply()
    if first.returncode != 0:
        again = cloud.apply()
        assert again.returncode == 0, f"{first.stdout}{first.stderr}\n--- again:\n{again.stdout}{again.stderr}"
    check()
    assert cloud.twilio.problems == []
    cloud.twilio.begin()
    assert_done(cloud.apply())
    assert cloud.twilio.writes() == []


@LONG
@pytest.mark.parametrize("fault", FAULTS)
def test_apply_converges_under_every_single_fault(cloud, fault):
    assert_done(cloud.apply())
    reference, requests = cloud.account.snapshot(), len(cloud.twilio.log)
    assert requests > 9

    def check():
        assert cloud.account.snapshot() == reference, f"{fault} at {index}: {cloud.twilio.log}"
    for index in range(requests):
        cloud.refill()
        moments = moments_of(cloud)
        cloud.twilio.inject(fault, at=index)
        converge(cloud, check)
        assert_called_only_when_phones_are_served(cloud, moments)


@LONG
@pytest.mark.parametrize("fault", ["500", "lost"])
def test_a_new_number_for_a_community_leaves_no_phone_without_service_at_any_moment(full, fault):
    """Its users' names change with it: the old ones work until the new ones do, wherever it fails."""
    moved = {**NUMBERS, FIRST: SPARE}
    full.write(numbers=moved)
    assert_done(full.apply())
    requests = len(full.twilio.log)

    def check():
        full.assert_serves(FIRST, SPARE)
        full.assert_serves(SECOND, NUMBERS[SECOND])
        assert full.voice_url(NUMBERS[FIRST]) == "", f"{fault} at {index}: the old number still asks for our documents"
    for index in range(requests):
        full.refill()
        assert_done(full.write().apply())
        full.twilio.begin()
        old, moments = full.server.credentials(FIRST)["office"], moments_of(full)
        full.write(numbers=moved)
        full.twilio.inject(fault, at=index)
        converge(full, check)
        new = full.server.credentials(FIRST)["office"]
        for moment in moments:
            for place in ("registrations", "calls"):
                assert any(moment.phone_may(place, DOMAIN, *its) for its in (old, new)), f"{fault} at {index}: no {place}"


def test_communities_side_by_side_meet_twilio_s_limit_and_are_all_served(cloud):
    """429 means that nothing was done; the domain that all of them need is made once."""
    cloud.twilio.at_once = 2
    try:
        assert_done(cloud.apply("--parallel", "8"))
    finally:
        cloud.twilio.at_once = None
    for code, number in NUMBERS.items():
        cloud.assert_serves(code, number)
    cloud.twilio.begin()
    assert_done(cloud.apply("--parallel", "8"))
    assert cloud.twilio.writes() == []


DRIFTS = {
    "the domain's URL was emptied": lambda account: account.of("SipDomain")[0].values.update(voice_url=""),
    "registration was switched off": lambda account: account.of("SipDomain")[0].values.update(sip_registration=False),
    "the list is no longer mapped for registrations": lambda account: account.mapped.remove(
        next(its for its in account.mapped if its[2] == "registrations")),
    "the list is no longer mapped for calls": lambda account: account.mapped.remove(
        next(its for its in account.mapped if its[2] == "calls")),
    "the number asks another": lambda account: account.of("IncomingPhoneNumber", phone_number=NUMBERS[FIRST])[0].values.update(
        voice_url="https://other.example.cl/"),
    "a phone was removed": lambda account: account.rows.pop(account.of("SipCredential")[0].sid),
    "an application took the number": lambda account: account.of(
        "IncomingPhoneNumber", phone_number=NUMBERS[FIRST])[0].values.update(
            voice_application_sid=account.add("Application", friendly_name="x").sid),
}


@pytest.mark.parametrize("what", DRIFTS)
def test_what_somebody_changed_in_the_console_is_drift_and_apply_puts_it_back(full, what):
    DRIFTS[what](full.account)
    drift = full.run("drift")
    assert drift.returncode == 2, drift.stdout + drift.stderr
    assert full.twilio.writes() == [] and full.run("plan").returncode == 2
    assert_done(full.apply())
    for code, number in NUMBERS.items():
        full.assert_serves(code, number)
    assert full.run("drift").returncode == 0


def test_a_number_that_the_account_does_not_own_is_not_bought_unasked(cloud):
    cloud.account.available["+56225550000"] = "none"
    cloud.write(numbers={**NUMBERS, FIRST: "+56225550000"})
    refused = cloud.apply()
    assert refused.returncode != 0 and "+56225550000" in refused.stdout + refused.stderr
    assert cloud.account.bought == []


def local_lists(cloud):
    lists = cloud.server.api(f"/2010-04-01/Accounts/{cloud.server.account}/SIP/CredentialLists.json")["credential_lists"]
    return [each["friendly_name"] for each in lists]


def test_who_has_not_arrived_at_twilio_keeps_its_place_here_over_a_restart_and_another_s_apply(cloud):
    """Its number is not in the account: until it is, the phones that register here go on doing so."""
    number = cloud.account.of("IncomingPhoneNumber", phone_number=NUMBERS[FIRST])[0]
    del cloud.account.rows[number.sid]
    assert_done(cloud.write("local", numbers={FIRST: NUMBERS[FIRST]}).apply())
    assert cloud.write(numbers={FIRST: NUMBERS[FIRST]}).apply().returncode != 0
    cloud.server.stop()
    cloud.server.start()
    assert_done(cloud.write(numbers={SECOND: NUMBERS[SECOND]}).apply())
    assert cloud.server.cli("community", "rotate", SECOND, "--yes").returncode == 0
    assert local_lists(cloud) == [f"{FIRST}_Credentials"]
    cloud.account.rows[number.sid] = number
    assert_done(cloud.write().apply())
    cloud.assert_serves(FIRST, NUMBERS[FIRST])
    assert local_lists(cloud) == []


def test_who_makes_the_domain_and_fails_afterwards_stops_nobody(cloud):
    number = cloud.account.of("IncomingPhoneNumber", phone_number=NUMBERS[FIRST])[0]
    del cloud.account.rows[number.sid]
    failed = cloud.apply()
    assert failed.returncode != 0 and NUMBERS[FIRST] in failed.stdout + failed.stderr
    cloud.assert_serves(SECOND, NUMBERS[SECOND])


def test_the_domain_stays_for_a_stranger_s_phone_in_a_list_of_ours(full):
    its, = full.account.of("SipCredentialList", friendly_name=f"{FIRST}_Credentials")
    full.account.add_credential(its, "door", "Door12345678")
    assert_done(full.apply("--destroy"))
    assert full.account.phone_may("registrations", DOMAIN, "door", "Door12345678")


def test_destroy_leaves_the_numbers_and_nothing_else_of_ours(full):
    stranger = full.account.add("SipCredentialList", friendly_name="De otro")
    assert_done(full.apply("--destroy"))
    assert full.account.of("SipDomain") == [] and full.account.of("SipCredential") == []
    assert full.account.of("SipCredentialList") == [stranger] and full.account.mapped == []
    assert all(full.voice_url(number) == "" for number in NUMBERS.values())
    full.twilio.begin()
    assert_done(full.apply("--destroy"))
    assert full.twilio.writes() == []


def test_the_phones_of_a_community_at_twilio_are_shown_where_they_register(full):
    shown = full.server.api(f"/v1/Communities/{FIRST}/Secrets")["phones"]
    assert {(p["domain"], p["server"], p["transport"], p["expiry"]) for p in shown} == {(DOMAIN, f"{DOMAIN}:5060", "udp", 3600)}


def test_a_rotated_password_stops_at_once_at_twilio_and_it_is_said(full):
    """Whatever the grace: a credential of Twilio's has one password."""
    before = full.server.credentials(FIRST)
    rotated = full.server.cli("community", "rotate", FIRST, "--yes", "--grace", "24h")
    assert "la que haya ahora deja de servir" in rotated.stdout
    assert all(full.server.credentials(FIRST)[role] != before[role] for role in before)
    full.assert_serves(FIRST, NUMBERS[FIRST])



def test_what_is_not_ours_is_left_alone(cloud):
    mine = cloud.account.add("SipDomain", domain_name="otra.sip.twilio.com", friendly_name="Otra", voice_url="https://a.cl/")
    theirs = cloud.account.add("SipCredentialList", friendly_name="Otra_Credentials")
    cloud.account.mapped.append((mine.sid, theirs.sid, "calls"))
    number = cloud.account.add("IncomingPhoneNumber", phone_number="+56229999999", voice_url="https://a.cl/")
    assert_done(cloud.apply())
    assert mine.values["voice_url"] == "https://a.cl/" and number.values["voice_url"] == "https://a.cl/"
    assert (mine.sid, theirs.sid, "calls") in cloud.account.mapped
    assert not any(its.path.rpartition("/")[2].startswith((mine.sid, theirs.sid, number.sid)) for its in cloud.twilio.writes())


def test_wrong_credentials_for_twilio_are_told_and_nothing_is_done(cloud):
    cloud.account.token, kept = "8" * 32, cloud.account.token
    try:
        refused = cloud.apply()
    finally:
        cloud.account.token = kept
    assert refused.returncode == 1 and "20003" in refused.stdout + refused.stderr
    assert cloud.twilio.writes() == [] and "Traceback" not in refused.stderr


def test_the_documents_that_twilio_asks_for_are_ours_and_need_its_signature(full):
    """The number's VoiceUrl is under the public URL, whose path this server answers."""
    path = full.voice_url(NUMBERS[SECOND]).removeprefix(PUBLIC)
    assert "<Gather" in full.server.api(path, {"From": "+56987654321", "To": NUMBERS[SECOND], "CallSid": "CA" + "1" * 32})
