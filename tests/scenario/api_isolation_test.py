"""A community's key sees that community's resources: everything of every other is 404, in the very words of what never was."""
import itertools
import re

import pytest

from contract import Contract, wanted_operations
from skyn3t import COMMUNITIES

CODES = list(COMMUNITIES)
PAIRS = list(itertools.permutations(CODES, 2))
NO_SID = "0123456789abcdef" * 2
PASSWORD = "Una-Clave-Larga-1"


@pytest.fixture(scope="module")
def api(server):
    contract = Contract(server.url, server.account, server.token)
    yield contract
    contract.close()


@pytest.fixture(scope="module")
def keys(api):
    """{code: (SK, secret)}, made by the account for each community."""
    made = {}
    for code in CODES:
        answer = api.send("POST", "/Keys.json", {"FriendlyName": f"Llave de {code}", "CommunityCode": code})
        assert answer.status == 201, answer
        made[code] = (answer["sid"], answer["secret"])
    return made


@pytest.fixture(scope="module")
def owned(server, api, keys):
    """{code: paths of single resources}: what apply made, what the community's key made, and a call."""
    found = {code: [] for code in CODES}
    for code, key in keys.items():
        number, = api.send("GET", "/IncomingPhoneNumbers.json", credentials=key)["incoming_phone_numbers"]
        credentials, = api.send("GET", "/SIP/CredentialLists.json", credentials=key)["credential_lists"]
        users = f"/SIP/CredentialLists/{credentials['sid']}/Credentials"
        found[code] += [f"/IncomingPhoneNumbers/{number['sid']}.json", f"/SIP/CredentialLists/{credentials['sid']}.json"]
        found[code] += [f"{users}/{its['sid']}.json" for its in api.send("GET", f"{users}.json", credentials=key)["credentials"]]
        assert len(found[code]) == 4, "a number, a list and two phones"
        for collection, form in (("/Applications", {"FriendlyName": "Menú"}), ("/Queues", {"FriendlyName": "espera"}),
                                 ("/SIP/IpAccessControlLists", {"FriendlyName": "Oficina"})):
            made = api.send("POST", f"{collection}.json", form, credentials=key)
            assert made.status == 201, made
            found[code].append(f"{collection}/{made['sid']}.json")
        entries = found[code][-1].removesuffix(".json") + "/IpAddresses"
        made = api.send("POST", f"{entries}.json", {"FriendlyName": "Router", "IpAddress": "203.0.113.9"}, credentials=key)
        assert made.status == 201, made
        found[code].append(f"{entries}/{made['sid']}.json")
    return found


@pytest.fixture(scope="module")
def called(server, api):
    """{code: SID of a call}: the first is placed when it is asked for, since carriers live for a test."""
    return {}


def call_of(server, carrier, called, code):
    if code not in called:
        call = carrier.call(server.sip, COMMUNITIES[code]).wait_answered()
        call.hang_up()
        called[code] = server.ended_call(call)["sid"]
    return called[code]


def unknown(path):
    """The same path, its last SID being nobody's."""
    return re.sub(r"(?<=/[A-Z]{2})[0-9a-f]{32}(?!.*[0-9a-f]{32})", NO_SID, path)


def words(answer):
    """What an answer says, without the SID that was asked for."""
    headers = {name: answer.headers.get(name) for name in ("Content-Type", "X-Twilio-Error-Code", "WWW-Authenticate")}
    return answer.status, headers, re.sub(r"(?<=[A-Z]{2})[0-9a-f]{32}", "*", answer.text)


def assert_hidden(api, key, path, methods=("GET", "POST", "DELETE")):
    for method in methods:
        form = {"FriendlyName": "robado"} if method == "POST" else None
        theirs, nobody = (api.send(method, its, form, credentials=key) for its in (path, unknown(path)))
        assert theirs.status == 404 and theirs["code"] == 20404, f"{method} {path}: {theirs}"
        assert words(theirs) == words(nobody), f"{method} {path}"


@pytest.mark.parametrize("code", CODES)
def test_a_community_s_own_resources_are_there(api, keys, owned, code):
    for path in owned[code]:
        assert api.send("GET", path, credentials=keys[code]).status == 200, path


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_each_resource_of_another_community_is_as_if_it_never_was(api, keys, owned, mine, theirs):
    before = {path: api.send("GET", path).text for path in owned[theirs]}
    for path in owned[theirs]:
        assert_hidden(api, keys[mine], path)
    assert {path: api.send("GET", path).text for path in owned[theirs]} == before


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_what_another_community_s_resources_contain_is_not_there(api, keys, owned, mine, theirs):
    contained = [(path.removesuffix(".json"), part) for path in owned[theirs]
                 for prefix, part in (("/SIP/CredentialLists/CL", "Credentials"), ("/SIP/IpAccessControlLists/AL", "IpAddresses"),
                                      ("/Queues/QU", "Members")) if re.fullmatch(prefix + r"[0-9a-f]{32}\.json", path)]
    assert len(contained) == 3
    for path, part in contained:
        assert_hidden(api, keys[mine], f"{path}/{part}.json", ("GET",))
        if part != "Members":
            form = {"Username": "intruso", "Password": PASSWORD, "FriendlyName": "I", "IpAddress": "203.0.113.66"}
            made = api.send("POST", f"{path}/{part}.json", form, credentials=keys[mine])
            nobody = api.send("POST", unknown(f"{path}/{part}.json"), form, credentials=keys[mine])
            assert made.status == 404 and words(made) == words(nobody)


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_s_calls_are_not_there(server, carrier, api, keys, called, mine, theirs):
    sid = call_of(server, carrier, called, theirs)
    own = call_of(server, carrier, called, mine)
    assert api.send("GET", f"/Calls/{own}.json", credentials=keys[mine]).status == 200
    assert_hidden(api, keys[mine], f"/Calls/{sid}.json")
    for part in ("Events", "Notifications", "Recordings"):
        assert_hidden(api, keys[mine], f"/Calls/{sid}/{part}.json", ("GET",))
    assert_hidden(api, keys[mine], f"/v1/Calls/{sid}/Events", ("GET",))
    listed = [its["sid"] for its in api.send("GET", "/Calls.json", credentials=keys[mine])["calls"]]
    assert own in listed and sid not in listed
    assert api.send("GET", f"/Calls.json?ParentCallSid={sid}", credentials=keys[mine])["calls"] == []
    to_them = COMMUNITIES[theirs].replace("+", "%2B")
    assert api.send("GET", f"/Calls.json?To={to_them}", credentials=keys[mine])["calls"] == []


LISTS = [each for each in wanted_operations() if each.id.startswith("List") and "Available" not in each.id
         and not set(each.path_names) - {"AccountSid"} and each.id != "ListAccount"]


@pytest.mark.parametrize("operation", LISTS, ids=lambda each: each.id)
def test_no_list_shows_two_communities_the_same(server, carrier, api, keys, owned, called, operation):
    for code in CODES:
        call_of(server, carrier, called, code)
    shown = {}
    for code, key in keys.items():
        answer = api.send("GET", operation.template.replace("{AccountSid}", api.account), credentials=key)
        if answer.status == 404:
            continue  # as if there were no such list
        assert answer.status == 200, answer
        shown[code] = {its["sid"] for its in answer[operation.list_key] if its.get("sid")}
    for one, other in itertools.combinations(shown.values(), 2):
        assert not one & other


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_resource_is_not_made_for_another_community(api, keys, mine, theirs):
    made = api.send("POST", "/Applications.json", {"FriendlyName": "Ajena", "CommunityCode": theirs}, credentials=keys[mine])
    if made.status == 201:
        path = f"/Applications/{made['sid']}.json"
        assert api.send("GET", path, credentials=keys[theirs]).status == 404
        assert api.send("DELETE", path, credentials=keys[mine]).status == 204


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_credential_list_s_name_says_nothing_of_another_community_s(api, keys, mine, theirs):
    made = [api.send("POST", "/SIP/CredentialLists.json", {"FriendlyName": "Visitas"}, credentials=keys[code])
            for code in (theirs, mine)]
    assert [its.status for its in made] == [201, 201]
    for its, code in zip(made, (theirs, mine)):
        assert api.send("DELETE", f"/SIP/CredentialLists/{its['sid']}.json", credentials=keys[code]).status == 204


@pytest.mark.parametrize("mine, theirs", PAIRS)
@pytest.mark.parametrize("plus", ["+", "%2B", "%2b"])
@pytest.mark.parametrize("role", ["office", "nobody"])
def test_a_user_of_another_community_s_number_is_not_made_nor_told_of(api, keys, mine, theirs, plus, role):
    own, = api.send("GET", "/SIP/CredentialLists.json", credentials=keys[mine])["credential_lists"]
    form = {"Username": f"{plus}{COMMUNITIES[theirs][1:]}-{role}", "Password": PASSWORD}
    made = api.send("POST", f"/SIP/CredentialLists/{own['sid']}/Credentials.json", form, credentials=keys[mine])
    assert made.status == 400 and made["code"] == 21243 and made["message"] == "Username is in use"


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_s_number_places_no_call(api, keys, mine, theirs):
    form = {"To": "+56987654321", "Twiml": "<Response/>"}
    stolen = api.send("POST", "/Calls.json", {**form, "From": COMMUNITIES[theirs]}, credentials=keys[mine])
    nobody = api.send("POST", "/Calls.json", {**form, "From": "+56225559999"}, credentials=keys[mine])
    assert stolen.status == nobody.status == 400
    assert words(stolen)[2].replace(COMMUNITIES[theirs], "N") == words(nobody)[2].replace("+56225559999", "N")


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_our_own_resources_of_another_community_are_not_there(api, keys, mine, theirs):
    for path in ("/v1/Communities/{}", "/v1/Communities/{}/Secrets", "/v1/Communities/{}/Prompts"):
        answers = [api.send("GET", path.format(code), credentials=keys[mine]) for code in (theirs, "NADIE")]
        assert {its.status for its in answers} == {404}, path
        assert answers[0].text.replace(theirs, "*") == answers[1].text.replace("NADIE", "*")
    rotated = [api.send("POST", f"/v1/Communities/{code}/SigningSecret", {}, credentials=keys[mine]) for code in (theirs, "NADIE")]
    assert [its.status for its in rotated] == [404, 404]
    assert rotated[0].text.replace(theirs, "*") == rotated[1].text.replace("NADIE", "*")
    own = api.send("GET", f"/v1/Registrations?CommunityCode={theirs}", credentials=keys[mine])
    assert own.status == 404 or own["registrations"] == []


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_is_not_verified(api, keys, mine, theirs):
    answers = [api.send("POST", "/v1/Verifications", {"CommunityCode": code}, credentials=keys[mine])
               for code in (theirs, "NADIE")]
    assert answers[0].status == 404 and words(answers[0]) == words(answers[1])


def test_a_verification_that_runs_is_not_told_to_another_community(server, api, keys):
    mine, theirs = keys[CODES[0]], keys[CODES[1]]
    started = api.send("POST", "/v1/Verifications", {}, credentials=mine)
    assert started.status == 201 and [its["code"] for its in started["communities"]] == [CODES[0]]
    refused = api.send("POST", "/v1/Verifications", {}, credentials=theirs)
    assert refused.status == 429 and started["sid"] not in refused.text
    one = f"/v1/Verifications/{started['sid']}"
    assert_hidden(api, theirs, one, ("GET",))
    server.wait_until(lambda: api.send("GET", one, credentials=mine)["status"] != "running", 120, "it is over")


HELLO = "<Response><Say>Hola de {}</Say></Response>"


@pytest.fixture(scope="module")
def documents(api, keys):
    """{code: a document that the community's key has made}; all have the same name."""
    made = {code: api.send("POST", "/v1/Documents", {"FriendlyName": "saludo", "Content": HELLO.format(code)}, credentials=key)
            for code, key in keys.items()}
    assert {its.status for its in made.values()} == {201}
    yield {code: its.body for code, its in made.items()}
    for its in made.values():
        api.send("DELETE", its["url"])


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_s_documents_and_previews_are_as_if_they_never_were(api, keys, documents, mine, theirs):
    path = documents[theirs]["url"]
    before = api.send("GET", path).text
    assert_hidden(api, keys[mine], path)
    for suffix in ("Preview.json", "Preview.wav"):
        assert_hidden(api, keys[mine], f"{path}/{suffix}", ("GET",))
        given = [api.send("POST", f"/v1/Documents/{suffix}", {"Content": HELLO, "CommunityCode": code}, credentials=keys[mine])
                 for code in (theirs, "NADIE")]
        assert given[0].status == 404 and words(given[0]) == words(given[1])
    assert api.send("GET", path).text == before
    listed = api.send("GET", "/v1/Documents", credentials=keys[mine])["documents"]
    assert [each["sid"] for each in listed] == [documents[mine]["sid"]]
    forced = api.send("POST", "/v1/Documents", {"FriendlyName": "ajeno", "Content": HELLO, "CommunityCode": theirs},
                      credentials=keys[mine])
    assert forced["community_code"] == mine
    assert api.send("DELETE", forced["url"], credentials=keys[mine]).status == 204


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_s_own_documents_are_not_shown(api, keys, mine, theirs):
    for path in ("/v1/Communities/{}/Documents", "/v1/Communities/{}/Documents/main/Preview.json",
                 "/v1/Communities/{}/Documents/main/Preview.wav"):
        answers = [api.send("GET", path.format(code), credentials=keys[mine]) for code in (theirs, "NADIE")]
        assert {its.status for its in answers} == {404}, path
        assert answers[0].text.replace(theirs, "*") == answers[1].text.replace("NADIE", "*")
        assert api.send("GET", path.format(mine), credentials=keys[mine]).status == 200


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_another_community_s_document_answers_no_call(server, carrier, api, keys, documents, mine, theirs):
    """The key may write any address into its number; the call finds there what it finds at one that never was."""
    number, = api.send("GET", "/IncomingPhoneNumbers.json", credentials=keys[mine])["incoming_phone_numbers"]
    item = f"/IncomingPhoneNumbers/{number['sid']}.json"
    said = []
    try:
        for url in (documents[theirs]["voice_url"], unknown(documents[theirs]["voice_url"])):
            assert api.send("POST", item, {"VoiceUrl": url}, credentials=keys[mine]).status == 200
            call = carrier.call(server.sip, COMMUNITIES[mine]).wait_answered()
            call.wait_ended(30)
            said.append(server.said(server.ended_call(call)["sid"]))
    finally:
        api.send("POST", item, {"VoiceUrl": number["voice_url"]}, credentials=keys[mine])
    assert said[0] == said[1] and theirs not in " ".join(said[0])


@pytest.mark.parametrize("code", CODES)
def test_what_is_the_account_s_is_not_a_community_s(api, keys, code):
    """The domain serves all communities; keys and the account itself are the operator's."""
    domain, = api.send("GET", "/SIP/Domains.json")["domains"]
    assert_hidden(api, keys[code], f"/SIP/Domains/{domain['sid']}.json")
    for place in ("Auth/Calls", "Auth/Registrations"):
        assert_hidden(api, keys[code], f"/SIP/Domains/{domain['sid']}/{place}/CredentialListMappings.json", ("GET",))
    for path in ("/SIP/Domains.json", "/Keys.json", "/v1/Blocks"):
        answer = api.send("POST", path, {"FriendlyName": "x", "DomainName": "x.example.cl"}, credentials=keys[code])
        assert answer.status in (401, 403, 404, 405), f"{path}: {answer}"
    assert api.send("GET", "/v1/Communities", credentials=keys[code]).status in (200, 404)


@pytest.mark.parametrize("code", CODES)
def test_the_key_of_a_removed_key_is_worth_nothing(api, code):
    made = api.send("POST", "/Keys.json", {"FriendlyName": "Breve", "CommunityCode": code})
    key = (made["sid"], made["secret"])
    assert api.send("GET", "/Calls.json", credentials=key).status == 200
    assert api.send("DELETE", f"/Keys/{made['sid']}.json").status == 204
    assert api.send("GET", "/Calls.json", credentials=key).status == 401
