"""baresip with G.722 as phone and as carrier: wideband where both ends have it, transcoded where one has G.711."""
import pytest

from menu import answered_call
from recogniser import Recogniser
from rtp_audio import RATE
from softphones import Baresip

NUMBER = "+56223456789"
DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial timeout='10'><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"}
G722 = "G722/16000/1"
CALLER = "+56987654321"
SENTENCE = "Las llamadas desde este teléfono todavía no están disponibles. Adiós."


@pytest.fixture
def softphone(server):
    """softphone(hum): PLAZA_NORTE's office phone, which knows nothing but G.722."""
    made = []

    def make(hum=880):
        made.append(Baresip(server.sip, *server.credentials("PLAZA_NORTE")["office"], server.domain, hum=hum, codec=G722))
        made[-1].wait_registered()
        return made[-1]
    yield make
    for each in made:
        each.close()


@pytest.fixture
def gateway(server):
    """gateway(hum): a carrier's gateway that knows nothing but G.722."""
    made = []

    def make(hum=440):
        made.append(Baresip(server.sip, CALLER, None, f"{server.sip[0]}:{server.sip[1]}", hum=hum, codec=G722, ip="127.0.0.2"))
        return made[-1]
    yield make
    for each in made:
        each.close()


def codecs(server, since):
    """The codec of the caller's leg and of the phone's, in the newest call."""
    parent = server.wait_call(lambda c: c["sid"] not in since and c["parent_call_sid"] is None and c["end_time"])
    child, = server.children(parent)
    assert (parent["status"], child["status"]) == ("completed", "completed")
    return parent["skyn3t"]["media"]["codec"], child["skyn3t"]["media"]["codec"]


@pytest.fixture
def before(server):
    return {c["sid"] for c in server.calls()}


@pytest.mark.parametrize("codec, name", [(0, "PCMU"), (8, "PCMA")])
def test_a_g722_phone_and_a_g711_carrier_hear_each_other(server, softphone, carrier, before, codec, name):
    phone = softphone(880)
    carrier.codecs = (codec,)
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.hum(440)
    call.audio.wait_for_tone(880)
    phone.wait_heard(440)
    call.hang_up()
    assert codecs(server, before) == (name, "G722")


def test_a_g722_carrier_and_a_g711_phone_hear_each_other(server, gateway, phone, before):
    ringing, caller = phone("PLAZA_NORTE"), gateway(440)
    caller.call(NUMBER)
    other = answered_call(ringing)
    other.audio.hum(880)
    other.audio.wait_for_tone(440)
    caller.wait_heard(880)
    other.hang_up()
    assert codecs(server, before) == ("G722", "PCMU")


def test_two_g722_ends_hear_what_g711_could_not_carry(server, softphone, gateway, before):
    """Tones above 4 kHz, which only arrive when nothing on the way went down to 8000 samples a second."""
    phone, caller = softphone(5200), gateway(6100)
    caller.call(NUMBER)
    phone.wait_heard(6100)
    caller.wait_heard(5200)
    caller.hang_up()
    assert codecs(server, before) == ("G722", "G722")


def test_a_phone_that_calls_with_g722_understands_the_prompt(server, softphone, tmp_path):
    phone = softphone()
    phone.call("204")
    row = server.wait_call(lambda c: c["to"].startswith("sip:204@") and c["status"] == "failed", 20)
    assert row["skyn3t"]["media"]["codec"] == "G722"
    phone.program.wait_for("terminated")
    recogniser = Recogniser([SENTENCE, "Opción no válida.", "No se pudo completar la conexión. Adiós."], tmp_path)
    assert recogniser.which(phone.heard().reshape(-1, phone.rate // RATE).mean(axis=1)) == SENTENCE
