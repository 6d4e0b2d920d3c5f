"""Twilio's Python SDK (Debian's python3-twilio) drives this server's resources, through its own HTTP-client hook."""
import datetime

import pytest

from skyn3t import COMMUNITIES, DOMAIN
from twilio_sdk import Refused, sdk

NUMBER = "+56225550888"
PASSWORD = "Una-Clave-Larga-1"
NOBODY = "0123456789abcdef" * 2
URL = "https://voz.example.cl/documento"


@pytest.fixture(scope="module")
def client(server):
    return sdk(server.url, server.account, server.token)


def life(collection, form, change, hidden=()):
    """Makes five, changes, fetches, lists page by page, and removes them."""
    before = {its.sid for its in collection.list()}
    made = [collection.create(**form(index)) for index in range(5)]
    try:
        first = made[0]
        for name, value in form(0).items():
            assert name in hidden or getattr(first, name) == value, name
        changed = first.update(**change)
        for name, value in change.items():
            assert name in hidden or getattr(changed, name) == value, name
        fetched = collection.get(first.sid).fetch()
        assert fetched._properties == changed._properties and isinstance(fetched.date_created, datetime.datetime)
        listed = [its.sid for its in collection.list(page_size=2)]
        assert len(listed) == len(set(listed)) and set(listed) == before | {its.sid for its in made}
        page = collection.page(page_size=2)
        sids = [its.sid for its in page]
        following = page.next_page()
        assert [*sids, *[its.sid for its in following]] == listed[:4]
        assert [its.sid for its in following.previous_page()] == sids
    finally:
        for its in made:
            assert its.delete()
    assert {its.sid for its in collection.list()} == before
    with Refused(404, 20404):
        collection.get(made[0].sid).fetch()
    with Refused(404, 20404):
        collection.get(made[0].sid).delete()


def test_domains(client):
    life(client.sip.domains, lambda i: {"domain_name": f"python-{i}.sip.example.cl", "voice_url": URL},
         {"friendly_name": "Otro", "sip_registration": True, "voice_method": "GET"})


def test_credential_lists(client):
    life(client.sip.credential_lists, lambda i: {"friendly_name": f"Python {i}"}, {"friendly_name": "Ñuñoa"})


def test_credentials(client):
    its = client.sip.credential_lists.create(friendly_name="Usuarios de Python")
    life(its.credentials, lambda i: {"username": f"usuario-{i}", "password": PASSWORD}, {"password": PASSWORD + "2"},
         hidden=("password",))
    with Refused(400, 21240, 21243):
        its.credentials.create(username="u", password="corta")
    assert its.delete()


def test_lists_of_addresses(client):
    lists = client.sip.ip_access_control_lists
    life(lists, lambda i: {"friendly_name": f"Python {i}"}, {"friendly_name": "Otra"})
    its = lists.create(friendly_name="Oficinas de Python")
    life(its.ip_addresses, lambda i: {"friendly_name": f"Router {i}", "ip_address": f"203.0.113.{i}"},
         {"cidr_prefix_length": 30})
    assert its.delete()


def test_mappings(client):
    domain = client.sip.domains.create(domain_name="python.sip.example.cl")
    credentials = client.sip.credential_lists.create(friendly_name="Mapeo de Python")
    addresses = client.sip.ip_access_control_lists.create(friendly_name="Mapeo de Python")
    try:
        for place, form in ((domain.auth.calls.credential_list_mappings, {"credential_list_sid": credentials.sid}),
                            (domain.auth.registrations.credential_list_mappings, {"credential_list_sid": credentials.sid}),
                            (domain.auth.calls.ip_access_control_list_mappings, {"ip_access_control_list_sid": addresses.sid})):
            sid = next(iter(form.values()))
            assert place.create(**form).sid == sid
            assert place.get(sid).fetch().friendly_name == "Mapeo de Python"
            assert [its.sid for its in place.list()] == [sid]
            with Refused(400, 21231):
                place.create(**form)
        assert set(domain.fetch().auth_type.split(",")) == {"CREDENTIAL_LIST", "IP_ACL"}
        assert [its.sid for its in domain.credential_list_mappings.list()] == [credentials.sid]
        with Refused(400, 21241):
            credentials.delete()
        with Refused(400, 21236):
            addresses.delete()
        assert domain.auth.registrations.credential_list_mappings.get(credentials.sid).delete()
        assert domain.ip_access_control_list_mappings.get(addresses.sid).delete()
        assert domain.auth.calls.ip_access_control_list_mappings.list() == []
    finally:
        assert domain.delete() and credentials.delete() and addresses.delete()


def test_numbers_and_applications(client):
    assert {its.phone_number for its in client.incoming_phone_numbers.list()} == set(COMMUNITIES.values())
    life(client.applications, lambda i: {"friendly_name": f"Python {i}", "voice_url": URL}, {"voice_method": "GET"})
    life(client.incoming_phone_numbers, lambda i: {"phone_number": f"+5622555088{i}", "voice_url": URL},
         {"friendly_name": "Central", "voice_fallback_url": URL, "status_callback": URL})
    number = client.incoming_phone_numbers.create(phone_number=NUMBER)
    application = client.applications.create(friendly_name="Menú", voice_url=URL)
    assert number.update(voice_application_sid=application.sid).voice_application_sid == application.sid
    assert [its.sid for its in client.incoming_phone_numbers.list(phone_number=NUMBER)] == [number.sid]
    with Refused(400, 21422):
        client.incoming_phone_numbers.create(phone_number=NUMBER)
    with Refused(400, 21421):
        client.incoming_phone_numbers.create(phone_number="casa")
    with Refused(400, 21402):
        number.update(voice_url="nada")
    assert number.delete() and application.delete()


def test_queues(client):
    life(client.queues, lambda i: {"friendly_name": f"python-{i}"}, {"max_size": 7})


def test_keys(server, client):
    key = client.new_keys.create(friendly_name="Python")
    by_key = sdk(server.url, server.account, key.secret, key=key.sid)
    assert isinstance(by_key.calls.list(limit=1), list)
    with Refused(401, 20003):
        sdk(server.url, server.account, "wrong", key=key.sid).calls.list(limit=1)
    assert client.keys(key.sid).update(friendly_name="Otra").friendly_name == "Otra"
    assert key.sid in [its.sid for its in client.keys.list()]
    assert client.keys(key.sid).delete()
    with Refused(401, 20003):
        by_key.calls.list(limit=1)


def test_the_account(server, client):
    mine = client.api.accounts(server.account).fetch()
    assert (mine.sid, mine.status) == (server.account, "active")
    assert [its.sid for its in client.api.accounts.list()] == [server.account]


def test_the_domain_that_apply_made_serves_phones(client):
    domain, = [its for its in client.sip.domains.list() if its.domain_name == DOMAIN]
    assert domain.sip_registration is True and domain.auth_type == "CREDENTIAL_LIST" and domain.voice_url
    for place in (domain.auth.calls, domain.auth.registrations):
        names = {its.friendly_name for its in place.credential_list_mappings.list()}
        assert names == {f"{code}_Credentials" for code in COMMUNITIES}


def test_a_call_is_placed_redirected_and_ended(server, client, phone):
    rung = phone("PLAZA_NORTE")
    user = server.credentials("PLAZA_NORTE")["office"][0]
    call = client.calls.create(to=f"sip:{user}@{DOMAIN}", from_=COMMUNITIES["PLAZA_NORTE"],
                               twiml="<Response><Pause length='60'/></Response>")
    its = rung.wait(lambda: next(iter(rung.calls.values()), None), 10, "the phone rings")
    server.wait_until(lambda: client.calls(call.sid).fetch().status == "in-progress", 10, "it is answered")
    client.calls(call.sid).update(twiml="<Response><Pause length='50'/></Response>")
    assert client.calls(call.sid).update(status="completed").sid == call.sid
    assert its.wait_ended(5) == "them"
    server.wait_until(lambda: client.calls(call.sid).fetch().status == "completed", 10, "it is over")
    with Refused(400, 21220):
        client.calls(call.sid).update(status="completed")
    assert client.calls(call.sid).delete()
    with Refused(404, 20404):
        client.calls(call.sid).fetch()


def test_a_call_of_the_log_is_read(server, client, carrier):
    call = carrier.call(server.sip, COMMUNITIES["LAS_FLORES"]).wait_answered()
    call.hang_up()
    row = server.ended_call(call)
    read = client.calls(row["sid"]).fetch()
    assert (read.direction, read.status, read.to) == ("inbound", "completed", COMMUNITIES["LAS_FLORES"])
    assert isinstance(read.start_time, datetime.datetime) and read.recordings.list() == []
    assert row["sid"] in [its.sid for its in client.calls.list(to=COMMUNITIES["LAS_FLORES"], status="completed")]
    assert isinstance(client.calls(row["sid"]).events.list(), list)
    with Refused(404, 20404):
        client.calls("CA" + NOBODY).fetch()


@pytest.mark.parametrize("name", ["recordings", "conferences", "notifications", "outgoing_caller_ids"])
def test_what_later_capabilities_fill_is_listed(client, name):
    assert isinstance(getattr(client, name).list(limit=5), list)


def test_usage_alerts_and_the_audit_are_listed(client):
    for its in (client.usage.records, client.usage.records.today, client.usage.records.monthly, client.monitor.alerts,
                client.monitor.events):
        assert isinstance(its.list(limit=5), list)


def test_wrong_credentials_are_told(server):
    with Refused(401, 20003):
        sdk(server.url, server.account, "wrong").sip.domains.list()
