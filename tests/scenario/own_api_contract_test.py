"""Every operation of our own resources, each answer and each error judged by docs/openapi.yaml, strictly: no property beyond
it, none missing, null only where it says so.

Which operations were seen is printed at the end (pytest -s), and written to build/contract-own.txt. That every route of the
program is in the file, and nothing else, is tests/unit/rest/openapi_test.cpp."""
import io
import subprocess
import wave

import numpy as np
import pytest
import yaml

from contract import Contract
from rtp_audio import tone
from skyn3t import COMMUNITIES, ROOT
from twilio_description import PEERS, own_api
from until import until

CODE, NUMBER = "PLAZA_NORTE", COMMUNITIES["PLAZA_NORTE"]
NO_SID = "0123456789abcdef" * 2
HELLO = "<Response><Say language='es-MX'>Hola, {{From}}.</Say></Response>"
MANIFEST = (ROOT / "examples/communities.yaml").read_text()


@pytest.fixture(scope="module")
def whole(server):
    contract = Contract(server.url, server.account, server.token, own_api())
    yield contract
    contract.close()
    contract.write_table("contract-own.txt")
    print("\n" + contract.table())


@pytest.fixture
def api(whole):
    """The contract; whatever a test's answers contradict fails it."""
    whole.problems.clear()
    yield whole
    assert whole.problems == []


@pytest.fixture(scope="module")
def key(server, whole):
    """Of a community."""
    made = whole.send("POST", "/Keys.json", {"FriendlyName": "contrato", "CommunityCode": CODE})
    return made["sid"], made["secret"]


@pytest.fixture
def document(api):
    made = api.request("POST", "/v1/Documents", {"FriendlyName": "contrato", "Content": HELLO})
    assert made.status == 201, made
    yield made
    api.send("DELETE", made["url"])


def refused(answer, status, *codes):
    assert (answer.status, answer["code"]) in [(status, code) for code in codes], answer
    return answer


def sound_file():
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((1, 2, 8000, 0, "NONE", ""))
        wav.writeframes(np.asarray(tone(600, 1), "<i2").tobytes())
    return file.getvalue()


# -- the file itself


def test_the_file_is_an_openapi_description():
    validator = PEERS / ".bin/validate-api"
    assert validator.exists(), f"{validator} is missing: ./run test installs it"
    done = subprocess.run([validator, ROOT / "docs/openapi.yaml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_object_of_the_file_says_what_it_has_and_what_may_be_absent():
    def objects(schema, at):
        if isinstance(schema, dict):
            if schema.get("type") == "object" and "properties" in schema:
                yield at, schema
            for name, each in schema.items():
                yield from objects(each, f"{at}.{name}")
        elif isinstance(schema, list):
            for index, each in enumerate(schema):
                yield from objects(each, f"{at}[{index}]")
    answers = [(name, its) for name, its in own_api().parts["schemas"].items()]
    answers += [(f"{each.id} {status}", its) for each in own_api().operations for status, its in each.answers.items() if its]
    for name, schema in answers:
        for at, each in objects(schema, name):
            assert each.get("additionalProperties") is False, at
            assert set(each.get("required", ())) <= set(each["properties"]), at


def test_every_answer_of_the_file_has_a_description_and_every_operation_its_401():
    for each in own_api().operations:
        assert 401 in each.answers, each
        assert {"{" + name + "}" for name in each.path_names} <= set(each.template.replace("/", " ").split()), each


# -- communities


def test_communities_are_listed_fetched_and_shown_with_their_secrets(api, key):
    listed = api.request("GET", "/v1/Communities")["communities"]
    assert [each["code"] for each in listed] == sorted(COMMUNITIES)
    assert api.request("GET", f"/v1/Communities/{CODE}").body in listed
    assert [each["code"] for each in api.request("GET", "/v1/Communities", credentials=key)["communities"]] == [CODE]
    assert len(api.request("GET", f"/v1/Communities/{CODE}/Secrets")["phones"]) == 2
    for path in ("NADA", "NADA/Secrets"):
        refused(api.request("GET", f"/v1/Communities/{path}"), 404, 20404)


def test_the_secret_of_a_community_s_signatures_is_rotated_by_itself(api, key):
    before = api.request("GET", f"/v1/Communities/{CODE}/Secrets")["signing_secret"]
    rotated = api.request("POST", f"/v1/Communities/{CODE}/SigningSecret", {}, credentials=key)["signing_secret"]
    assert rotated != before and rotated == api.request("GET", f"/v1/Communities/{CODE}/Secrets")["signing_secret"]
    refused(api.request("POST", "/v1/Communities/NADA/SigningSecret", {}), 404, 20404)


def test_a_manifest_is_tried_applied_and_taken_back(api):
    added = yaml.safe_load(MANIFEST)
    added["communities"].append({"code": "CONTRATO", "name": "Contrato", "number": "+56225550177", "type": "oficina",
                                 "roles": [{"role": "office", "digit": "1", "label": "oficina"}]})
    added = yaml.safe_dump(added, allow_unicode=True)
    dry = api.request("POST", "/v1/Communities", {"Manifest": added, "File": "c.yaml", "DryRun": "true"})
    assert [each["action"] for each in dry["changes"] if each["code"] == "CONTRATO"] == ["create"] and dry["dry_run"]
    applied = api.request("POST", "/v1/Communities", {"Manifest": added, "Parallel": "2"})
    assert applied["applied"], applied
    if applied["provisioning"]:
        path = applied["provisioning"]["url"]
        refused(api.request("GET", f"/v1/Provisionings/PV{NO_SID}"), 404, 20404)
        wait_done(api, path)
    rotated = api.request("POST", "/v1/Communities/CONTRATO/Rotations", {"Role": "office"})
    assert rotated.status == 200, rotated
    if rotated["provisioning"]:
        wait_done(api, rotated["provisioning"]["url"])
    refused(api.request("POST", "/v1/Communities/NADA/Rotations", {}), 404, 20404)
    assert api.request("DELETE", "/v1/Communities/CONTRATO?DryRun=true")["dry_run"]
    renamed = api.request("POST", "/v1/Communities/CONTRATO/Renames", {"Code": "CONVENIO", "DryRun": "true"})
    assert [each["fields"] for each in renamed["changes"] if each["action"] == "update"] == [
        [{"field": "code", "from": "CONTRATO", "to": "CONVENIO"}]]
    refused(api.request("POST", "/v1/Communities/NADA/Renames", {"Code": "CONVENIO"}), 404, 20404)
    refused(api.request("POST", "/v1/Communities/CONTRATO/Renames", {"Code": CODE}), 409, 20409)
    refused(api.request("POST", "/v1/Communities/CONTRATO/Renames", {"Code": "no"}), 400, 20422)
    gone = api.request("DELETE", "/v1/Communities/CONTRATO")
    assert gone.status == 200, gone
    if gone["provisioning"]:
        wait_done(api, gone["provisioning"]["url"])
    refused(api.request("DELETE", "/v1/Communities/CONTRATO"), 404, 20404)
    assert "CONTRATO" in [each["code"] for each in api.request("GET", "/v1/RemovedCommunities")["communities"]]
    refused(api.request("POST", "/v1/RemovedCommunities/NADA/Restorations", {}), 404, 20404)
    assert api.request("POST", "/v1/RemovedCommunities/CONTRATO/Restorations", {"DryRun": "true"})["dry_run"]


def test_what_is_declared_is_exported_and_put_right(api, key):
    assert CODE in api.request("GET", "/v1/Export")["manifest"]
    assert api.request("GET", f"/v1/Export?CommunityCode={CODE}")["communities"] == 1
    assert api.request("GET", "/v1/Export", credentials=key)["communities"] == 1
    refused(api.request("GET", "/v1/Export?CommunityCode=NADA"), 404, 20404)
    assert api.request("POST", "/v1/Communities", {"Declared": "true", "DryRun": "true"})["dry_run"]


def wait_done(api, path):
    until(lambda: api.request("GET", path)["status"] in ("completed", "failed"), 60, lambda: f"{path} ends")
    assert api.request("GET", path)["status"] == "completed"


def test_a_manifest_that_is_wrong_is_refused_with_its_findings(api):
    wrong = refused(api.request("POST", "/v1/Communities", {"Manifest": "communities: [{ code: a }]"}), 400, 20422)
    assert wrong["findings"]
    refused(api.request("POST", "/v1/Communities", {}), 400, 20422)
    refused(api.request("POST", "/v1/Communities", {"Manifest": MANIFEST, "Parallel": "99"}), 400, 20422)
    taken = MANIFEST.replace(NUMBER, COMMUNITIES["LAS_FLORES"], 1)
    assert api.request("POST", "/v1/Communities", {"Manifest": taken, "DryRun": "true"}).status in (200, 400, 409)


def test_drift_is_told_and_an_account_read_into_a_manifest(api):
    assert {each["code"] for each in api.request("GET", "/v1/Drift")["communities"]} <= set(COMMUNITIES)
    assert api.request("GET", f"/v1/Drift?CommunityCode={CODE}").status == 200
    refused(api.request("GET", "/v1/Drift?CommunityCode=NADA"), 404, 20404)
    assert CODE in api.request("GET", "/v1/Import?Target=local")["manifest"]
    refused(api.request("GET", "/v1/Import?Target=luna"), 400, 20422)
    assert api.request("GET", "/v1/Import?Target=twilio").status in (400, 503), "no account is configured"


def test_recordings_are_uploaded_listed_and_deleted(api):
    place = f"/v1/Communities/{CODE}/Recordings"
    listed = api.request("GET", place)["recordings"]
    assert "bienvenida" in [each["name"] for each in listed]
    assert api.request("POST", f"{place}/bienvenida", sound_file())["uploaded"]
    refused(api.request("POST", f"{place}/bienvenida", b"no es sonido"), 400, 20422)
    refused(api.request("POST", f"{place}/nada", sound_file()), 404, 20404)
    refused(api.request("POST", f"{place}/bienvenida", b"\0" * (8 * 1024 * 1024 + 1)), 413, 20413)
    assert api.request("DELETE", f"{place}/bienvenida").status == 204
    refused(api.request("DELETE", f"{place}/bienvenida"), 404, 20404)
    refused(api.request("GET", "/v1/Communities/NADA/Recordings"), 404, 20404)


# -- documents


def test_a_document_has_the_life_of_a_resource(api, document):
    item = document["url"]
    assert api.request("GET", item).body == document.body
    assert document.body in api.request("GET", "/v1/Documents?PageSize=1000")["documents"]
    assert api.request("GET", "/v1/Documents?FriendlyName=nadie")["documents"] == []
    changed = api.request("POST", item, {"Content": "<Response><Dial>+56229145248</Dial><Say>Chao</Say></Response>"})
    assert [each["rule"] for each in changed["warnings"]][:1] == ["twiml-say-after-dial"]
    assert changed["variables"] == []
    refused(api.request("POST", "/v1/Documents", {"FriendlyName": "contrato", "Content": HELLO}), 409, 20409)
    assert api.request("DELETE", item).status == 204
    for method in ("GET", "POST", "DELETE"):
        refused(api.request(method, item, {"Content": HELLO} if method == "POST" else None), 404, 20404)


def test_documents_are_paged(api):
    made = [api.request("POST", "/v1/Documents", {"FriendlyName": f"p-{i}", "Content": HELLO}) for i in range(3)]
    first = api.request("GET", "/v1/Documents?PageSize=2")
    assert len(first["documents"]) == 2
    second = api.request("GET", first["meta"]["next_page_url"].removeprefix(f"http://{api.host}"))
    assert len(second["documents"]) == 1 and second["meta"]["previous_page_url"]
    refused(api.request("GET", "/v1/Documents?PageSize=1001"), 400, 20007)
    for each in made:
        assert api.request("DELETE", each["url"]).status == 204


@pytest.mark.parametrize("content, code", [("hola", 12100), ("<Resp/>", 12102), ("<Response><Speak/></Response>", 12200),
                                           ("<Response>{{#x}}</Response>", 12100), ("<Response/>" + " " * 65536, 11750)])
def test_what_is_no_twiml_is_refused_with_its_findings(api, document, content, code):
    for target, form in (("/v1/Documents", {"FriendlyName": "mala", "Content": content}), (document["url"], {"Content": content}),
                         ("/v1/Documents/Preview.json", {"Content": content}), ("/v1/Documents/Preview.wav", {"Content": content})):
        answer = refused(api.request("POST", target, form), 400, code)
        assert answer["findings"][0]["code"] == code and answer["findings"][0]["text_es"]


def test_previews_of_documents_are_read_and_heard(api, document):
    links = document["links"]
    assert "Hola, ana." in api.request("GET", links["preview"] + "?From=ana&Lang=en")["text"]
    assert api.request("GET", links["preview_audio"] + "?From=ana").content.startswith(b"RIFF")
    assert api.request("POST", "/v1/Documents/Preview.json", {"Content": HELLO, "CommunityCode": CODE}).status == 200
    assert api.request("POST", "/v1/Documents/Preview.wav", {"Content": HELLO}).content.startswith(b"RIFF")
    refused(api.request("POST", "/v1/Documents/Preview.wav", {"Content": "<Response><Hangup/></Response>"}), 400, 20422)
    for suffix in ("json", "wav"):
        refused(api.request("GET", f"/v1/Documents/EH{NO_SID}/Preview.{suffix}"), 404, 20404)
        refused(api.request("POST", f"/v1/Documents/Preview.{suffix}", {"Content": HELLO, "CommunityCode": "NADA"}), 404, 20404)


def test_a_community_s_own_documents_are_listed_read_and_heard(api):
    listed = api.request("GET", f"/v1/Communities/{CODE}/Documents?Lang=en")["documents"]
    assert "Waits for a key" in listed[0]["text"]
    for each in listed:
        assert api.request("GET", each["links"]["preview"])["content"] == each["content"]
    assert api.request("GET", listed[0]["links"]["preview_audio"]).content.startswith(b"RIFF")
    place = f"/v1/Communities/{CODE}/Documents"
    for path in (f"{place}/nada/Preview.json", f"{place}/nada/Preview.wav", "/v1/Communities/NADA/Documents"):
        refused(api.request("GET", path), 404, 20404)


# -- telephony


def test_registrations_trunks_and_blocks(api, server, phone, peers):
    phone(code=CODE)
    registered, = api.request("GET", f"/v1/Registrations?CommunityCode={CODE}")["registrations"]
    assert registered["community_code"] == CODE
    whose = f"/v1/Registrations?CommunityCode={CODE}&Username={registered['username'].replace('+', '%2B')}"
    assert api.request("DELETE", whose)["removed"] == 1
    refused(api.request("DELETE", whose), 404, 20404)
    trunk, = api.request("GET", "/v1/Trunks")["trunks"]
    assert trunk["takes_calls"] and api.request("GET", f"/v1/Trunks/{trunk['name']}").body == trunk
    refused(api.request("GET", "/v1/Trunks/nada"), 404, 20404)
    user = server.credentials(CODE)["office"][0]
    assert peers("127.0.0.9").register(server.sip, user, "equivocada", server.domain).status == 401
    assert user in [each["user"] for each in api.request("GET", "/v1/Blocks")["blocks"]]
    assert api.request("DELETE", f"/v1/Blocks?User={user.replace('+', '%2B')}")["cleared"] == 1


def test_the_story_of_a_call(api, server, carrier):
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    call.wait_ended(20)
    sid = server.ended_call(call)["sid"]
    story = api.request("GET", f"/v1/Calls/{sid}/Events")
    assert story["call"]["sid"] == sid and story["events"]
    refused(api.request("GET", f"/v1/Calls/CA{NO_SID}/Events"), 404, 20404)


def test_a_verification(api, server):
    started = api.request("POST", "/v1/Verifications", {"CommunityCode": CODE})
    assert started.status == 201, started
    refused(api.request("POST", "/v1/Verifications", {}), 429, 20429)
    server.wait_until(lambda: api.request("GET", started["url"])["status"] != "running", 120, "it is over")
    refused(api.request("POST", "/v1/Verifications", {"CommunityCode": "NADA"}), 404, 20404)
    refused(api.request("GET", f"/v1/Verifications/VN{NO_SID}"), 404, 20404)


# -- Monitor


def test_alerts_and_events(api, server, carrier):
    path = f"/IncomingPhoneNumbers.json?PhoneNumber={NUMBER.replace('+', '%2B')}"
    number, = api.send("GET", path)["incoming_phone_numbers"]
    item = f"/IncomingPhoneNumbers/{number['sid']}.json"
    api.send("POST", item, {"VoiceUrl": f"{server.url}/nada"})
    try:
        call = carrier.call(server.sip, NUMBER).wait_answered()
        call.wait_ended(20)
        sid = server.ended_call(call)["sid"]
    finally:
        api.send("POST", item, {"VoiceUrl": number["voice_url"]})
    alerts = api.request("GET", "/v1/Alerts?LogLevel=error")["alerts"]
    alert = next(each for each in alerts if each["resource_sid"] == sid)
    assert api.request("GET", f"/v1/Alerts/{alert['sid']}")["sid"] == alert["sid"]
    events = api.request("GET", "/v1/Events?PageSize=5")["events"]
    assert api.request("GET", f"/v1/Events/{events[0]['sid']}").body == events[0]
    refused(api.request("GET", f"/v1/Alerts/NO{NO_SID}"), 404, 20404)
    refused(api.request("GET", f"/v1/Events/AE{NO_SID}"), 404, 20404)
    refused(api.request("GET", "/v1/Alerts?LogLevel=x"), 400, 20422)
    refused(api.request("GET", "/v1/Events?StartDate=x"), 400, 20422)


# -- who may ask


def example(template):
    return (template.replace("{Code}", CODE).replace("{Name}", "main").replace("{Sid}", "EH" + NO_SID))


@pytest.mark.parametrize("operation", own_api().operations, ids=lambda each: each.id)
def test_nobody_is_told_anything(api, operation):
    for credentials in ((), ("AC" + NO_SID, "nada")):
        refused(api.request(operation.method, example(operation.template), credentials=credentials), 401, 20003)


OPERATOR = [each for each in own_api().operations if "(operator)" in each.summary]


@pytest.mark.parametrize("operation", OPERATOR, ids=lambda each: each.id)
def test_what_is_the_operator_s_is_not_there_for_a_community(api, key, operation):
    refused(api.request(operation.method, example(operation.template), credentials=key), 404, 20404)


def test_where_a_community_stands_between_two_places(api, key):
    for credentials in (None, key):
        shown = api.request("GET", f"/v1/Communities/{CODE}/Migration", **({"credentials": key} if credentials else {}))
        assert (shown["target"], shown["to"], shown["stage"]) == ("local", None, "none")
    refused(api.request("GET", f"/v1/Communities/{CODE}/Migration?To=luna"), 400, 20422)
    refused(api.request("GET", "/v1/Communities/NADA/Migration"), 404, 20404)


# -- what was seen

# Needs a Twilio, or an answer that does not end: the scenario that has it.
ELSEWHERE = {"AdvanceMigration": "migrate_test.py", "FetchMigrationAccounts": "migrate_test.py",
             "StreamEvents": "event_stream_test.py"}


def test_zz_every_operation_was_seen(whole):
    missing = [each.id for each in own_api().operations if not any(its < 400 for its in whole.seen.get(each.id, ()))]
    assert sorted(missing) == sorted(ELSEWHERE)
