"""What the tests of the cloud path rest on: the Twilio stand-in, driven by Twilio's own Python SDK."""
import base64
import http.client
import json
import threading

import pytest
from twilio.base.exceptions import TwilioRestException

from twilio_account import TwilioAccount
from twilio_sdk import Refused, sdk
from twilio_stand_in import FAULTS, TwilioStandIn
from until import until

NUMBER, NEEDY = "+56229145248", "+56223456789"
DOMAIN = "skyn3t-communities.sip.twilio.com"
PASSWORD = "Un4Clave-Segura"


@pytest.fixture
def twilio():
    with TwilioStandIn(TwilioAccount(available={NUMBER: "none", NEEDY: "bundle"}, taken={"taken.sip.twilio.com"})) as its:
        yield its
        assert its.problems == []


@pytest.fixture
def client(twilio):
    return sdk(twilio.url, twilio.account.sid, twilio.account.token)


def full_account(client):
    """A community as it should be; returns (domain, list, two credentials, number)."""
    credentials = client.sip.credential_lists.create(friendly_name="OFICINA_Credentials")
    users = [credentials.credentials.create(username=f"{NUMBER}-{role}", password=PASSWORD) for role in ("office", "security")]
    domain = client.sip.domains.create(domain_name=DOMAIN, friendly_name="SKYN3T Communities Platform", sip_registration=True,
                                       voice_url="https://voice.example.cl/twiml/domain")
    domain.auth.calls.credential_list_mappings.create(credential_list_sid=credentials.sid)
    domain.auth.registrations.credential_list_mappings.create(credential_list_sid=credentials.sid)
    number = client.incoming_phone_numbers.create(phone_number=NUMBER, friendly_name="Oficina",
                                                  voice_url="https://voice.example.cl/twiml/OFICINA/main")
    return domain, credentials, users, number


def test_a_phone_may_register_once_list_credential_domain_and_mapping_are_there(twilio, client):
    states = []
    user = (f"{NUMBER}-office", PASSWORD)
    twilio.after_write = lambda account: states.append(
        (account.phone_may("registrations", DOMAIN, *user), account.phone_may("calls", DOMAIN, *user)))
    full_account(client)
    assert states == [(False, False)] * 4 + [(False, True), (True, True), (True, True)]
    assert not twilio.account.phone_may("registrations", DOMAIN, user[0], "wrong") and len(twilio.writes()) == 7


def test_every_resource_is_fetched_updated_listed_and_deleted(twilio, client):
    domain, credentials, users, number = full_account(client)
    assert client.sip.domains(domain.sid).fetch().auth_type == "CREDENTIAL_LIST"
    assert client.sip.domains(domain.sid).update(friendly_name="Otro").friendly_name == "Otro"
    assert client.incoming_phone_numbers(number.sid).update(voice_url="https://b.example.cl/").voice_url == "https://b.example.cl/"
    assert [its.phone_number for its in client.incoming_phone_numbers.list(phone_number="9145")] == [NUMBER]
    assert [its.sid for its in domain.auth.registrations.credential_list_mappings.list()] == [credentials.sid]
    users[0].update(password="Otra-Clave-123")
    assert twilio.account.phone_may("registrations", DOMAIN, f"{NUMBER}-office", "Otra-Clave-123")
    with Refused(400, 21241):
        credentials.delete()
    for each in domain.auth.calls.credential_list_mappings.list() + domain.auth.registrations.credential_list_mappings.list():
        assert each.delete()
    assert domain.delete() and users[0].delete() and credentials.delete() and number.delete()
    assert twilio.account.rows == {} and twilio.account.mapped == [] and NUMBER in twilio.account.available
    with Refused(404, 20404):
        number.fetch()


def test_lists_of_addresses_and_applications_are_kept(twilio, client):
    lists = client.sip.ip_access_control_lists
    office = lists.create(friendly_name="Oficinas")
    entry = office.ip_addresses.create(friendly_name="Central", ip_address="203.0.113.7")
    assert entry.cidr_prefix_length == 32 and entry.update(cidr_prefix_length=24).cidr_prefix_length == 24
    domain = client.sip.domains.create(domain_name=DOMAIN)
    domain.auth.calls.ip_access_control_list_mappings.create(ip_access_control_list_sid=office.sid)
    assert domain.fetch().auth_type == "IP_ACL"
    with Refused(400, 21236):
        office.delete()
    application = client.applications.create(friendly_name="Menú", voice_url="https://voice.example.cl/a")
    number = client.incoming_phone_numbers.create(phone_number=NUMBER, voice_application_sid=application.sid)
    assert number.voice_application_sid == application.sid
    with Refused(400, 21420):
        number.update(voice_application_sid="AP" + "0" * 32)


@pytest.mark.parametrize("name, code", [("taken.sip.twilio.com", 21232), ("ours.sip.example.cl", 21232),
                                        ("under_score.sip.twilio.com", 21232), (DOMAIN, 21232)])
def test_a_domain_name_that_is_taken_or_not_twilio_s_is_refused(client, name, code):
    client.sip.domains.create(domain_name=DOMAIN)
    with Refused(400, code):
        client.sip.domains.create(domain_name=name)


@pytest.mark.parametrize("username, password", [("a" * 33, PASSWORD), ("with space", PASSWORD), ("user", "Short1"),
                                                ("user", "alllowercase1"), ("user", "NoDigitsAtAllHere"), ("known", PASSWORD)])
def test_a_credential_against_the_rules_is_refused(client, username, password):
    credentials = client.sip.credential_lists.create(friendly_name="A")
    credentials.credentials.create(username="known", password=PASSWORD)
    with Refused(400, 21240):
        credentials.credentials.create(username=username, password=password)


def test_names_of_lists_are_unique_and_have_64_characters_at_most(client):
    client.sip.credential_lists.create(friendly_name="A")
    for name in ("A", "a" * 65):
        with Refused(400, 21240):
            client.sip.credential_lists.create(friendly_name=name)


def test_a_number_is_bought_once_and_a_bundle_is_asked_for(twilio, client):
    found = client.available_phone_numbers("CL").local.list(contains="5622*******")
    assert {its.phone_number for its in found} == {NUMBER, NEEDY}
    client.incoming_phone_numbers.create(phone_number=NUMBER)
    with Refused(400, 21422):
        client.incoming_phone_numbers.create(phone_number=NUMBER)
    with Refused(400, 21649):
        client.incoming_phone_numbers.create(phone_number=NEEDY)
    papers = twilio.account.add("Bundle", friendly_name="Papeles", status="twilio-approved")
    client.incoming_phone_numbers.create(phone_number=NEEDY, bundle_sid=papers.sid)
    assert twilio.account.bought == [NUMBER, NEEDY]


def test_what_a_number_costs_and_what_the_law_asks_for_are_told(client):
    price, = client.pricing.phone_numbers.countries("CL").fetch().phone_number_prices
    assert price == {"number_type": "local", "base_price": "4.00", "current_price": "4.00"}
    regulation, = client.numbers.regulatory_compliance.regulations.list(iso_country="CL", number_type="local")
    assert regulation.friendly_name == "Chile: Local - Individual"
    assert client.numbers.regulatory_compliance.regulations.list(iso_country="AR") == []


def test_two_lists_with_the_same_user_are_not_mapped_to_one_domain(client):
    domain, first, _, _ = full_account(client)
    second = client.sip.credential_lists.create(friendly_name="B")
    second.credentials.create(username=f"{NUMBER}-office", password=PASSWORD)
    with Refused(400, 21231):
        domain.auth.registrations.credential_list_mappings.create(credential_list_sid=second.sid)


def test_a_list_is_paged_by_token_only(twilio, client):
    for index in range(7):
        client.sip.credential_lists.create(friendly_name=f"L{index}")
    twilio.begin()
    assert [its.friendly_name for its in client.sip.credential_lists.list(page_size=3)] == [f"L{6 - i}" for i in range(7)]
    assert len(twilio.log) == 3 and twilio.writes() == []
    one = client.sip.credential_lists.list(limit=1)[0]
    for index in range(3):
        one.credentials.create(username=f"u{index}", password=PASSWORD)
    assert len(one.credentials.list(page_size=2)) == 3
    with Refused(400, 20007):
        client.sip.credential_lists.page(page_size=1001)
    assert twilio.problems.pop().endswith("is out of range")
    with Refused(400, 21481):
        client.sip.credential_lists.page(page_number=1)


def test_wrong_credentials_and_another_account_s_resources_are_refused(twilio):
    with Refused(401, 20003):
        sdk(twilio.url, twilio.account.sid, "wrong").sip.domains.list()
    other = sdk(twilio.url, twilio.account.sid, twilio.account.token).api.v2010.accounts("AC" + "0" * 32)
    with Refused(404, 20404):
        other.sip.domains.list()


def test_a_method_that_a_path_does_not_have_is_405(twilio):
    connection = http.client.HTTPConnection("127.0.0.1", int(twilio.url.rpartition(":")[2]))
    connection.request("PUT", f"/2010-04-01/Accounts/{twilio.account.sid}/SIP/Domains.json",
                       headers={"Authorization": "Basic " + base64.b64encode(
                           f"{twilio.account.sid}:{twilio.account.token}".encode()).decode()})
    answer = connection.getresponse()
    assert answer.status == 405 and json.loads(answer.read())["code"] == 20004


def test_a_parameter_that_twilio_does_not_know_is_a_problem(twilio, client):
    client.request("POST", f"https://api.twilio.com/2010-04-01/Accounts/{twilio.account.sid}/SIP/CredentialLists.json",
                   data={"FriendlyName": "A", "Colour": "blue"})
    assert twilio.problems.pop() == "CreateSipCredentialList: form parameter Colour is unknown"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_injected_once_where_it_is_asked_for(twilio, client, fault):
    client.sip.credential_lists.list()
    twilio.inject(fault, operation="CreateSipCredentialList")
    client.sip.domains.list()
    client.http_client.timeout = 0.5
    try:
        client.sip.credential_lists.create(friendly_name="A")
        raise AssertionError("no fault")
    except TwilioRestException as error:
        assert FAULTS[fault][1] == error.status
    except IOError:
        assert FAULTS[fault][1] is None
    assert len(twilio.account.of("SipCredentialList")) == len(twilio.writes()) == FAULTS[fault][0]
    client.sip.credential_lists.create(friendly_name="B")
    assert [each.fault for each in twilio.log] == [None, None, fault, None]


def test_more_requests_at_once_than_it_takes_meet_429(twilio):
    twilio.at_once = 1
    seen = []

    def ask():
        seen.append(twilio.answer("GET", f"/2010-04-01/Accounts/{twilio.account.sid}/SIP/Domains.json", {}, []).status)
    with twilio.account.lock:  # the first one waits for it
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for each in threads:
            each.start()
        until(lambda: twilio._going_on == 3, 5, "three requests at once")
    for each in threads:
        each.join()
    assert sorted(seen) == [401, 429, 429]
