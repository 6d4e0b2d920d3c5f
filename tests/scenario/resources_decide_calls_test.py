"""What a call does is decided by the resources of the API: a change counts from the next call on, with no restart."""
import pytest

from menu import NUMBER
from skyn3t import ApiError

BASE = "http://skyn3t.internal/twiml"
OTHER = "Bienvenido a otro documento."


def api(server, path, form=None, method=None):
    return server.api(f"/2010-04-01/Accounts/{server.account}/{path}", form, method)


def number_of(server, e164=NUMBER):
    found, = api(server, f"IncomingPhoneNumbers.json?PhoneNumber={e164.replace('+', '%2B')}")["incoming_phone_numbers"]
    return found


@pytest.fixture
def number(server):
    """Its fields as they were; they are put back."""
    before = number_of(server)
    yield before
    api(server, f"IncomingPhoneNumbers/{before['sid']}.json",
        {"VoiceUrl": before["voice_url"], "VoiceFallbackUrl": "", "VoiceApplicationSid": ""})


@pytest.fixture
def other(server):
    """The address of a document of the account, which says OTHER."""
    made = server.api("/v1/Documents", {"FriendlyName": "otro",
                                        "Content": f'<Response><Say language="es-MX">{OTHER}</Say><Pause length="5"/></Response>'})
    yield f"{BASE}/documents/{made['sid']}"
    server.api(made["url"], method="DELETE")


def change(server, number, **fields):
    return api(server, f"IncomingPhoneNumbers/{number['sid']}.json", fields)


def row_of_a_call(server, carrier, seconds=1.5):
    """A call that waits for the greeting and hangs up; its row of the log."""
    call = carrier.call(server.sip, NUMBER).wait_answered()
    carrier.wait(lambda: any("ienvenid" in said or "sentimos" in said for said in said_so_far(server, call)), 10,
                 "a sentence")
    call.hang_up()
    return server.ended_call(call)


def said_so_far(server, call):
    rows = [c for c in server.calls() if c["skyn3t"]["sip_call_id"] == call.call_id]
    return server.said(rows[0]["sid"]) if rows else []


def test_a_numbers_voice_url_is_what_the_next_call_runs_on(server, carrier, other, number):
    assert number["voice_url"] == f"{BASE}/OFICINA_PRINCIPAL/main"
    before = row_of_a_call(server, carrier)
    change(server, number, VoiceUrl=other)
    after = row_of_a_call(server, carrier)
    assert OTHER not in " ".join(server.said(before["sid"]))
    assert OTHER in " ".join(server.said(after["sid"]))
    assert after["skyn3t"]["community_code"] == "OFICINA_PRINCIPAL", "whose number it is stays"


def test_the_fallback_url_is_heard_when_the_voice_url_fails(server, carrier, other, number):
    change(server, number, VoiceUrl=f"{BASE}/NADA/main", VoiceFallbackUrl=other)
    assert OTHER in " ".join(server.said(row_of_a_call(server, carrier)["sid"]))


def test_another_communitys_documents_are_as_good_as_none(server, carrier, number):
    """Whoever may write a VoiceUrl must not hear another community by it, nor learn which there are."""
    heard = {}
    for code in ("PLAZA_NORTE", "NADA"):
        change(server, number, VoiceUrl=f"{BASE}/{code}/main")
        heard[code] = server.said(row_of_a_call(server, carrier)["sid"])
    assert heard["PLAZA_NORTE"] == heard["NADA"] and "Plaza" not in " ".join(heard["NADA"])


def test_an_application_stands_before_the_numbers_own_urls(server, carrier, other, number):
    application = api(server, "Applications.json", {"FriendlyName": "other", "VoiceUrl": other})
    change(server, number, VoiceApplicationSid=application["sid"])
    assert OTHER in " ".join(server.said(row_of_a_call(server, carrier)["sid"]))
    change(server, number, VoiceApplicationSid="")
    api(server, f"Applications/{application['sid']}.json", method="DELETE")


def test_a_number_without_a_voice_url_says_that_the_application_failed(server, carrier, number):
    change(server, number, VoiceUrl="")
    row = row_of_a_call(server, carrier)
    server.wait_log(r"the called number has no VoiceUrl number=\+56229145248")
    assert any("ocurrió un error" in said for said in server.said(row["sid"]))


def test_a_number_of_the_api_is_called_and_a_removed_one_is_404(server, carrier, other):
    made = api(server, "IncomingPhoneNumbers.json", {"PhoneNumber": "+56221230000", "VoiceUrl": other})
    call = carrier.call(server.sip, "+56221230000").wait_answered()
    call.hang_up()
    assert server.ended_call(call)["skyn3t"]["community_code"] in (None, "")
    api(server, f"IncomingPhoneNumbers/{made['sid']}.json", method="DELETE")
    assert carrier.call(server.sip, "+56221230000").wait_final() == 404


def test_a_phone_whose_credential_is_removed_is_no_longer_rung_and_cannot_register(server, phone, peers):
    made = phone(code="LAS_FLORES", role="security")
    user, password = server.credentials("LAS_FLORES")["security"]
    lists = api(server, "SIP/CredentialLists.json")["credential_lists"]
    sid, = [each["sid"] for each in lists if each["friendly_name"] == "LAS_FLORES_Credentials"]
    path = f"SIP/CredentialLists/{sid}/Credentials"
    credential, = [c for c in api(server, path + ".json")["credentials"] if c["username"] == user]
    api(server, f"{path}/{credential['sid']}.json", method="DELETE")
    assert [b for b in server.api("/v1/Registrations")["registrations"] if b["username"] == user] == []
    assert peers().register(server.sip, user, password, server.domain).status == 401
    api(server, path + ".json", {"Username": user, "Password": password})
    assert made.register(server.sip, user, password, server.domain).status == 200


def test_registering_needs_the_domains_flag_and_the_mapping(server, phone, peers):
    user, password = server.credentials("PLAZA_NORTE")["office"]
    domain, = api(server, "SIP/Domains.json")["domains"]
    path = f"SIP/Domains/{domain['sid']}"
    api(server, path + ".json", {"SipRegistration": "false"})
    assert peers().register(server.sip, user, password, server.domain).status == 403
    api(server, path + ".json", {"SipRegistration": "true"})
    mappings = path + "/Auth/Registrations/CredentialListMappings"
    mapped, = [m for m in api(server, mappings + ".json")["contents"] if m["friendly_name"] == "PLAZA_NORTE_Credentials"]
    api(server, f"{mappings}/{mapped['sid']}.json", method="DELETE")
    assert peers().register(server.sip, user, password, server.domain).status == 401
    api(server, mappings + ".json", {"CredentialListSid": mapped["sid"]})
    peer = peers()
    assert peer.register(server.sip, user, password, server.domain).status == 200
    assert peer.register(server.sip, user, password, server.domain, expires=0).status == 200


def test_a_mapped_list_cannot_be_removed(server):
    lists = api(server, "SIP/CredentialLists.json")["credential_lists"]
    with pytest.raises(ApiError) as refused:
        api(server, f"SIP/CredentialLists/{lists[0]['sid']}.json", method="DELETE")
    assert "21241" in str(refused.value)


def test_an_address_list_on_the_domain_lets_in_listed_addresses_and_needs_no_credentials_when_alone(server, peers):
    domain, = api(server, "SIP/Domains.json")["domains"]
    path = f"SIP/Domains/{domain['sid']}/Auth/Calls"
    made = api(server, "SIP/IpAccessControlLists.json", {"FriendlyName": "doors"})
    addresses = f"SIP/IpAccessControlLists/{made['sid']}/IpAddresses.json"
    api(server, addresses, {"FriendlyName": "elsewhere", "IpAddress": "203.0.113.9"})
    api(server, path + "/IpAccessControlListMappings.json", {"IpAccessControlListSid": made["sid"]})
    lists = [m["sid"] for m in api(server, path + "/CredentialListMappings.json")["contents"]]
    try:
        assert peers().call(server.sip, NUMBER).wait_final() == 403, "not in the list: not even challenged"
        api(server, addresses, {"FriendlyName": "here", "IpAddress": "127.0.0.0", "CidrPrefixLength": "8"})
        assert peers().call(server.sip, NUMBER).wait_final() == 401, "both are mapped: credentials too"
        for sid in lists:
            api(server, f"{path}/CredentialListMappings/{sid}.json", method="DELETE")
        call = peers().call(server.sip, NUMBER).wait_answered()
        call.hang_up()
        assert server.ended_call(call)["direction"] == "inbound"
    finally:
        for sid in lists:
            if sid not in [m["sid"] for m in api(server, path + "/CredentialListMappings.json")["contents"]]:
                api(server, path + "/CredentialListMappings.json", {"CredentialListSid": sid})
        api(server, f"{path}/IpAccessControlListMappings/{made['sid']}.json", method="DELETE")
