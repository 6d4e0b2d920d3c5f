"""Twenty calls a second while the database is locked, full, away, or the server is killed: each call has its final row
afterwards. What was lost is printed, and is nothing; build/facts.txt has the last figures."""
import contextlib
import pathlib
import sqlite3
import time

import pytest

import full_disk
from postgres import Postgres
from short_calls import DOCUMENTS, ShortCalls, missing
from sipp import free_port
from skyn3t import Skyn3t

REPORT = pathlib.Path(__file__).resolve().parents[2] / "build" / "facts.txt"


def lost(what, calls, of):
    line = f"rows lost, {what}: {len(calls)} of {of}"
    print(line)
    REPORT.parent.mkdir(exist_ok=True)
    lines = [each for each in (REPORT.read_text().splitlines() if REPORT.exists() else []) if f", {what}:" not in each]
    REPORT.write_text("\n".join([*lines, line]) + "\n")
    return calls


@contextlib.contextmanager
def served(**settings):
    """A server on a port that stays the same when it starts again."""
    running = Skyn3t(listen=(f"udp:127.0.0.1:{free_port()}",), **settings)
    try:
        running.start().apply_documents(DOCUMENTS)
        yield running
    except BaseException:
        print(running.log())
        raise
    finally:
        running.kill()
        running.close()


@pytest.fixture(scope="module")
def postgres():
    running = Postgres()
    yield running
    running.close()


def all_there(server, calls, what):
    """Stops the calls, and waits until the spool is written."""
    calls.stop()
    server.wait_until(lambda: not missing(server, calls.placed), 30, f"the rows, {what}")
    assert lost(what, missing(server, calls.placed), len(calls.placed)) == []
    assert server.health()["facts"] == {"waiting": 0, "lost": 0}


def test_kill_minus_9_takes_no_call_that_ended_more_than_a_moment_before():
    with served() as server:
        calls = ShortCalls(server.sip)
        server.wait_until(lambda: len(calls.ended) >= 60, 20, "calls")
        server.kill()
        killed = time.monotonic()
        calls.stop()
        server.start()
        safe = [call for call, ended in calls.ended.items() if ended < killed - 0.1]
        assert lost("kill -9", missing(server, safe), len(safe)) == []


def test_a_locked_sqlite_costs_nothing():
    with served() as server:
        calls = ShortCalls(server.sip)
        server.wait_until(lambda: len(calls.ended) >= 20, 20, "calls")
        with contextlib.closing(sqlite3.connect(server.data / "skyn3t.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            until_then = time.monotonic() + 25
            server.wait_until(lambda: server.health()["parts"]["database"] == "down", 25, "healthz says so")
            assert server.metrics()["database_can_write"] == 0
            server.wait_until(lambda: time.monotonic() >= until_then, 30, "25 seconds")
            other.execute("ROLLBACK")
        all_there(server, calls, "SQLite locked for 25 s")
        assert server.health()["status"] == "up" and server.metrics()["facts_spooled_total"] > 100


def test_what_waits_for_a_locked_sqlite_outlives_a_kill():
    with served() as server:
        with contextlib.closing(sqlite3.connect(server.data / "skyn3t.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            calls = ShortCalls(server.sip)
            server.wait_until(lambda: len(calls.ended) >= 40, 20, "calls")
            calls.stop()
            # What is late is spooled after half a second: nothing more comes, so that all of it is.
            server.wait_until(lambda: server.health()["facts"]["waiting"] >= len(calls.placed), 10, "all is spooled")
            server.kill()
            other.execute("ROLLBACK")
        server.start()
        assert lost("SQLite locked and kill -9", missing(server, calls.placed), len(calls.placed)) == []


def test_a_full_disk_costs_nothing():
    seen = full_disk.in_namespace()
    assert seen["was_down"] and seen["waited"] > 20, seen
    assert seen["facts"] == {"waiting": 0, "lost": 0} and seen["status"] == "up", seen
    assert lost("disk full for 10 s", ["?"] * seen["lost"], seen["placed"]) == []


def test_a_restart_of_postgresql_costs_nothing_and_no_request_fails_after_it(postgres):
    with served(database=postgres.database()) as server:
        calls = ShortCalls(server.sip)
        server.wait_until(lambda: len(calls.ended) >= 20, 20, "calls")
        postgres.stop()
        postgres.start()
        for _ in range(8):
            server.calls()
        server.wait_until(lambda: len(calls.ended) >= 80, 20, "calls")
        all_there(server, calls, "PostgreSQL restarted")


def test_postgresql_away_for_6_seconds_costs_nothing(postgres):
    with served(database=postgres.database()) as server:
        calls = ShortCalls(server.sip)
        server.wait_until(lambda: len(calls.ended) >= 20, 20, "calls")
        postgres.stop()
        until_then = time.monotonic() + 6
        server.wait_until(lambda: time.monotonic() >= until_then, 10, "six seconds")
        postgres.start()
        all_there(server, calls, "PostgreSQL away for 6 s")


def test_sigterm_ends_while_postgresql_is_away_and_what_waited_is_there_after_the_next_start(postgres):
    with served(database=postgres.database()) as server:
        postgres.stop()
        calls = ShortCalls(server.sip)
        server.wait_until(lambda: len(calls.ended) >= 40, 20, "calls")
        calls.stop()
        server.stop(timeout=30)
        postgres.start()
        server.start()
        assert lost("SIGTERM while PostgreSQL was away", missing(server, calls.placed), len(calls.placed)) == []
