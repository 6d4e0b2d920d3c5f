"""`skyn3t lint` reads what the faulty guide's hands made, at Twilio and in their files, and finds its faults."""
import os
import pathlib
import subprocess

import pytest

from faulty_guide import CODE, NUMBER, documents, set_up
from twilio_account import TwilioAccount
from twilio_sdk import sdk
from twilio_stand_in import TwilioStandIn

DOMAIN = "skyn3t-communities.sip.twilio.com"
BINARY = os.environ.get("SKYN3T_BINARY") or str(pathlib.Path(__file__).resolve().parents[2] / "build/release/skyn3t")


@pytest.fixture
def twilio():
    with TwilioStandIn(TwilioAccount(available={NUMBER: "none"})) as stand_in:
        set_up(sdk(stand_in.url, stand_in.account.sid, stand_in.account.token), DOMAIN)
        yield stand_in
        assert stand_in.problems == []


def lint(*arguments, **environment):
    done = subprocess.run([BINARY, "lint", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "LC_ALL": "es_CL.UTF-8", **environment})
    return done.returncode, [line[line.rindex("[") + 1:-1] for line in done.stdout.splitlines()], done


def test_the_account_has_the_faults_that_show_in_it_and_no_other(twilio, tmp_path):
    config = tmp_path / "skyn3t.yaml"
    config.write_text(f"data: {tmp_path}\ntwilio: {{ base_url: '{twilio.url}' }}\n")
    before = len(twilio.writes())
    code, rules, done = lint("--account", "twilio", "--config", config, TWILIO_ACCOUNT_SID=twilio.account.sid,
                             TWILIO_AUTH_TOKEN=twilio.account.token)
    assert (code, rules) == (1, ["account-voice-url-empty", "account-list-not-registered", "account-twiml-bin",
                                 "account-no-status-callback"]), done
    assert f"CredentialLists/{CODE}_Credentials: la lista sirve para llamar y no para registrarse" in done.stdout
    assert len(twilio.writes()) == before


def test_its_bins_have_the_faults_that_only_their_text_shows(tmp_path):
    for name, text in documents(DOMAIN).items():
        (tmp_path / name).write_text(text)
    code, rules, done = lint(tmp_path)
    assert (code, sorted(rules)) == (1, ["twiml-route-ignores-digits", "twiml-say-after-dial", "twiml-say-before-gather"]), done


GUIDE_MATRIX = "Cliente;Código;Número;Credential List;Main IVR;Call Routing\n"
MATRIX = "código;nombre;número;tipo;office tecla;office etiqueta\n"
WRONG_FILES = {  # what people save, and what is said about it
    "guia.csv": ((GUIDE_MATRIX + "Oficina Principal;OFICINA_PRINCIPAL;+56229145248;OFICINA_PRINCIPAL_Credentials;;\n").encode(),
                 0, ["matrix-defaults"]),
    "guia-otra-lista.csv": ((GUIDE_MATRIX + "Plaza;PLAZA;+56229145248;Lista de Plaza;;\n").encode(), 0,
                            ["matrix-defaults", "matrix-name"]),
    "excel.csv": ((MATRIX + "A;Ñuñoa;+56229145248;oficina;1;administración\n").encode("cp1252"), 0, ["windows-1252"]),
    "sin-mas.csv": ((MATRIX + "A;A;56229145248;oficina;1;oficina\n").encode(), 0, ["number-plus"]),
    "sin-pais.csv": ((MATRIX + "A;A;229145248;oficina;1;oficina\n").encode(), 1, ["not-e164"]),
    "acortado.csv": ((MATRIX + "A;A;5,62291E+10;oficina;1;oficina\n").encode(), 1, ["bad-number"]),
    "utf16.csv": (MATRIX.encode("utf-16"), 1, ["not-utf8"]),
    "was.yaml": (b'communities:\n- { code: B, was: a b, name: Torre, number: "+56229145248", type: oficina,\n'
                 b'    roles: [{ role: office, digit: "1", label: oficina }] }\n', 1, ["bad-code"]),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_file_as_people_save_it_is_taken_with_a_note_or_refused_with_the_reason(tmp_path, name):
    text, code, rules = WRONG_FILES[name]
    (tmp_path / name).write_bytes(text)
    found, said, done = lint(tmp_path / name)
    assert (found, sorted(said)) == (code, rules), done
    assert "Traceback" not in done.stderr and all(line.startswith(str(tmp_path)) for line in done.stdout.splitlines())
