"""Every answer of our API against Twilio's own description of it: create, fetch, list, page, change and remove everything.

Which operations were seen is printed at the end (pytest -s), and written to build/contract.txt."""
import re

import pytest

from contract import LATER, Contract, wanted_operations
from contract_kinds import ADDRESSES, KINDS, LISTS, PASSWORD, URL
from skyn3t import COMMUNITIES
from twilio_description import twilio_api

NO_SID = "0123456789abcdef" * 2
NUMBER = "+56225550101"


@pytest.fixture(scope="module")
def whole(server):
    contract = Contract(server.url, server.account, server.token)
    yield contract
    contract.close()
    contract.write_table()
    print("\n" + contract.table())


@pytest.fixture
def api(whole):
    """The contract; whatever a test's answers contradict fails it."""
    whole.problems.clear()
    yield whole
    assert whole.problems == []


@pytest.fixture
def made(api):
    """made(collection, form) creates, and removes at the end what is still there."""
    items = []

    def make(collection, form):
        answer = api.request("POST", f"{collection}.json", form)
        assert answer.status == 201, answer
        items.append(f"{collection}/{answer['sid']}.json")
        return answer.body
    yield make
    for item in reversed(items):
        api.send("DELETE", item)


every_kind = pytest.mark.parametrize("kind", KINDS, ids=repr)


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def assert_shows(body, form):
    """What was asked for is what the answer says, under the property of the same name."""
    for name, value in form.items():
        if snake(name) in body:
            shown = body[snake(name)]
            assert (str(shown).lower() if isinstance(shown, bool) else str(shown)) == value, f"{name}: {shown!r}"


def refused(api, target, form, *codes):
    answer = api.request("POST", target, form)
    assert answer.status == 400 and answer["code"] in codes, answer


# -- the life of every kind


@every_kind
def test_it_is_created_fetched_changed_listed_and_deleted(api, made, kind):
    place = kind.place(made)
    before = {each["sid"] for each in api.request("GET", f"{place}.json")[kind.key]}
    form = kind.form(1)
    created = made(place, form)
    assert_shows(created, form)
    item = f"{place}/{created['sid']}.json"
    fetched = api.request("GET", item)
    assert fetched.status == 200 and fetched.body == {n: v for n, v in created.items() if n in fetched.body}
    if "uri" in created:
        assert created["uri"] == api.path(item)
    changed = api.request("POST", item, kind.change)
    assert changed.status == 200 and changed["sid"] == created["sid"]
    assert_shows(changed.body, kind.change)
    assert api.request("GET", item).body == changed.body
    listed = api.request("GET", f"{place}.json?PageSize=1000")[kind.key]
    assert {each["sid"] for each in listed} == before | {created["sid"]} and changed.body in listed
    assert api.request("DELETE", item).status == 204
    for method in ("GET", "DELETE"):
        assert api.request(method, item).status == 404
    assert {each["sid"] for each in api.request("GET", f"{place}.json?PageSize=1000")[kind.key]} == before


@every_kind
def test_its_list_is_paged_in_both_directions(api, made, kind):
    place = kind.place(made)
    sids = {made(place, kind.form(index))["sid"] for index in range(5)}
    pages, uri = [], f"{place}.json?PageSize=2"
    while uri:
        answer = api.request("GET", uri)
        pages.append(answer.body)
        assert answer["page"] == len(pages) - 1 and answer["page_size"] == 2
        assert answer["start"] == 2 * answer["page"]
        uri = answer["next_page_uri"]
    seen = [each["sid"] for page in pages for each in page[kind.key]]
    assert len(seen) == len(set(seen)) and sids <= set(seen), "each once"
    assert pages[0]["previous_page_uri"] is None
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:])):
        assert api.request("GET", later["previous_page_uri"])[kind.key] == earlier[kind.key]
    assert api.request("GET", pages[-1]["first_page_uri"])[kind.key] == pages[0][kind.key]


@every_kind
def test_a_bad_page_is_refused(api, made, kind):
    place = kind.place(made)
    for query, code in (("PageSize=1001", 20007), ("PageSize=0", 20007), ("PageToken=PAnothing", 21481), ("Page=1", 21481)):
        answer = api.request("GET", f"{place}.json?{query}")
        assert (answer.status, answer["code"]) == (400, code), query


@every_kind
def test_what_it_needs_is_asked_for(api, made, kind):
    place = kind.place(made)
    create = twilio_api().find("POST", api.path(f"{place}.json"))[0]
    for missing in create.required | ({"PhoneNumber"} if kind.operation == "IncomingPhoneNumber" else set()):
        form = {name: value for name, value in kind.form(3).items() if name != missing}
        assert api.request("POST", f"{place}.json", form).status == 400, missing


@every_kind
def test_an_unknown_one_is_404_as_twilio_says_it(api, made, kind):
    place = kind.place(made)
    prefix = made(place, kind.form(1))["sid"][:2]
    for method, form in (("GET", None), ("POST", kind.change), ("DELETE", None)):
        answer = api.request(method, f"{place}/{prefix}{NO_SID}.json", form)
        assert (answer.status, answer["code"]) == (404, 20404)
        assert f"{prefix}{NO_SID}" in answer["message"]


@every_kind
def test_an_unknown_parameter_is_ignored(api, made, kind):
    place = kind.place(made)
    answer = api.send("POST", f"{place}.json", {**kind.form(4), "Colour": "blue"})
    assert answer.status == 201 and api.send("DELETE", f"{place}/{answer['sid']}.json").status == 204


@every_kind
def test_a_method_that_it_does_not_have_is_405(api, made, kind):
    place = kind.place(made)
    for method in ("PUT", "DELETE", "PATCH"):
        answer = api.send(method, f"{place}.json", {})
        assert (answer.status, answer["code"]) == (405, 20004), method


@every_kind
def test_wrong_credentials_are_401(api, made, kind):
    place = kind.place(made)
    for credentials in ((), (api.account, "wrong"), ("AC" + NO_SID, api.token), ("SK" + NO_SID, "wrong")):
        answer = api.request("GET", f"{place}.json", credentials=credentials)
        assert (answer.status, answer["code"]) == (401, 20003)


@every_kind
def test_another_account_s_is_404(api, kind):
    answer = api.request("GET", f"/2010-04-01/Accounts/AC{NO_SID}{kind.collection.format('CL' + NO_SID)}.json")
    assert (answer.status, answer["code"]) == (404, 20404)


# -- every parameter that the description has

SIDS_OF_OTHERS = {"ByocTrunkSid", "EmergencyCallerSid", "EmergencyAddressSid", "TrunkSid", "IdentitySid", "AddressSid",
                  "BundleSid", "AccountSid", "VoiceApplicationSid", "SmsApplicationSid"}
FIXED = {"PhoneNumber", "AreaCode", "Username", "Password", "ApiVersion", "IpAddress", "CidrPrefixLength", "DomainName"}


def samples(schema, name):
    if name == "VoiceReceiveMode":
        return ["voice"]  # there is no fax here, nor at Twilio any more
    if "enum" in schema:
        return schema["enum"]
    kind = schema.get("type")
    if kind == "boolean":
        return ["true", "false"]
    if kind == "integer":
        return ["21"]
    if schema.get("format") == "uri" or name.endswith("Url") or name.endswith("Callback"):
        return [URL]
    return ["Ñandú 1"] if name == "FriendlyName" else ["texto"]


def parameters():
    for kind in KINDS:
        operation = twilio_api().by_id[f"Update{kind.operation}"]
        for name, schema in operation.form.items():
            if name not in SIDS_OF_OTHERS | FIXED and not name.startswith(("Sms", "Emergency")) and name != "Secure":
                yield pytest.param(kind, name, samples(schema, name), id=f"{kind.operation}-{name}")


@pytest.mark.parametrize("kind, name, values", parameters())
def test_a_parameter_is_kept_and_shown(api, made, kind, name, values):
    place = kind.place(made)
    created = made(place, kind.form(1))
    for value in values:
        form = {name: value, **({"VoiceUrl": URL} if name == "VoiceFallbackUrl" else {})}
        answer = api.request("POST", f"{place}/{created['sid']}.json", form)
        assert answer.status == 200, answer
        assert_shows(answer.body, form)
        assert_shows(api.request("GET", f"{place}/{created['sid']}.json").body, form)


@pytest.mark.parametrize("kind, name", [(kind, name) for kind in KINDS
                                        for name in twilio_api().by_id[f"Update{kind.operation}"].form
                                        if name.startswith(("Voice", "StatusCallback")) and name.endswith(("Url", "Method"))],
                         ids=lambda value: str(value))
def test_a_url_or_method_that_is_none_is_refused(api, made, kind, name):
    place = kind.place(made)
    item = f"{place}/{made(place, kind.form(1))['sid']}.json"
    before = api.request("GET", item).body
    answer = api.send("POST", item, {name: "not a url" if name.endswith("Url") else "PUT"})
    assert answer.status == 400 and 21000 <= answer["code"] < 22000
    assert api.request("GET", item).body == before


# -- what Twilio refuses


def test_names_and_passwords_against_the_rules_are_refused(api, made):
    domain = made("/SIP/Domains", {"DomainName": "unico.sip.example.cl"})
    refused(api, "/SIP/Domains.json", {"DomainName": domain["domain_name"]}, 21232)
    refused(api, "/SIP/Domains.json", {"DomainName": "con_guion.sip.example.cl"}, 21232)
    refused(api, "/SIP/Domains.json", {"DomainName": "largo.sip.example.cl", "FriendlyName": "a" * 65}, 21231)
    first = made(LISTS, {"FriendlyName": "Única"})
    refused(api, f"{LISTS}.json", {"FriendlyName": "Única"}, 21240)
    refused(api, f"{LISTS}.json", {"FriendlyName": "a" * 65}, 21240)
    credentials = f"{LISTS}/{first['sid']}/Credentials.json"
    assert api.request("POST", credentials, {"Username": "uno", "Password": PASSWORD}).status == 201
    for user, password in (("uno", PASSWORD), ("a" * 33, PASSWORD), ("dos", "Corta1"), ("dos", "todominusculas1"),
                           ("dos", "TODOMAYUSCULAS1"), ("dos", "SinNingunaCifra")):
        refused(api, credentials, {"Username": user, "Password": password}, 21240, 21243)
    addresses = made(ADDRESSES, {"FriendlyName": "Única"})
    refused(api, f"{ADDRESSES}.json", {"FriendlyName": "Única"}, 21235)
    entries = f"{ADDRESSES}/{addresses['sid']}/IpAddresses.json"
    assert api.request("POST", entries, {"FriendlyName": "A", "IpAddress": "203.0.113.1"}).status == 201
    for name, address in (("A", "203.0.113.2"), ("B", "203.0.113.1"), ("B", "203.0.113.256"), ("B", "casa")):
        refused(api, entries, {"FriendlyName": name, "IpAddress": address}, 21235)


def test_a_number_that_is_none_or_taken_is_refused(api, made):
    made("/IncomingPhoneNumbers", {"PhoneNumber": NUMBER})
    refused(api, "/IncomingPhoneNumbers.json", {"PhoneNumber": NUMBER}, 21422)
    for number in ("123", "+0123456789", "casa"):
        refused(api, "/IncomingPhoneNumbers.json", {"PhoneNumber": number}, 21421)
    refused(api, "/IncomingPhoneNumbers.json", {"PhoneNumber": "+56225550199", "VoiceApplicationSid": "AP" + NO_SID}, 21420)


def test_the_numbers_of_a_type_and_by_part_are_listed(api, made):
    sid = made("/IncomingPhoneNumbers", {"PhoneNumber": NUMBER, "FriendlyName": "Portería"})["sid"]
    for query, found in (("PhoneNumber=%2B56225550101", True), ("PhoneNumber=2555*10", True), ("PhoneNumber=999999", False),
                         ("FriendlyName=Porter%C3%ADa", True), ("FriendlyName=Nadie", False)):
        listed = api.request("GET", f"/IncomingPhoneNumbers.json?{query}")["incoming_phone_numbers"]
        assert (sid in [each["sid"] for each in listed]) == found, query


@pytest.mark.parametrize("kind, number", [("Local", "+56225550111"), ("Mobile", "+56987650111"), ("TollFree", "+56800200111")])
def test_a_number_is_made_and_listed_among_its_type(api, kind, number):
    made = api.request("POST", f"/IncomingPhoneNumbers/{kind}.json", {"PhoneNumber": number})
    assert made.status == 201, made
    listed = api.request("GET", f"/IncomingPhoneNumbers/{kind}.json")["incoming_phone_numbers"]
    assert made["sid"] in [each["sid"] for each in listed]
    assert api.request("DELETE", f"/IncomingPhoneNumbers/{made['sid']}.json").status == 204


def test_nobody_waits_in_a_new_queue(api, made):
    queue = made("/Queues", {"FriendlyName": "vacía"})
    assert (queue["current_size"], queue["average_wait_time"]) == (0, 0)
    assert api.request("GET", f"/Queues/{queue['sid']}/Members.json")["queue_members"] == []


# -- mappings

MAPPINGS = [("Auth/Calls/CredentialListMappings", "contents", "CredentialListSid"),
            ("Auth/Registrations/CredentialListMappings", "contents", "CredentialListSid"),
            ("Auth/Calls/IpAccessControlListMappings", "contents", "IpAccessControlListSid"),
            ("CredentialListMappings", "credential_list_mappings", "CredentialListSid"),
            ("IpAccessControlListMappings", "ip_access_control_list_mappings", "IpAccessControlListSid")]


@pytest.mark.parametrize("path, key, parameter", MAPPINGS, ids=lambda value: str(value))
def test_a_list_is_mapped_once_and_not_removed_while_it_is(api, made, path, key, parameter):
    lists, in_use = (LISTS, 21241) if parameter == "CredentialListSid" else (ADDRESSES, 21236)
    mapped, other = made(lists, {"FriendlyName": "Mapeada"}), made(lists, {"FriendlyName": "Otra"})
    domain = made("/SIP/Domains", {"DomainName": "mapeado.sip.example.cl"})
    place = f"/SIP/Domains/{domain['sid']}/{path}"
    assert not api.request("GET", f"/SIP/Domains/{domain['sid']}.json")["auth_type"]
    created = api.request("POST", f"{place}.json", {parameter: mapped["sid"]})
    assert created.status == 201 and created["sid"] == mapped["sid"] and created["friendly_name"] == "Mapeada"
    assert api.request("GET", f"{place}/{mapped['sid']}.json").body == created.body
    assert api.request("GET", f"{place}.json")[key] == [created.body]
    refused(api, f"{place}.json", {parameter: mapped["sid"]}, 21231)
    assert api.request("POST", f"{place}.json", {parameter: mapped["sid"][:2] + NO_SID}).status in (400, 404)
    assert api.request("GET", f"{place}/{other['sid']}.json").status == 404
    answer = api.request("DELETE", f"{lists}/{mapped['sid']}.json")
    assert (answer.status, answer["code"]) == (400, in_use)
    assert api.request("DELETE", f"{place}/{mapped['sid']}.json").status == 204
    assert api.request("DELETE", f"{place}/{mapped['sid']}.json").status == 404


def test_the_old_paths_of_mappings_are_the_same_mappings(api, made):
    domain = made("/SIP/Domains", {"DomainName": "viejo.sip.example.cl"})
    credentials = made(LISTS, {"FriendlyName": "Vieja"})
    base = f"/SIP/Domains/{domain['sid']}"
    assert api.request("POST", f"{base}/CredentialListMappings.json", {"CredentialListSid": credentials["sid"]}).status == 201
    refused(api, f"{base}/Auth/Calls/CredentialListMappings.json", {"CredentialListSid": credentials["sid"]}, 21231)
    assert api.request("GET", f"{base}.json")["auth_type"] == "CREDENTIAL_LIST"
    registrations = f"{base}/Auth/Registrations/CredentialListMappings"
    assert api.request("GET", f"{registrations}.json")["contents"] == []
    assert api.request("POST", f"{registrations}.json", {"CredentialListSid": credentials["sid"]}).status == 201
    assert api.request("DELETE", f"{base}/Auth/Calls/CredentialListMappings/{credentials['sid']}.json").status == 204
    assert not api.request("GET", f"{base}.json")["auth_type"]
    assert api.request("DELETE", f"{registrations}/{credentials['sid']}.json").status == 204


def test_two_lists_that_have_the_same_user_are_not_mapped_to_one_domain(api, made):
    domain = made("/SIP/Domains", {"DomainName": "ambiguo.sip.example.cl"})
    place = f"/SIP/Domains/{domain['sid']}/Auth/Calls/CredentialListMappings"
    lists = [made(LISTS, {"FriendlyName": name}) for name in "AB"]
    for each in lists:
        form = {"Username": "mismo", "Password": PASSWORD}
        assert api.request("POST", f"{LISTS}/{each['sid']}/Credentials.json", form).status == 201
    assert api.request("POST", f"{place}.json", {"CredentialListSid": lists[0]["sid"]}).status == 201
    refused(api, f"{place}.json", {"CredentialListSid": lists[1]["sid"]}, 21231)
    assert api.request("DELETE", f"{place}/{lists[0]['sid']}.json").status == 204


# -- what only reads

READ_ONLY = [each for each in wanted_operations() if each.id.startswith("List")
             and not set(each.path_names) - {"AccountSid", "CountryCode"}]


@pytest.mark.parametrize("operation", READ_ONLY, ids=lambda each: each.id)
def test_every_list_answers_as_it_is_described(api, operation):
    path = operation.template.replace("{AccountSid}", api.account).replace("{CountryCode}", "CL")
    answer = api.request("GET", path)
    assert answer.status == 200 or (answer.status == 404 and operation.id.startswith("ListAvailable")), answer


def test_the_account_its_balance_and_where_numbers_are_sold(api):
    account = api.request("GET", f"/2010-04-01/Accounts/{api.account}.json")
    assert account["sid"] == api.account and account["status"] == "active"
    listed = api.request("GET", "/2010-04-01/Accounts.json")["accounts"]
    assert [each["sid"] for each in listed] == [api.account]
    name = account["friendly_name"]
    renamed = api.request("POST", f"/2010-04-01/Accounts/{api.account}.json", {"FriendlyName": "Operador de prueba"})
    assert renamed["friendly_name"] == "Operador de prueba"
    api.request("POST", f"/2010-04-01/Accounts/{api.account}.json", {"FriendlyName": name})
    assert api.request("GET", "/Balance.json").status == 200
    assert api.request("GET", "/AvailablePhoneNumbers/CL.json").status in (200, 404)


def test_a_caller_id_is_verified_renamed_and_removed(api):
    asked = api.request("POST", "/OutgoingCallerIds.json", {"PhoneNumber": "+56987654321", "FriendlyName": "Celular"})
    assert asked.status == 200, asked
    for each in api.request("GET", "/OutgoingCallerIds.json")["outgoing_caller_ids"]:
        item = f"/OutgoingCallerIds/{each['sid']}.json"
        assert api.request("POST", item, {"FriendlyName": "Otro"})["friendly_name"] == "Otro"
        assert api.request("GET", item)["friendly_name"] == "Otro"
        assert api.request("DELETE", item).status == 204


@pytest.mark.parametrize("what", ["Recordings/RE", "Conferences/CF", "Notifications/NO", "Calls/CA", "OutgoingCallerIds/PN"])
def test_one_that_does_not_exist_is_404(api, what):
    answer = api.request("GET", f"/{what}{NO_SID}.json")
    assert (answer.status, answer["code"]) == (404, 20404)


@pytest.mark.parametrize("what", ["Events", "Notifications", "Recordings"])
def test_what_belongs_to_a_call_that_does_not_exist_is_404(api, what):
    assert api.request("GET", f"/Calls/CA{NO_SID}/{what}.json").status == 404


def test_an_event_of_the_audit_is_fetched(api):
    event = api.request("GET", "/v1/Events?PageSize=1")["events"][0]
    assert api.request("GET", f"/v1/Events/{event['sid']}").body == event


FORMS = {"CreateParticipant": {"From": NUMBER, "To": "+56987654321"}, "UpdateMember": {"Url": URL},
         "UpdateCallRecording": {"Status": "stopped"}, "UpdateConferenceRecording": {"Status": "stopped"}}


@pytest.mark.parametrize("name", sorted(set(LATER) - {"CreateAccount", "CreateCallRecording"}))
def test_what_a_later_capability_fills_is_not_there(api, name):
    operation = twilio_api().by_id[name]
    path = operation.template.replace("{AccountSid}", api.account)
    for parameter, prefix in (("ConferenceSid", "CF"), ("CallSid", "CA"), ("QueueSid", "QU"),
                              ("Sid", "CF" if "Conferences/{Sid}" in path else "RE")):
        path = path.replace("{" + parameter + "}", prefix + NO_SID)
    answer = api.request(operation.method, path, FORMS.get(name, {}) if operation.method == "POST" else None)
    assert (answer.status, answer["code"]) == (404, 20404)


def test_there_are_no_subaccounts(api):
    refused(api, "/2010-04-01/Accounts.json", {"FriendlyName": "sub"}, 21480)


# -- calls


@pytest.fixture
def ended(server, carrier):
    """A call from the carrier that was hung up during the greeting."""
    call = carrier.call(server.sip, COMMUNITIES["PLAZA_NORTE"]).wait_answered()
    call.hang_up()
    return server.ended_call(call)


def test_a_call_is_read_with_all_that_belongs_to_it(api, ended):
    item = f"/Calls/{ended['sid']}"
    call = api.request("GET", f"{item}.json").body
    assert (call["to"], call["direction"], call["status"]) == (COMMUNITIES["PLAZA_NORTE"], "inbound", "completed")
    assert call["phone_number_sid"] and re.fullmatch(r"\d+", call["duration"])
    assert api.request("GET", f"{item}/Recordings.json")["recordings"] == []
    for each in api.request("GET", f"{item}/Notifications.json")["notifications"]:
        assert api.request("GET", f"{item}/Notifications/{each['sid']}.json").status == 200
    assert api.request("GET", f"{item}/Events.json").status == 200
    refused(api, f"{item}/Recordings.json", {}, 20010)


@pytest.fixture
def failing(api, server, carrier):
    """A call whose document is not to be had."""
    number, = api.send("GET", f"/IncomingPhoneNumbers.json?PhoneNumber={COMMUNITIES['LAS_FLORES'].replace('+', '%2B')}")[
        "incoming_phone_numbers"]
    item = f"/IncomingPhoneNumbers/{number['sid']}.json"
    api.send("POST", item, {"VoiceUrl": f"{server.url}/nada"})
    try:
        call = carrier.call(server.sip, COMMUNITIES["LAS_FLORES"]).wait_answered()
        call.wait_ended(20)
        yield server.ended_call(call)
    finally:
        api.send("POST", item, {"VoiceUrl": number["voice_url"]})


def test_what_went_wrong_is_an_alert_and_a_notification(api, failing):
    alert = next(its for its in api.request("GET", "/v1/Alerts")["alerts"] if its["resource_sid"] == failing["sid"])
    assert api.request("GET", f"/v1/Alerts/{alert['sid']}")["error_code"] == "11200"
    noted, = api.request("GET", f"/Calls/{failing['sid']}/Notifications.json")["notifications"]
    assert api.request("GET", f"/Calls/{failing['sid']}/Notifications/{noted['sid']}.json")["error_code"] == "11200"
    assert api.request("GET", f"/Notifications/{noted['sid']}.json")["call_sid"] == failing["sid"]
    assert noted["sid"] in [its["sid"] for its in api.request("GET", "/Notifications.json")["notifications"]]


def test_calls_are_found_by_every_filter(api, ended):
    day = api.request("GET", f"/Calls/{ended['sid']}.json")
    year = int(re.search(r" (\d{4}) ", day["start_time"])[1])
    for query, found in ((f"To=%2B{ended['to'][1:]}", True), ("To=%2B56999999999", False), ("Status=completed", True),
                         ("Status=busy", False), (f"StartTime%3E={year}-01-01", True), (f"StartTime%3C={year}-01-01", False),
                         (f"EndTime%3E={year}-01-01", True), (f"EndTime%3C={year}-01-01", False),
                         ("ParentCallSid=CA" + NO_SID, False), (f"From=%2B{ended['from'].lstrip('+')}", True)):
        listed = api.request("GET", f"/Calls.json?PageSize=1000&{query}")["calls"]
        assert (ended["sid"] in [each["sid"] for each in listed]) == found, query


def test_an_ended_call_can_not_be_changed_and_can_be_deleted(api, ended):
    item = f"/Calls/{ended['sid']}.json"
    answer = api.request("POST", item, {"Status": "completed"})
    assert (answer.status, answer["code"]) == (400, 21220)
    assert api.request("DELETE", item).status == 204
    assert api.request("GET", item).status == 404


def test_a_call_is_placed_changed_and_ended_by_the_api(api, server, phone):
    rung = phone("PLAZA_NORTE")
    user = server.credentials("PLAZA_NORTE")["office"][0]
    form = [("To", f"sip:{user}@{server.domain}"), ("From", COMMUNITIES["PLAZA_NORTE"]),
            ("Twiml", "<Response><Pause length='60'/></Response>"), ("Timeout", "20"), ("TimeLimit", "120"),
            ("StatusCallbackEvent", "initiated"), ("StatusCallbackEvent", "answered"), ("StatusCallbackMethod", "POST")]
    created = api.request("POST", "/Calls.json", form)
    assert created.status == 201, created
    assert created["direction"] == "outbound-api" and created["status"] in ("queued", "ringing")
    item = f"/Calls/{created['sid']}.json"
    call = rung.wait(lambda: next(iter(rung.calls.values()), None), 10, "the phone rings")
    server.wait_until(lambda: api.request("GET", item)["status"] == "in-progress", 10, "it is answered")
    assert api.request("DELETE", item).status in (400, 409)
    assert api.request("POST", item, {"Twiml": "<Response><Pause length='30'/></Response>"}).status == 200
    assert api.request("POST", item, {"Status": "completed"}).status == 200
    server.wait_until(lambda: api.request("GET", item)["status"] == "completed", 10, "it is over")
    assert call.wait_ended(5) == "them"


@pytest.mark.parametrize("form, codes", [
    ({"From": "+56223456789", "Url": URL}, {21201}),
    ({"To": "+56987654321", "Url": URL}, {21213}),
    ({"To": "+56987654321", "From": "+56911111111", "Url": URL}, {21210, 21212}),
    ({"To": "casa", "From": "+56223456789", "Url": URL}, {21211, 21217}),
    ({"To": "+56987654321", "From": "+56223456789", "Url": "nada"}, {21205}),
    ({"To": "+56987654321", "From": "+56223456789"}, {21205}),
    ({"To": "+56987654321", "From": "+56223456789", "Url": URL, "Method": "PUT"}, {21209}),
    ({"To": "+56987654321", "From": "+56223456789", "Url": URL, "Timeout": "nunca"}, {21208}),
    ({"To": "+56987654321", "From": "+56223456789", "Url": URL, "SendDigits": "abc"}, {21206}),
    ({"To": "+56987654321", "From": "+56223456789", "ApplicationSid": "AP" + NO_SID}, {21218}),
])
def test_a_call_that_can_not_be_placed_is_refused(api, form, codes):
    answer = api.request("POST", "/Calls.json", form)
    assert answer.status == 400 and answer["code"] in codes, answer


# -- what was seen


def test_zz_every_operation_of_this_capability_was_seen(whole):
    """After all others: what is not covered is what LATER says, and is answered by an error."""
    missing = {each.id for each in wanted_operations() if not any(its < 400 for its in whole.seen.get(each.id, ()))}
    assert missing == set(LATER)
    assert [name for name in LATER if not whole.seen.get(name)] == []
