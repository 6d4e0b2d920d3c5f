"""The guide's checklist for a new client, which took 15 minutes by hand: from the manifest to a conversation in the log.

apply, register a phone with the credentials that are printed, call, hear, press, talk, read the log with Twilio's SDK.
It prints how long that took (pytest -s)."""
import time

import numpy as np
import pytest

from recogniser import Recogniser
from rtp_audio import RATE
from skyn3t import ROOT
from softphones import Baresip
from twilio_sdk import sdk

CODE, NAME, NUMBER = "TORRE_NUEVA", "Torre Nueva", "+56225551234"
COMMUNITY = f"""
  - code: {CODE}
    name: {NAME}
    number: "{NUMBER}"
    type: edificio
    roles:
      - {{ role: office,   digit: "1", label: "oficina de administración" }}
      - {{ role: security, digit: "2", label: "conserjería" }}
"""
GREETING = (f"Bienvenido a {NAME}. Para oficina de administración, presione 1. Para conserjería, presione 2. "
            "Por favor, seleccione una opción.")
OTHERS = ["Conectando con oficina de administración.", "Conectando con conserjería.", "Opción no válida.",
          "Bienvenido a Oficina Principal. Para conserjería, presione 2. Por favor, seleccione una opción.",
          "No se detectó ninguna selección. Adiós."]


@pytest.fixture
def phones():
    """Makes Baresips and closes them at the end."""
    made = []

    def make(*args, **kwargs):
        made.append(Baresip(*args, **kwargs))
        return made[-1]
    yield make
    for each in made:
        each.close()


def printed_settings(server):
    """What `community show CODE --secrets` prints for people: [(user, password, domain, (host, port))], a block for each phone."""
    def value(block, name):
        line, = [each for each in block.splitlines() if each.strip().startswith(name)]
        return line.split()[-1]
    _, *blocks = server.cli("community", "show", CODE, "--secrets").stdout.split("Dominio (SIP Server)")
    settings = []
    for block in blocks:
        host, _, port = value(block, "Proxy de salida").rpartition(":")
        settings.append((value(block, "Usuario (User ID)"), value(block, "Contraseña"), block.split()[0], (host, int(port))))
    assert len(settings) == 2
    return settings


def test_a_new_client_talks_on_its_first_call(server, carrier, phones, tmp_path):
    recogniser = Recogniser([GREETING, *OTHERS], tmp_path)
    started, laps = time.monotonic(), []

    def lap(what):
        laps.append(f"{time.monotonic() - started:5.1f} s  {what}")
    manifest = server.data / "communities.yaml"
    manifest.write_text((ROOT / "examples/communities.yaml").read_text() + COMMUNITY)
    server.apply(manifest)
    lap("apply")
    office, security = [phones(address, user, password, domain, hum=hum) for (user, password, domain, address), hum
                        in zip(printed_settings(server), (880, 660))]
    server.wait_until(lambda: len(server.api(f"/v1/Registrations?CommunityCode={CODE}")["registrations"]) == 2, 20,
                      "both phones register")
    lap("both phones registered")

    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.wait_for_silence(40, seconds=1.2)
    greeting = call.audio.heard()
    loud = np.flatnonzero(np.abs(greeting) > 300)
    gap = np.flatnonzero(np.diff(loud) > RATE)
    assert recogniser.which(greeting[loud[0]:loud[gap[0] if len(gap) else -1]]) == GREETING
    lap("the greeting was heard and understood")
    call.audio.press("1")
    call.audio.wait_for_tone(880, 20)
    call.audio.hum(440)
    office.wait_heard(440)
    assert len(security.heard()) == 0, "the other phone answered too"
    lap("key 1, and both talk")
    call.hang_up()
    parent = server.ended_call(call)

    client = sdk(server.url, server.account, server.token)
    logged = client.calls(parent["sid"]).fetch()
    child, = client.calls.list(parent_call_sid=parent["sid"])
    assert (logged.to, logged.status, logged.direction) == (NUMBER, "completed", "inbound")
    assert (child.status, child.direction, child.from_) == ("completed", "outbound-dial", logged.from_)
    assert int(child.duration) >= 1 and child.to == f"sip:{NUMBER}-office@{server.domain}"
    lap("the log has both calls")
    print("\nNew client, the guide's 15 minutes (goal: under 60 s):\n" + "\n".join(laps))
