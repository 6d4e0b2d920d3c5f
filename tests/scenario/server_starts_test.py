"""A start takes what is its own before it writes anything, and says in words why it does not start."""
import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess

import pytest

from processes import Program
from sipp import free_port
from skyn3t import ROOT, Skyn3t

MENU = "+56229145248"


@pytest.fixture
def servers(tmp_path):
    """servers(...) is a Skyn3t() of this test's, on loopback ports that stay the same; all are gone at its end."""
    made = []

    def make(**kwargs):
        port = free_port()
        made.append(Skyn3t(listen=(f"udp:127.0.0.1:{port}", f"tcp:127.0.0.1:{port}"), **kwargs))
        return made[-1]
    yield make
    for each in made:
        each.close()


def serve(server, config=None, cwd=None, **env):
    """`skyn3t serve` typed by hand, which is expected to end by itself."""
    return subprocess.run([server.binary, "serve", "--config", str(config or server.config)], capture_output=True, text=True,
                          timeout=30, cwd=cwd, env={**os.environ, "LC_ALL": "es_CL.UTF-8", **env})


def written(folder):
    """What a start leaves in a data folder, with its content; what goes on being written is left out."""
    return {path.name: path.read_bytes() for path in pathlib.Path(folder).iterdir()
            if path.is_file() and path.name not in ("server.log", "lock", "facts.spool") and not path.name.startswith("skyn3t.db")}


def test_a_second_server_on_the_same_folder_changes_nothing(servers, carrier):
    server = servers().start()
    server.apply()
    call = carrier.call(server.sip, MENU).wait_answered()
    row = server.wait_call(lambda c: c["status"] == "in-progress")
    before = written(server.data)
    second = serve(server)
    assert second.returncode == 1
    assert f"otro servidor usa ya la carpeta de datos {server.data} (proceso {server.process.pid})" in second.stderr
    assert written(server.data) == before
    assert next(c for c in server.calls() if c["sid"] == row["sid"])["status"] == "in-progress"
    call.hang_up()
    assert server.ended_call(call)["status"] == "completed"


@pytest.mark.parametrize("taken", ["sip", "http"])
def test_a_server_whose_port_is_taken_writes_nothing(servers, taken, tmp_path):
    server = servers().start()
    folder = tmp_path / "another"
    sip, http = (server.sip[1], 0) if taken == "sip" else (0, server.url.rpartition(":")[2])
    config = tmp_path / "another.yaml"
    config.write_text(f'data: another\nsip: {{ listen: ["udp:127.0.0.1:{sip}"] }}\nhttp: {{ listen: "127.0.0.1:{http}" }}\n')
    second = serve(server, config)
    assert second.returncode == 1
    assert f"{taken}.listen" in second.stderr and "otro programa usa ya esta dirección" in second.stderr
    assert [path.name for path in folder.iterdir()] == ["lock"]


@pytest.fixture
def renamed(monkeypatch, tmp_path):
    """renamed(name): servers that are started from now on find themselves on a host of this name, as in a container."""
    if subprocess.run(["unshare", "--uts", "true"], capture_output=True).returncode != 0:
        pytest.fail("unshare --uts is needed: run the tests as root")
    wrap = tmp_path / "renamed"
    wrap.write_text('#!/bin/sh\nhostname "$1"\nshift\nexec "$@"\n')
    wrap.chmod(0o755)
    return lambda name: monkeypatch.setenv("SKYN3T_WRAP", f"unshare --uts {wrap} {name}")


def test_a_container_with_a_new_host_name_keeps_its_phones_and_closes_the_calls_that_were_cut(servers, carrier, peers, renamed):
    server = servers()
    renamed("container-a1b2c3")
    server.start().apply()
    phone = peers()
    assert phone.register(server.sip, *server.credentials("OFICINA_PRINCIPAL")["office"], server.domain).status == 200
    call = carrier.call(server.sip, MENU).wait_answered()
    server.wait_call(lambda c: c["status"] == "in-progress")
    server.wait_until(lambda: bindings(server) == 1, 5, "a saved binding")
    server.kill()
    renamed("container-d4e5f6")
    server.start()
    assert server.metrics()["registrations"] == 1
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("failed", "server_restarted")
    call.ended_by = "them"


def bindings(server):
    with contextlib.closing(sqlite3.connect(f"file:{server.data}/skyn3t.db?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM bindings").fetchone()[0]


def test_a_lost_key_is_not_replaced(servers):
    server = servers().start()
    server.stop()
    key = server.data / "secret.key"
    kept = key.read_text()
    key.unlink()
    refused = serve(server)
    assert refused.returncode == 1 and f"falta {key}" in refused.stderr and "SKYN3T_SECRET_KEY" in refused.stderr
    assert not key.exists()
    key.write_text(kept)
    key.chmod(0o600)
    server.start()


def test_an_emptied_database_is_no_new_installation(servers):
    server = servers().start()
    account = server.account
    server.stop()
    file = server.data / "skyn3t.db"
    shutil.copy(file, server.data / "kept.db")
    file.write_bytes(b"")
    for name in ("skyn3t.db-wal", "skyn3t.db-shm"):
        (server.data / name).unlink(missing_ok=True)
    refused = serve(server)
    assert refused.returncode == 1 and f"la base de datos {file} está vacía" in refused.stderr
    assert file.stat().st_size == 0
    shutil.copy(server.data / "kept.db", file)
    assert server.start().account == account


def test_the_first_start_prints_no_key_and_what_it_keeps_is_its_owners(servers):
    server = servers()
    old = os.umask(0o022)
    try:
        server.start()
    finally:
        os.umask(old)
    printed = "".join(server.output)
    assert server.token not in printed and server.token not in server.log(None)
    assert f"Cuenta nueva: {server.account}" in printed and str(server.data / "account.json") in printed
    open_to_others = [path.name for path in server.data.rglob("*") if path.stat().st_mode & 0o077 and path.name not in
                      ("server.log", "skyn3t.yaml", "endpoints.json")]
    assert open_to_others == []


@pytest.mark.parametrize("token", ["abc", "a" * 64])
def test_a_weak_token_is_refused(servers, token):
    server = servers()
    refused = serve(server, SKYN3T_AUTH_TOKEN=token)
    assert refused.returncode == 1
    assert "SKYN3T_AUTH_TOKEN es débil" in refused.stderr and "openssl rand -hex 16" in refused.stderr
    assert not (server.data / "account.json").exists()


def test_a_relative_data_folder_is_beside_the_configuration(tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "elsewhere").mkdir()
    config = tmp_path / "etc/skyn3t.yaml"
    config.write_text('data: datos\nsip: { listen: ["udp:127.0.0.1:0"] }\nhttp: { listen: "127.0.0.1:0" }\n')
    binary = os.environ.get("SKYN3T_BINARY") or str(ROOT / "build/release/skyn3t")
    server = Program(binary, "serve", "--config", str(config), cwd=tmp_path / "elsewhere")
    try:
        server.wait_for("endpoints.json", 30)
        data = tmp_path / "etc/datos"
        assert json.loads((data / "account.json").read_text())["auth_token"]
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert list((tmp_path / "elsewhere").iterdir()) == []
        listed = subprocess.run([binary, "community", "list", "--json", "--config", "../etc/skyn3t.yaml"], cwd=tmp_path / "elsewhere",
                                capture_output=True, text=True, timeout=30)
        assert listed.returncode == 0, listed.stderr
    finally:
        server.close()
