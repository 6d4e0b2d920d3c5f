"""The caller hears the right sentence in Spanish: what arrived by RTP is put before a recogniser."""
import numpy as np
import pytest

from menu import GREETING, NUMBER
from recogniser import Recogniser, first_sentences
from rtp_audio import RATE
from skyn3t import COMMUNITIES

NAMES = {"OFICINA_PRINCIPAL": "Oficina Principal", "PLAZA_NORTE": "Edificio Plaza Norte",
         "LAS_FLORES": "Condominio Las Flores"}
GREETINGS = {code: GREETING.replace("Oficina Principal", name) for code, name in NAMES.items()}
NO_KEY, WRONG_KEY, SORRY = ("No se detectó ninguna selección. Adiós.", "Opción no válida.",
                            "No se pudo completar la conexión: el teléfono no está disponible. Adiós.")
CONNECTING = {"1": "Conectando con oficina de administración.", "2": "Conectando con conserjería."}
PROMPTS = [*GREETINGS.values(), NO_KEY, WRONG_KEY, SORRY, *CONNECTING.values()]


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory):
    return Recogniser(PROMPTS, tmp_path_factory.mktemp("recogniser"))


@pytest.mark.parametrize("code, codec", zip(COMMUNITIES, (0, 8, 8)))
def test_the_greeting_of_the_community_that_was_called_is_heard(server, carrier, recogniser, code, codec):
    carrier.codecs = (codec,)
    call = carrier.call(server.sip, COMMUNITIES[code]).wait_answered()
    call.audio.wait_for_silence(40, seconds=1.2)
    call.hang_up()
    greeting = first_sentences(call.audio.heard())
    assert recogniser.which(greeting) == GREETINGS[code]
    assert recogniser.which(greeting[::-1]) not in GREETINGS.values(), "the recogniser takes anything for a greeting"


@pytest.mark.parametrize("digit", "12")
def test_whom_it_connects_to_and_that_it_failed_are_heard(server, carrier, recogniser, digit):
    """No phone is registered, so both sentences follow each other."""
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press(digit)
    call.wait_ended(15)
    assert heard_after_the_cut(server, call, recogniser) == [CONNECTING[digit], SORRY]


def heard_after_the_cut(server, call, recogniser):
    """The sentences after the greeting was cut, each as long as the story of the call says."""
    row = server.ended_call(call)
    said = [e["detail"] for e in server.events(row["sid"]) if e["kind"] == "say"][1:]
    samples, found = call.audio.heard(), []
    end = len(samples)
    for each in reversed(said):
        length = int(each["ms"]) * RATE // 1000
        found.insert(0, recogniser.which(samples[max(0, end - length):end]))
        end -= length
    return found


def test_a_wrong_prompt_is_not_taken_for_the_right_one(recogniser):
    """What the tests above rest on: noise and silence are no prompt (speech backwards: see above)."""
    noise = np.random.default_rng(1).normal(0, 2000, 3 * RATE).astype(np.int16)
    assert recogniser.which(noise) is None
    assert recogniser.which(np.zeros(3 * RATE, np.int16)) is None
