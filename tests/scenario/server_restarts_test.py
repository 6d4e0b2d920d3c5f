"""The server is killed or stopped in the middle of its work, and started again on the same data."""
import contextlib
import sqlite3

import pytest

from skyn3t import ApiError, Skyn3t
from sipp import free_port

MENU = "+56229145248"


@pytest.fixture
def own_server():
    """A server on ports that stay the same when it starts again. Nobody else uses it."""
    port = free_port()
    running = Skyn3t(listen=(f"udp:127.0.0.1:{port}", f"tcp:127.0.0.1:{port}"))
    try:
        running.start().apply()
        yield running
    except BaseException:
        print(running.log())
        raise
    finally:
        running.close()


def registered(server, peers, role="office"):
    peer = peers()
    assert peer.register(server.sip, *server.credentials("OFICINA_PRINCIPAL")[role], server.domain).status == 200
    return peer


def test_bindings_outlive_a_kill_and_the_next_call_reaches_the_phone(own_server, peers, carrier):
    """Bindings are committed in groups, half a second after the first of them: phones register again anyway."""
    phone = registered(own_server, peers)
    with contextlib.closing(sqlite3.connect(f"file:{own_server.data}/skyn3t.db?mode=ro", uri=True)) as database:
        own_server.wait_until(lambda: database.execute("SELECT count(*) FROM bindings").fetchone()[0], 5, "a saved binding")
    own_server.kill()
    own_server.start()
    call = carrier.call(own_server.sip, MENU).wait_answered()
    call.audio.press("1")
    other = phone.wait(lambda: next(iter(phone.calls.values()), None), 10, "the phone rings")
    phone.wait(lambda: other.acked, 5, "ACK")
    call.hang_up()
    assert other.wait_ended() == "them"


def test_a_call_in_progress_at_a_kill_is_closed_as_failed(own_server, carrier):
    call = carrier.call(own_server.sip, MENU).wait_answered()
    own_server.wait_call(lambda c: c["status"] == "in-progress")
    own_server.kill()
    own_server.start()
    row = own_server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"], row["skyn3t"]["end_reason_en"]) == (
        "failed", "server_restarted", "server restarted")
    assert row["end_time"]
    call.ended_by = "them"


def test_a_call_that_has_ended_outlives_a_kill_at_once(own_server, carrier):
    """The BYE's 200 may be out a moment before the row is: the row is looked for first, and killed right after."""
    call = carrier.call(own_server.sip, MENU).wait_answered()
    call.hang_up()
    before = own_server.ended_call(call)
    own_server.kill()
    own_server.start()
    after = own_server.ended_call(call)
    assert after == before and after["status"] == "completed"
    assert own_server.said(after["sid"])


def test_sigterm_refuses_new_calls_and_lets_the_running_one_end(own_server, peers, carrier):
    phone = registered(own_server, peers)
    call = carrier.call(own_server.sip, MENU).wait_answered()
    call.audio.press("1")
    other = phone.wait(lambda: next(iter(phone.calls.values()), None), 10, "the phone rings")
    phone.wait(lambda: other.acked, 5, "ACK")
    own_server.process.terminate()
    late = peers("127.0.0.2")

    def refused():
        attempt = late.call(own_server.sip, MENU)
        if attempt.wait_final() == 200:
            attempt.hang_up()
        return attempt.final == 503
    own_server.wait_until(refused, 5, "503 for a new call")
    call.audio.hum(440)
    other.audio.wait_for_tone(440)
    call.hang_up()
    assert other.wait_ended() == "them"
    assert own_server.process.wait(10) == 0
    own_server.start()
    assert own_server.ended_call(call)["status"] == "completed"


def test_the_account_and_the_communities_are_the_same_after_a_restart(own_server):
    account, secrets = (own_server.account, own_server.token), own_server.credentials("LAS_FLORES")
    own_server.stop()
    own_server.start()
    assert (own_server.account, own_server.token) == account and own_server.credentials("LAS_FLORES") == secrets
    with pytest.raises(ApiError):
        own_server.api("/v1/Communities", user=(own_server.account, "wrong"))


MANY = 25
TORRE = """
  - code: TORRE_{index}
    name: Torre
    number: "+562255{index:05}"
    type: edificio
    roles:
      - {{ role: office, digit: "1", label: "oficina de administración" }}
"""


def unprovisioned(server):
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/skyn3t.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM unprovisioned").fetchone()[0]


def test_an_apply_that_a_kill_cuts_goes_on_at_the_next_start(peers):
    """What is declared is one transaction; its resources are made afterwards, step by step."""
    server = Skyn3t()
    try:
        server.start()
        manifest = "communities:" + "".join(TORRE.format(index=index) for index in range(MANY))
        server.api("/v1/Communities", {"Manifest": manifest})
        server.kill()
        assert unprovisioned(server) == MANY
        server.start()
        server.wait_until(lambda: all(c["provisioned"] for c in server.api("/v1/Communities")["communities"]), 30,
                          "every community is whole")
        assert server.cli("drift").returncode == 0
        phone = peers()
        assert phone.register(server.sip, *server.credentials(f"TORRE_{MANY - 1}")["office"], server.domain).status == 200
        # Nothing was made twice, and the log says who made it.
        made = [e for e in server.api("/v1/Events?PageSize=1000")["events"] if e["event_type"] == "incoming_phone_number.create"]
        assert len(made) == MANY
        server.stop()
        server.start()
        assert "goes on now" not in server.log(None).split("server ended")[-1]
    finally:
        print(server.log())
        server.close()
