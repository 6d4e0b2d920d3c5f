"""`skyn3t verify`: the product's own test calls, as an operator runs them."""
import re

import pytest

from skyn3t import ROOT, ApiError, Skyn3t

CODES = ["LAS_FLORES", "OFICINA_PRINCIPAL", "PLAZA_NORTE"]


def start(server, *codes):
    return server.api("/v1/Verifications", form={"CommunityCode": list(codes)})


def finished(server, sid, timeout=90):
    server.wait_until(lambda: server.api(f"/v1/Verifications/{sid}")["status"] != "running", timeout, "verify ends")
    return server.api(f"/v1/Verifications/{sid}")


def greeting_status(server, sid, code):
    return checks(server.api(f"/v1/Verifications/{sid}"), code)["greeting"]["status"]


def checks(view, code):
    return {c["id"]: c for found in view["communities"] if found["code"] == code for c in found["checks"]}


def test_all_three_communities_pass_and_the_checklist_is_printed(server):
    done = server.cli("verify", timeout=90)
    print(done.stdout)
    assert done.stdout.rstrip().endswith("Todo funciona.")
    for code in CODES:
        assert re.search(rf"^{code}  ", done.stdout, re.M)
    assert "✗" not in done.stdout
    assert done.stdout.count("✓ Tecla 1: se oye «Conectando con oficina de administración.»") == 3
    assert done.stdout.count("✓ Tecla 2 durante el saludo: se oye «Conectando con conserjería.»") == 3
    assert done.stdout.count("✓ Se oye el saludo de esta comunidad, y de ninguna otra") == 3


def test_the_greeting_is_recognised_the_calls_are_logged_and_nothing_stays_open(server):
    view = finished(server, start(server, "PLAZA_NORTE")["sid"])
    assert view["status"] == "passed", view
    heard = checks(view, "PLAZA_NORTE")["greeting"]["detail"]
    own, other = re.fullmatch(r"r=([\d.-]+), \w+ r=([\d.-]+)", heard).groups()
    assert float(own) >= 0.9 and float(other) <= 0.3
    sid = checks(view, "PLAZA_NORTE")["log-2"]["detail"]
    parent = server.api(f"/2010-04-01/Accounts/{server.account}/Calls/{sid}.json")
    assert (parent["from"], parent["to"], parent["status"]) == ("verificación", "+56223456789", "completed")
    children = [c for c in server.calls() if c["parent_call_sid"] == sid]
    assert [(c["status"], c["to"]) for c in children] == [("completed", f"sip:+56223456789-security@{server.domain}")]
    assert server.api("/v1/Registrations")["registrations"] == []
    metrics = server.api("/metrics")
    for gauge in ("calls", "registrations", "media_streams"):
        assert re.search(rf"^skyn3t_{gauge} 0$", metrics, re.M), metrics


def test_the_real_phone_stays_silent_and_the_probe_is_not_seen(server, phone, carrier):
    office = phone("OFICINA_PRINCIPAL", "office")
    rung = []
    office.on_invite = lambda call: (rung.append(call), call.answer())
    begun = start(server, "OFICINA_PRINCIPAL")
    # While the probe's phones are bound, an ordinary caller reaches the real phone, and only that.
    seen, placed = set(), []

    def look():
        view = server.api(f"/v1/Verifications/{begun['sid']}")
        seen.update(r["contact"] for r in server.api("/v1/Registrations")["registrations"])
        if not placed and checks(view, "OFICINA_PRINCIPAL")["greeting"]["status"] == "running":
            assert rung == []
            placed.append(carrier.call(server.sip, "+56229145248").wait_answered(5))
            placed[0].audio.wait_for(lambda: len(placed[0].audio.packets) > 25, 5, "the greeting")
            placed[0].audio.press("1")
        return view if view["status"] != "running" else None
    view = server.wait_until(look, 90, "verify ends")
    ordinary, = placed
    assert view["status"] == "passed", view
    assert len(rung) == 1, "only the ordinary call rings the real phone"
    assert seen == {office.contact.strip("<>")}
    assert checks(view, "OFICINA_PRINCIPAL")["phones"]["detail"] == "1 / 2"
    ordinary.hang_up()
    server.wait_call(lambda c: c["to"].startswith("sip:+56229145248-office") and c["from"] == "+56987654321"
                     and c["status"] == "completed", what="the ordinary child call")


def test_while_one_runs_ordinary_calls_find_no_probe_and_a_second_one_is_refused(server, carrier):
    begun = start(server, "PLAZA_NORTE")
    with pytest.raises(ApiError) as refused:
        start(server, "LAS_FLORES")
    assert refused.value.status == 429
    done = server.cli("verify", "PLAZA_NORTE", check=False)
    assert (done.returncode, done.stderr) == (1, "Hay otra verificación en curso. Pruebe de nuevo cuando termine.\n")
    server.wait_until(lambda: greeting_status(server, begun["sid"], "PLAZA_NORTE") != "waiting", 30, "the first call")
    ordinary = carrier.call(server.sip, "+56223456789")
    carrier.wait(lambda: ordinary.final, 5, "the answer")
    ordinary.audio.wait_for(lambda: len(ordinary.audio.packets) > 25, 5, "the greeting")
    ordinary.audio.press("2")
    lost = server.wait_call(lambda c: c["to"].startswith("sip:+56223456789-security") and c["status"] == "failed",
                            what="a child call to nobody")
    assert lost["skyn3t"]["error_code"] == 32009
    assert finished(server, begun["sid"])["status"] == "passed"


def test_with_ring_the_real_phones_ring_and_must_be_answered(server, phone):
    rung = []
    for role in ("office", "security"):
        def answer(call, role=role):
            rung.append(role)
            call.ring()
            call.answer()
        phone("OFICINA_PRINCIPAL", role).on_invite = answer
    done = server.cli("verify", "OFICINA_PRINCIPAL", "--ring", env={"LC_ALL": "en_US.UTF-8"}, timeout=60)
    print(done.stdout)
    assert rung == ["office", "security"]
    assert "✓ Key 2 during the greeting: \"Conectando con conserjería.\" is heard" in done.stdout
    assert "✓ Somebody answers: conserjería" in done.stdout
    assert done.stdout.rstrip().endswith("Everything works.")


def test_with_ring_a_busy_and_an_absent_phone_fail_and_say_so(server, phone):
    office = phone("OFICINA_PRINCIPAL", "office")
    office.on_invite = lambda call: call.refuse(486)
    done = server.cli("verify", "OFICINA_PRINCIPAL", "--ring", check=False, timeout=60)
    print(done.stdout)
    assert done.returncode == 1
    assert "El teléfono estaba ocupado. Respuesta SIP: 486." in done.stdout
    assert "El teléfono no está registrado." in done.stdout


def test_an_unknown_community_is_404(server):
    with pytest.raises(ApiError) as unknown:
        start(server, "NO_SUCH")
    assert unknown.value.status == 404
    done = server.cli("verify", "NO_SUCH", check=False)
    assert done.returncode == 1 and "skyn3t community list" in done.stderr
    with pytest.raises(ApiError) as missing:
        server.api("/v1/Verifications/VN" + "0" * 32)
    assert missing.value.status == 404


def test_a_server_without_udp_says_what_to_configure():
    own = Skyn3t(listen=("tcp:127.0.0.1:0",))
    try:
        own.start().apply()
        with pytest.raises(ApiError) as refused:
            start(own)
        assert refused.value.status == 501
        done = own.cli("verify", check=False)
        assert done.returncode == 1 and "sip.listen no tiene una dirección udp:" in done.stderr
        english = own.cli("verify", check=False, env={"LC_ALL": "en_US.UTF-8"})
        assert "sip.listen has no udp: address" in english.stderr
    finally:
        own.close()


def test_a_stranger_at_the_probes_doors_is_turned_away(server, peers):
    """An INVITE from loopback is no trunk's, by UDP or TCP, only because the probe's caller is one."""
    for transport in ("udp", "tcp"):
        stranger = peers(transport=transport)
        call = stranger.call(server.sip if transport == "udp" else server.sip_tcp, "+56229145248")
        stranger.wait(lambda: call.final, 5, "a refusal")
        assert call.final == 401


def test_an_own_document_that_never_gathers_fails_with_what_to_do(tmp_path):
    manifest = (ROOT / "examples/communities.yaml").read_text().replace(
        "    type: edificio\n", "    type: edificio\n    documents: { main: main.xml }\n")
    (tmp_path / "communities.yaml").write_text(manifest)
    (tmp_path / "main.xml").write_text(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Say language=\"es-MX\">Hola, este edificio saluda a todos "
        "sus vecinos.</Say><Pause length=\"20\"/></Response>\n")
    broken = Skyn3t()
    try:
        broken.start().apply(tmp_path / "communities.yaml")
        done = broken.cli("verify", "PLAZA_NORTE", check=False, timeout=60)
        print(done.stdout)
        assert done.returncode == 1
        assert "La tecla 1 no llevó a «oficina de administración»." in done.stdout
        assert "Revise main.xml: su <Gather> debe tener action=\"/twiml/PLAZA_NORTE/route\"." in done.stdout
        assert done.stdout.rstrip().endswith("Hay algo que no funciona.")
        assert "✓ Se oye el saludo" in done.stdout, "the greeting is the document's own"
    finally:
        broken.close()
