"""A phone that is dead is known to be, long before its registration expires: where it is shown, and what a call does."""
from skyn3t import COMMUNITIES

CODE, NUMBER = "OFICINA_PRINCIPAL", COMMUNITIES["OFICINA_PRINCIPAL"]
# Asked every 3 s and given 1 s for an answer, twice, so that the tests need not wait for half a minute.
SERVER = {"sip_extra": "probe_interval: 3"}


def dies(peer):
    """From now on it hears nothing: power is off. It does not unregister."""
    peer.lives = peer._take
    peer._take = lambda data, source: None


def revives(peer):
    peer._take = peer.lives


def reachability(server):
    return [r["reachability"] for r in server.api(f"/v1/Registrations?CommunityCode={CODE}")["registrations"]]


def wait_reachability(server, wanted):
    server.wait_until(lambda: sorted(reachability(server)) == sorted(wanted), 20, f"{wanted}, not {reachability(server)}")


def test_a_dead_phone_is_offline_everywhere_and_online_again_when_it_answers(server, phone):
    office = phone(CODE)
    wait_reachability(server, ["answers"])
    assert "en línea" in server.cli("registrations").stdout
    dies(office)
    wait_reachability(server, ["no-answer"])
    shown = server.cli("community", "show", CODE).stdout
    assert "no responde (apagado, sin red o tras un NAT que se cerró)" in shown, shown
    assert "no responde desde" in server.cli("registrations").stdout
    role = next(r for r in server.api(f"/v1/Communities/{CODE}")["roles"] if r["role"] == "office")
    assert role["contacts"] == 0 and role["offline_reason"] == "no-answer" and role["offline_since"]
    assert server.metrics()["registrations_unreachable"] == 1
    server.wait_log("warn.*phone does not answer.*cause=no-answer")
    revives(office)
    wait_reachability(server, ["answers"])
    assert server.metrics()["registrations_unreachable"] == 0
    server.wait_log("info.*phone answers again")


def test_verify_says_that_a_registered_phone_does_not_answer(server, phone):
    office = phone(CODE)
    dies(office)
    wait_reachability(server, ["no-answer"])
    told = server.cli("verify", CODE, check=False).stdout
    assert "Registrado, pero no responde cuando se le pregunta" in told, told
    revives(office)


def test_a_call_goes_to_the_phone_that_is_alive(server, phone, carrier):
    dead = phone(CODE)
    dies(dead)
    wait_reachability(server, ["no-answer"])
    alive = phone(CODE)
    wait_reachability(server, ["no-answer", "answers"])
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    alive.wait(lambda: alive.calls, 20, "the living phone is rung")
    call.hang_up()
    assert len(server.children(server.ended_call(call))) == 1, "the dead one was not dialled"
    revives(dead)


def test_a_phone_that_answers_no_options_is_still_called_when_it_is_the_only_one(server, phone, carrier):
    office = phone(CODE)
    takes = office._take
    office._take = lambda data, source: None if data.startswith(b"OPTIONS") else takes(data, source)
    wait_reachability(server, ["no-answer"])
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    office.wait(lambda: office.calls, 20, "it is rung")
    call.hang_up()
    office._take = takes


def test_a_registration_is_removed_by_command(server, phone):
    office = phone(CODE)
    user = server.credentials(CODE)["office"][0]
    assert server.cli("registrations", "remove", CODE, "nadie", "--yes", check=False).returncode == 1
    told = server.cli("registrations", "remove", CODE, user, "--contact", office.contact.strip("<>"), "--yes").stdout
    assert "Registros eliminados: 1" in told
    assert reachability(server) == []
    entries = server.api("/v1/Events")["events"]
    assert any(e.get("event_type") == "registrations.remove" or "registrations.remove" in str(e) for e in entries), entries
