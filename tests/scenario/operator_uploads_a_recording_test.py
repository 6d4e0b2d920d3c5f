"""An operator puts a community's own recording in the place of the voice, and takes it away again."""
import wave

import numpy as np

from menu import NUMBER, speaks
from rtp_audio import tone, tone_share
from skyn3t import COMMUNITIES

CODE = "OFICINA_PRINCIPAL"


def sound_file(path, samples):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(np.asarray(samples, "<i2").tobytes())
    return str(path)


def greeting_is_a_tone(server, carrier, number):
    """Is it the recording, a tone of 600 Hz, that a caller of this number hears first?"""
    call = carrier.call(server.sip, number).wait_answered()
    speaks(call)
    call.audio.wait_for(lambda: len(heard := call.audio.heard()) > 8000 and np.abs(heard[-2000:]).max() > 500, 5, "sound")
    share = tone_share(call.audio.heard()[-2000:], 600)
    call.hang_up()
    return share > 0.8


def test_the_next_caller_hears_the_recording_and_other_communities_their_own_greeting(server, carrier, tmp_path):
    assert not greeting_is_a_tone(server, carrier, NUMBER)
    said = server.cli("community", "record", CODE, "bienvenida", sound_file(tmp_path / "saludo.wav", tone(600, 4)))
    assert said.stdout == "Lista: se oye desde la próxima llamada.\n"
    assert greeting_is_a_tone(server, carrier, NUMBER)
    assert not greeting_is_a_tone(server, carrier, COMMUNITIES["PLAZA_NORTE"])
    listed = server.api(f"/v1/Communities/{CODE}/Recordings")["recordings"]
    assert [r["name"] for r in listed if r["uploaded"]] == ["bienvenida"]
    others = server.api("/v1/Communities/PLAZA_NORTE/Recordings")["recordings"]
    assert [r["name"] for r in others if r["uploaded"]] == []

    server.cli("community", "unrecord", CODE, "bienvenida", "--yes")
    assert not greeting_is_a_tone(server, carrier, NUMBER)


def test_what_is_no_recording_is_refused_with_what_would_be(server, tmp_path):
    def refused(*arguments):
        done = server.cli("community", *arguments, check=False)
        assert done.returncode == 1 and done.stdout == ""
        return done.stderr

    text = tmp_path / "saludo.txt"
    text.write_text("Bienvenido")
    long = sound_file(tmp_path / "largo.wav", np.zeros(8000 * 301))
    good = sound_file(tmp_path / "bueno.wav", tone(600, 1))
    assert "no es un archivo de sonido" in refused("record", CODE, "bienvenida", str(text))
    assert "5 minutos" in refused("record", CODE, "bienvenida", long)
    unknown = refused("record", CODE, "bienvenido", good)
    assert "no tiene una frase «bienvenido»" in unknown and "\n  bienvenida" in unknown
    assert "\n  conectando-security" in unknown
    assert "../bienvenida" in refused("record", CODE, "../bienvenida", good)
    assert "No hay una comunidad NADA" in refused("record", "NADA", "bienvenida", good)
    assert "no tiene una grabación «despedida»" in refused("unrecord", CODE, "despedida", "--yes")
    (tmp_path / "enorme.wav").write_bytes(bytes((8 << 20) + 1))
    assert "más de 8 MB" in refused("record", CODE, "bienvenida", str(tmp_path / "enorme.wav"))


def test_a_file_above_the_api_s_ordinary_limit_is_taken(server, tmp_path):
    big = sound_file(tmp_path / "grande.wav", tone(600, 200))
    assert (tmp_path / "grande.wav").stat().st_size > 3_000_000
    server.cli("community", "record", "LAS_FLORES", "despedida", big)
    server.cli("community", "unrecord", "LAS_FLORES", "despedida", "--yes")


def community_of_its_own(server, code, number):
    """The operator applies a manifest with one community more, whose greeting is a tone."""
    manifest = server.data / f"{code}.yaml"
    manifest.write_text(f"""communities:
  - code: {code}
    name: Edificio de Prueba
    number: "{number}"
    type: edificio
    roles:
      - {{ role: office, digit: "1", label: administración }}
""")
    server.apply(manifest)


def test_a_removed_community_s_recordings_go_with_it_and_no_new_one_plays_them(server, carrier, tmp_path):
    code, number = "TORRE_SUR", "+56223334444"
    kept = server.data / "recordings" / code
    community_of_its_own(server, code, number)
    greeting = sound_file(tmp_path / "saludo.wav", tone(600, 4))
    server.cli("community", "record", code, "bienvenida", greeting)
    assert greeting_is_a_tone(server, carrier, number) and (kept / "bienvenida.wav").exists()

    said = server.cli("community", "remove", code, "--yes").stdout
    assert "! dejan de oírse sus grabaciones: bienvenida\n" in said and f"skyn3t community restore {code}\n" in said
    assert not kept.exists()

    kept.mkdir()  # as a backup would put it back
    (kept / "bienvenida.wav").write_bytes(open(greeting, "rb").read())
    server.stop()
    server.start()
    community_of_its_own(server, code, number)
    assert not greeting_is_a_tone(server, carrier, number) and not kept.exists()
    assert "grabaciones" not in server.cli("community", "remove", code, "--yes").stdout


def test_recordings_follow_a_community_that_gets_another_code(server, carrier, tmp_path):
    number = "+56223335555"
    community_of_its_own(server, "TORRE_VIEJA", number)
    server.cli("community", "record", "TORRE_VIEJA", "bienvenida", sound_file(tmp_path / "saludo.wav", tone(600, 4)))
    server.cli("community", "rename", "TORRE_VIEJA", "TORRE_NUEVA", "--yes")
    assert greeting_is_a_tone(server, carrier, number)
    assert not (server.data / "recordings" / "TORRE_VIEJA").exists()
    server.cli("community", "remove", "TORRE_NUEVA", "--yes")
