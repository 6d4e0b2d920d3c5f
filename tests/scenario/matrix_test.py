"""`skyn3t apply -f matriz.csv`: the guide's matrix, as a spreadsheet saves it, becomes communities that take calls."""
import pytest

from menu import answered_call, speaks, talk

COLUMNS = ("Código", "Nombre", "Número", "Tipo", "office tecla", "office etiqueta", "security tecla", "security etiqueta")
LOS_AROMOS = ("LOS_AROMOS", 'Edificio "Los Aromos"', "+56221234567", "Edificio", "1", "administración", "2", "conserjería")
CERRO_ALEGRE = ("CERRO_ALEGRE", "Condominio Cerro Alegre; torre norte", "+56322234567", "Condominio", "3", "administración", "", "")


@pytest.fixture
def matrix(tmp_path):
    """matrix(row...) is the file with these rows as Excel writes it in Chile: a byte order mark, semicolons, CRLF."""
    def write(*rows, name="matriz.csv"):
        def cell(text):
            return '"' + text.replace('"', '""') + '"' if set(text) & set('";') else text
        lines = [";".join(map(cell, row)) for row in (COLUMNS, *rows)]
        (tmp_path / name).write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode())
        return str(tmp_path / name)
    return write


def community(server, code):
    shown = server.api(f"/v1/Communities/{code}")
    return (shown["name"], shown["number"], shown["type"], [(r["role"], r["digit"], r["label"]) for r in shown["roles"]])


def test_a_matrix_becomes_communities_whose_keys_ring_their_phones(server, phone, carrier, matrix):
    file = matrix(LOS_AROMOS, CERRO_ALEGRE)
    assert server.cli("lint", "-f", file).stdout == "Sin observaciones.\n"
    assert server.cli("plan", "-f", file, check=False).returncode == 2
    server.apply(file)
    assert community(server, "LOS_AROMOS") == ('Edificio "Los Aromos"', "+56221234567", "edificio", [
        ("office", "1", "administración"), ("security", "2", "conserjería")])
    assert community(server, "CERRO_ALEGRE") == ("Condominio Cerro Alegre; torre norte", "+56322234567", "condominio", [
        ("office", "3", "administración")])
    for code, number, digit, role in (("LOS_AROMOS", "+56221234567", "2", "security"),
                                      ("CERRO_ALEGRE", "+56322234567", "3", "office")):
        ringing = phone(code, role)
        call = carrier.call(server.sip, number).wait_answered()
        speaks(call)
        call.audio.press(digit)
        other = answered_call(ringing)
        talk(call, other)
        call.hang_up()
        assert server.ended_call(call)["status"] == "completed"

    assert "No hay nada que cambiar" in server.apply(file).stdout
    assert server.cli("plan", "-f", file).returncode == 0


def test_a_changed_cell_changes_its_community_and_no_other(server, matrix):
    server.apply(matrix(LOS_AROMOS, CERRO_ALEGRE))
    before = server.credentials("LOS_AROMOS"), server.credentials("CERRO_ALEGRE")
    planned = server.cli("plan", "-f", matrix(LOS_AROMOS, (*CERRO_ALEGRE[:4], "5", *CERRO_ALEGRE[5:])), check=False)
    assert planned.returncode == 2 and "roles[office].digit: 3 → 5" in planned.stdout, planned.stdout
    assert "comunidades: 1 sin cambios" in planned.stdout and "LOS_AROMOS" not in planned.stdout
    server.apply(matrix(LOS_AROMOS, (*CERRO_ALEGRE[:4], "5", *CERRO_ALEGRE[5:])))
    assert community(server, "CERRO_ALEGRE")[3] == [("office", "5", "administración")]
    assert (server.credentials("LOS_AROMOS"), server.credentials("CERRO_ALEGRE")) == before


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_applied(server, matrix):
    before = server.api("/v1/Communities")
    file = matrix(("TORRE_SUR", "Torre Sur", "+5622", "edificio", "1", "administración", "1", "conserjería"))
    for done in (server.cli("lint", "-f", file, check=False), server.cli("apply", "-f", file, "--yes", check=False)):
        assert done.returncode == 1
        assert f"{file}:2:" in done.stdout + done.stderr
        assert all(rule in done.stdout + done.stderr for rule in ("[bad-number]", "[duplicate-digit]"))
    assert server.api("/v1/Communities") == before


def test_a_code_that_another_file_has_too_is_refused_by_lint_and_apply(server, matrix):
    before = server.api("/v1/Communities")
    one, two = matrix(LOS_AROMOS), matrix(("LOS_AROMOS", "Otra", *LOS_AROMOS[2:]), name="otra.csv")
    for done in (server.cli("lint", "-f", one, "-f", two, check=False),
                 server.cli("apply", "-f", one, "-f", two, "--yes", check=False)):
        assert done.returncode == 1
        assert f"el código LOS_AROMOS ya está en {one}, línea 2" in done.stdout + done.stderr
        assert f"el número +56221234567 ya está en {one}, línea 2" in done.stdout + done.stderr
    assert server.api("/v1/Communities") == before
