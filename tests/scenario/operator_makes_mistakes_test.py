"""What an operator does by mistake, or without a terminal, harms nothing; and what was done can be taken back."""
import re
import subprocess

import pytest
import yaml

from skyn3t import COMMUNITIES

CODE, NUMBER = "LAS_FLORES", COMMUNITIES["LAS_FLORES"]


def codes(server):
    return {each["code"]: each["sid"] for each in server.api("/v1/Communities")["communities"]}


def calls_of(server, *options):
    return server.cli("calls", *options).stdout


@pytest.fixture
def unchanged(server):
    """Whatever the test does, the communities are as before at its end."""
    before = server.api("/v1/Communities")["communities"]
    yield
    assert [(c["code"], c["sid"], c["number"], c["roles"][0]["label"]) for c in server.api("/v1/Communities")["communities"]] == \
        [(c["code"], c["sid"], c["number"], c["roles"][0]["label"]) for c in before]


def test_a_new_community_never_takes_another_s_number(server, tmp_path, unchanged):
    added = server.cli("community", "add", "DUP", "--name", "Copia", "--number", NUMBER, "--yes", check=False)
    assert added.returncode == 1 and f"el número {NUMBER} es de {CODE}" in added.stderr, added
    assert f"skyn3t community rename {CODE} DUP" in added.stderr
    file = tmp_path / "nuevo.yaml"
    file.write_text(f'communities:\n  - code: DUP\n    name: Copia\n    number: "{NUMBER}"\n    type: edificio\n'
                    '    roles: [{ role: office, digit: "1", label: oficina }]\n')
    for more in ((), ("--prune",)):
        applied = server.cli("apply", "-f", str(file), "--yes", *more, check=False)
        assert applied.returncode == 1 and f"{file}:4:13: error: " in applied.stderr, applied
        assert f"el número {NUMBER} es de {CODE}" in applied.stderr and "moved-number" in applied.stderr


def test_without_a_terminal_only_what_adds_is_done(server, tmp_path, unchanged):
    file = tmp_path / "c.yaml"
    manifest = yaml.safe_load(server.cli("export").stdout)
    manifest["communities"][0]["name"] = "Otro nombre"
    file.write_text(yaml.safe_dump(manifest, allow_unicode=True))
    for command in (("community", "remove", CODE), ("community", "rotate", CODE), ("apply", "-f", str(file)),
                    ("apply", "-f", str(file), "--destroy"), ("community", "rename", CODE, "OTRA"),
                    ("community", "remove", CODE, "--json")):
        done = server.cli(*command, check=False)
        assert done.returncode == 64 and "agregue --yes" in done.stderr, (command, done)
    # Its output goes to another program, which stops reading.
    piped = subprocess.run(["bash", "-c", f"{server.binary} apply -f {file} --prune --config {server.config} | head -n 1"],
                           capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                           env={"SKYN3T_URL": server.url, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    assert piped.stdout
    added = server.cli("community", "add", "TORRE_ESTE", "--name", "Torre Este", "--number", "+56225550199")
    assert "Aplicado." in added.stdout
    server.cli("community", "remove", "TORRE_ESTE", "--yes")


def test_verify_does_not_ring_every_phone_unasked(server, phone):
    phone(CODE)
    done = server.cli("verify", "--ring", check=False)
    assert done.returncode == 64 and "Va a sonar 1 teléfono de verdad" in done.stderr, done


def test_an_export_plans_to_no_change_and_so_does_an_import(server, tmp_path):
    (tmp_path / "propio.xml").write_text("<Response><Say language='es-MX'>Hola</Say></Response>")
    file = tmp_path / "todo.yaml"
    manifest = yaml.safe_load(server.cli("export").stdout)
    assert {each["code"] for each in manifest["communities"]} == set(COMMUNITIES)
    manifest["communities"].append({
        "code": "RARA", "name": 'Edificio "Ñuñoa": #1', "number": "+56225550188", "type": "condominio", "language": "es-CL",
        "caller_id": "community", "may_dial": ["local", "international"], "no_input": "gate", "passwords": "guide", "documents": {"main": "propio.xml"},
        "roles": [{"role": "gate", "digit": "*", "label": "portón, torre B"}, {"role": "x", "digit": "0", "label": "no"}]})
    file.write_text(yaml.safe_dump(manifest, allow_unicode=True))
    server.apply(file)
    try:
        folder = tmp_path / "copia"
        folder.mkdir()
        assert "4 comunidades" in server.cli("export", "-o", str(folder / "c.yaml")).stdout
        assert "hay" in server.cli("plan", "-f", str(folder / "c.yaml"), "--prune").stdout  # exit code 0: nothing to do
        assert server.cli("export", "-o", str(folder / "c.yaml"), check=False).returncode == 1, "a file is not written over"
        (folder / "i.yaml").write_text(server.cli("import").stdout)
        (folder / "una.yaml").write_text(server.cli("export", CODE).stdout)
        for name in ("i.yaml", "una.yaml"):
            text = (folder / name).read_text()
            if name == "i.yaml":  # an own document is written by export alone
                text = text.replace("\n    # el documento propio", "\n    # aparte; el documento propio")
                (folder / name).write_text(text)
                (folder / "propio.xml").write_text((tmp_path / "propio.xml").read_text())
            planned = server.cli("plan", "-f", str(folder / name), check=False)
            assert planned.returncode == 0, (name, planned.stdout, planned.stderr, text)
    finally:
        server.cli("community", "remove", "RARA", "--yes")


def test_apply_without_a_file_puts_back_what_drift_shows(server):
    numbers = f"/2010-04-01/Accounts/{server.account}/IncomingPhoneNumbers"
    listed = server.api(f"{numbers}.json?PhoneNumber=%2B{NUMBER[1:]}")["incoming_phone_numbers"]
    server.api(f"{numbers}/{listed[0]['sid']}.json", {"VoiceUrl": "https://otra.example.com/menu"})
    assert server.cli("drift", check=False).returncode == 2
    refused = server.cli("apply", check=False)
    assert refused.returncode == 64 and "agregue --yes" in refused.stderr, "it changes something"
    assert "ajustar el número" in server.cli("apply", "--yes").stdout
    assert server.cli("drift").returncode == 0
    assert "No hay nada que cambiar" in server.cli("apply").stdout


def test_a_removed_community_comes_back_with_its_passwords_and_calls(server, phone, carrier):
    ringing = phone(CODE)
    user, password = server.credentials(CODE)["office"]
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.hang_up()
    sid = server.ended_call(call)["sid"]
    before = codes(server)[CODE]
    removed = server.cli("community", "remove", CODE, "--yes").stdout
    assert f"skyn3t community restore {CODE}" in removed
    assert ringing.register(server.sip, user, password, server.domain).status in (401, 403)
    assert CODE in server.cli("community", "list", "--removed").stdout
    back = server.cli("community", "restore", CODE).stdout
    assert "Aplicado." in back and "configurar" not in back, "its phones have their passwords"
    assert codes(server)[CODE] == before
    assert server.credentials(CODE)["office"] == (user, password)
    assert ringing.register(server.sip, user, password, server.domain).status == 200
    assert sid in calls_of(server, "--community", CODE)
    assert server.cli("community", "restore", CODE, check=False).returncode == 1, "there is nothing to restore any more"
    assert re.search(rf"community\.restore +{CODE} +cli ", server.cli("events").stdout)


def test_a_community_keeps_everything_under_another_code(server, carrier, phone):
    user, password = server.credentials(CODE)["office"]
    before = codes(server)[CODE]
    said = server.cli("community", "rename", CODE, "FLORES_NUEVAS", "--yes").stdout
    assert f"code: {CODE} → FLORES_NUEVAS" in said and "tiene que decir ahora «code: FLORES_NUEVAS»" in said
    try:
        assert codes(server)["FLORES_NUEVAS"] == before
        phone("FLORES_NUEVAS")
        assert server.credentials("FLORES_NUEVAS")["office"] == (user, password)
        carrier.call(server.sip, NUMBER).wait_answered().hang_up()
    finally:
        server.cli("community", "rename", "FLORES_NUEVAS", CODE, "--yes")


def test_calls_are_found_by_number_and_time_and_without_those_of_verify(server, carrier):
    assert server.cli("verify", CODE).returncode == 0
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.hang_up()
    row = server.ended_call(call)
    shown = calls_of(server, "--community", CODE)
    assert row["sid"] in shown and "verificaci" not in shown
    with_tests = calls_of(server, "--community", CODE, "--verifications")
    assert "verificaci" in with_tests and len(with_tests.splitlines()) > len(shown.splitlines()) + 2
    assert row["sid"] in calls_of(server, "--number", row["from"])
    assert row["sid"] not in calls_of(server, "--number", "+56225550000")
    assert row["sid"] not in calls_of(server, "--until", "1h")
    assert row["sid"] in calls_of(server, "--since", "1h")
    assert server.cli("calls", "--until", "25:00", check=False).returncode == 64


def test_a_community_s_key_works_on_the_command_line(server):
    key = server.api(f"/2010-04-01/Accounts/{server.account}/Keys.json", {"FriendlyName": "x", "CommunityCode": CODE})
    mine = {"SKYN3T_API_KEY": key["sid"], "SKYN3T_API_SECRET": key["secret"], "SKYN3T_ACCOUNT_SID": server.account}

    def typed(*arguments):
        return server.cli(*arguments, env=mine, check=False)
    for command in (("community", "list"), ("community", "show", CODE), ("community", "show", "--all", "--secrets"), ("calls",),
                    ("registrations",), ("alerts",), ("events",), ("document", "list"), ("community", "recordings", CODE),
                    ("export",), ("verify", CODE)):
        done = typed(*command)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        leaked = [line for line in done.stdout.splitlines() if any(other in line for other in COMMUNITIES if other != CODE)]
        assert leaked == [], command
    for command in (("community", "show", "OFICINA_PRINCIPAL"), ("blocks",), ("community", "remove", CODE, "--yes")):
        assert typed(*command).returncode == 1, command


def test_the_sheet_has_all_that_a_phone_needs_and_is_audited(server):
    sheet = server.cli("community", "show", "--all", "--secrets").stdout
    assert max(map(len, sheet.splitlines())) <= 80
    for code in COMMUNITIES:
        for role, (user, password) in server.credentials(code).items():
            assert user in sheet and password in sheet and f"\n{role}: " in sheet
    host, port = server.sip
    for name, value in (("Proxy de salida (Outbound Proxy)", f"{host}:{port}"), ("Códecs, en este orden", "PCMU, PCMA, G.722"),
                        ("Dígitos (DTMF)", "RFC 4733")):
        assert f"  {name:38}{value}" in sheet, sheet
    grandstream = server.cli("community", "show", CODE, "--secrets", "--device", "grandstream").stdout
    assert "Register Expiration (minutes)" in grandstream and "Accounts > Account 1 > General Settings" in grandstream
    for device in ("yealink", "linphone", "zoiper"):
        assert server.credentials(CODE)["office"][1] in server.cli("community", "show", CODE, "--secrets", "--device", device).stdout
    assert len([e for e in server.api("/v1/Events")["events"] if e["event_type"] == "secrets.show"]) >= len(COMMUNITIES)
    assert "Contraseña" not in server.cli("community", "show", "--all").stdout
