"""A document is written through the API, a number answers with it, a caller hears it; it is edited, and the next caller hears
the new one. What it sounds like was to be heard before, and no other community's calls run it."""
import base64
import io
import urllib.parse
import urllib.request
import wave

import numpy as np
import pytest

from menu import NUMBER
from recogniser import Recogniser, first_sentences
from skyn3t import COMMUNITIES, ApiError

CALLER = "+56987654321"
BEFORE = "Gracias por llamar. La oficina está cerrada por feriado."
AFTER = "Por favor, espere en línea. Un conserje le atenderá."
GREETING = ("Bienvenido a Condominio Las Flores. Para oficina de administración, presione 1. Para conserjería, presione 2. "
            "Por favor, seleccione una opción.")
XML = '<Response><Say voice="alice" language="es-MX">{}</Say><Pause length="2"/><Say language="es-MX">Llama {{{{From}}}}.</Say></Response>'


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory):
    return Recogniser([BEFORE, AFTER, GREETING], tmp_path_factory.mktemp("recogniser"))


@pytest.fixture
def document(server):
    """document(content, **form) makes one that is gone at the end."""
    made = []

    def make(content, **form):
        made.append(server.api("/v1/Documents", {"FriendlyName": f"prueba-{len(made)}", "Content": content, **form}))
        return made[-1]
    yield make
    for each in made:
        try:
            server.api(each["url"], method="DELETE")
        except ApiError as error:
            assert error.status == 404, error


@pytest.fixture
def number(server, document):
    """Sets what the office's number answers with; at the end its own menu again, before the documents go."""
    path = f"/2010-04-01/Accounts/{server.account}/IncomingPhoneNumbers"
    found, = server.api(f"{path}.json?PhoneNumber={NUMBER.replace('+', '%2B')}")["incoming_phone_numbers"]
    yield lambda url: server.api(f"{path}/{found['sid']}.json", {"VoiceUrl": url})
    server.api(f"{path}/{found['sid']}.json", {"VoiceUrl": found["voice_url"], "VoiceFallbackUrl": ""})


def heard_by_a_caller(server, carrier):
    call = carrier.call(server.sip, NUMBER, caller=CALLER).wait_answered()
    call.wait_ended(30)
    return first_sentences(call.audio.heard()), server.ended_call(call)


def samples_of(wav):
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def download(server, path, form=None):
    request = urllib.request.Request(server.url + path, urllib.parse.urlencode(form).encode() if form else None)
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{server.account}:{server.token}".encode()).decode())
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "audio/wav"
        return answer.read()


def test_a_caller_hears_the_document_and_the_next_one_what_was_edited(server, carrier, number, document, recogniser):
    made = document(XML.format(BEFORE))
    number(made["voice_url"])
    heard, row = heard_by_a_caller(server, carrier)
    assert recogniser.which(heard) == BEFORE
    assert server.said(row["sid"]) == [BEFORE, f"Llama {CALLER}."], "the variable is the caller's number"
    server.api(made["url"], {"Content": XML.format(AFTER)})
    heard, row = heard_by_a_caller(server, carrier)
    assert recogniser.which(heard) == AFTER
    assert server.said(row["sid"])[0] == AFTER


def test_a_preview_sounds_like_the_call(server, document, recogniser):
    made = document(XML.format(BEFORE))
    sound = samples_of(download(server, made["links"]["preview_audio"]))
    assert recogniser.which(first_sentences(sound)) == BEFORE
    unsaved = samples_of(download(server, "/v1/Documents/Preview.wav", {"Content": XML.format(AFTER), "From": CALLER}))
    assert recogniser.which(first_sentences(unsaved)) == AFTER
    menu = samples_of(download(server, "/v1/Communities/LAS_FLORES/Documents/main/Preview.wav"))
    assert recogniser.which(menu) == GREETING


def test_a_preview_is_read_in_the_reader_s_language(server, document):
    made = document(XML.format(BEFORE))
    spanish = server.api(made["links"]["preview"] + "?From=%2B56987654321")
    assert spanish["text"] == f"Dice: «{BEFORE}».\nEspera 2 segundos.\nDice: «Llama {CALLER}.».\n" \
        "    Se oye: «Llama más cinco seis, nueve, ocho siete seis cinco, cuatro tres dos uno.».\n"
    assert server.api(made["links"]["preview"] + "?Lang=en")["lines"][1]["text"] == "Waits 2 seconds"


def test_another_community_s_document_is_not_found_by_a_call_and_an_alert_says_so(server, carrier, number, document):
    theirs = document(XML.format(BEFORE), CommunityCode="PLAZA_NORTE")
    number(theirs["voice_url"])
    _, row = heard_by_a_caller(server, carrier)
    assert BEFORE not in " ".join(server.said(row["sid"]))
    alerts = [each for each in server.api("/v1/Alerts")["alerts"] if each["resource_sid"] == row["sid"]]
    assert [each["error_code"] for each in alerts] == ["11200"] and theirs["sid"] in alerts[0]["request_url"]
    own = document(XML.format(AFTER), CommunityCode="OFICINA_PRINCIPAL")
    number(own["voice_url"])
    _, row = heard_by_a_caller(server, carrier)
    assert server.said(row["sid"])[0] == AFTER


def test_a_document_that_a_number_answers_with_is_not_deleted(server, number, document):
    made = document(XML.format(BEFORE))
    number(made["voice_url"])
    with pytest.raises(ApiError) as refused:
        server.api(made["url"], method="DELETE")
    assert refused.value.status == 409


def test_documents_survive_a_restart(server, carrier, number, document):
    number(document(XML.format(BEFORE))["voice_url"])
    server.stop()
    server.start()
    _, row = heard_by_a_caller(server, carrier)
    assert server.said(row["sid"])[0] == BEFORE


def test_the_command_line_writes_shows_previews_and_removes_one(server, tmp_path):
    file, sound = tmp_path / "aviso.xml", tmp_path / "aviso.wav"
    file.write_text("<Response><Say>Hola {{Name}}</Say><Dial>+56229145248</Dial><Say>Chao</Say></Response>")
    written = server.cli("document", "put", "aviso", str(file), "--community", "LAS_FLORES").stdout
    assert "VoiceUrl: http" in written and "[twiml-say-after-dial]" in written
    assert "aviso" in server.cli("document", "list").stdout and "{{Name}}" in server.cli("document", "show", "aviso").stdout
    shown = server.cli("document", "preview", "aviso", "--param", "Name=Ana", "-o", str(sound)).stdout
    assert shown.startswith("Dice: «Hola Ana».\n") and len(samples_of(sound.read_bytes())) > 2000
    file.write_text("<Response><Speak>Hola</Speak></Response>")
    refused = server.cli("document", "put", "aviso", str(file), "--community", "LAS_FLORES", check=False)
    assert refused.returncode == 1 and "aviso:1:11: error:" in refused.stderr
    assert server.cli("document", "remove", "aviso", "--yes").stdout == "Eliminado.\n"
    assert server.api("/v1/Documents")["documents"] == []


def test_every_community_shows_its_menu_and_keys(server):
    for code in COMMUNITIES:
        listed = server.api(f"/v1/Communities/{code}/Documents")["documents"]
        assert [each["name"] for each in listed] == ["main", "route-1", "route-2", "route-invalid", "route-failed"]
        assert "Espera una tecla" in listed[0]["text"] and "Llama a sip:" in listed[1]["text"]
