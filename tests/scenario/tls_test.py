"""The API over TLS, as Python's ssl, OpenSSL, curl and Twilio's SDK see it; its certificate is exchanged while it works."""
import concurrent.futures
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import urllib.request

import pytest

from certificates import Authority
from skyn3t import Skyn3t
from twilio_sdk import sdk


@pytest.fixture(scope="module")
def authority():
    folder = tempfile.mkdtemp(prefix="skyn3t-ca-")
    yield Authority(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def served(authority):
    running = Skyn3t(authority=authority)
    try:
        running.start().apply()
        yield running
        running.stop()
    finally:
        running.close()


def address(served):
    host, _, port = served.url.removeprefix("https://").rpartition(":")
    return host, int(port)


def shown(served):
    """The certificate that a new connection is shown."""
    with socket.create_connection(address(served), 10) as tcp, served.trust().wrap_socket(tcp, server_hostname="127.0.0.1") as tls:
        return tls.getpeercert(binary_form=True)


def exchange(served, **how):
    served.authority.issue(["IP:127.0.0.1", "DNS:localhost"], **how)


def hang_up(served):
    """SIGHUP: reload."""
    served.process.send_signal(signal.SIGHUP)


def reloads(served):
    return len(re.findall("certificate reloaded", served.log(None)))


def reload(served):
    before = reloads(served)
    hang_up(served)
    served.wait_until(lambda: reloads(served) > before, 10, "the certificate is reloaded")


def s_client(served, *arguments):
    host, port = address(served)
    return subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-CAfile", str(served.authority.file), *arguments],
                          input="", capture_output=True, text=True, timeout=20)


def test_its_address_says_https(served):
    assert served.url.startswith("https://127.0.0.1:")
    assert any("https://127.0.0.1:" in line for line in served.output)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_openssl_shakes_hands(served, version):
    done = s_client(served, version, "-verify_return_error", "-alpn", "h2,http/1.1")
    assert done.returncode == 0 and "Verify return code: 0 (ok)" in done.stdout, done.stdout + done.stderr
    assert "ALPN protocol: http/1.1" in done.stdout


@pytest.mark.parametrize("version", ["-tls1", "-tls1_1"])
def test_old_versions_are_refused(served, version):
    done = s_client(served, version, "-cipher", "ALL:@SECLEVEL=0")
    assert done.returncode != 0 and "alert protocol version" in done.stderr, done.stderr


def test_curl_believes_it_with_the_authority_and_not_without(served):
    with_it = subprocess.run(["curl", "-sS", "-i", "--cacert", served.authority.file, served.url + "/healthz"], capture_output=True,
                             text=True, timeout=20)
    assert with_it.stdout.startswith("HTTP/1.1 200") and "strict-transport-security: max-age=" in with_it.stdout.lower()
    without = subprocess.run(["curl", "-sS", served.url + "/healthz"], capture_output=True, text=True, timeout=20)
    assert without.returncode == 60, without.stderr


def test_who_speaks_without_tls_is_let_go(served):
    with socket.create_connection(address(served), 10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        plain.settimeout(10)
        received = b""
        while part := plain.recv(4096):
            received += part
    assert b"HTTP/" not in received


def test_twilios_sdk_works_over_it(served):
    client = sdk(served.url, served.account, served.token)
    client.http_client.session.verify = str(served.authority.file)
    made = client.applications.create(friendly_name="Por TLS")
    assert [its.friendly_name for its in client.applications.list()] == ["Por TLS"]
    assert made.delete()


def test_the_command_line_works_with_an_authority_and_on_its_own_machine(served, tmp_path):
    assert "OFICINA_PRINCIPAL" in served.cli("community", "list").stdout
    # By the configuration alone: exactly its certificate is believed.
    nothing = {"SKYN3T_URL": "", "SKYN3T_CA_FILE": ""}
    assert "OFICINA_PRINCIPAL" in served.cli("community", "list", env=nothing).stdout
    refused = served.cli("community", "list", env={"SKYN3T_CA_FILE": ""}, check=False)
    assert refused.returncode == 1 and "no es de confianza" in refused.stderr, refused.stderr
    # Another server at this address, with a certificate of its own.
    other = Authority(tmp_path)
    other.issue(["IP:127.0.0.1"])
    host, port = address(served)
    (tmp_path / "skyn3t.yaml").write_text(f'data: {served.data}\nhttp: {{ listen: "{host}:{port}", certificate: {tmp_path}/its.pem, '
                                          f'key: {tmp_path}/its.key }}\n')
    deceived = subprocess.run([served.binary, "community", "list", "--config", str(tmp_path / "skyn3t.yaml")], capture_output=True,
                              text=True, timeout=20, env={**os.environ, "LC_ALL": "es_CL.UTF-8"})
    assert deceived.returncode == 1 and "no es de confianza" in deceived.stderr, deceived.stderr


def test_a_new_certificate_is_shown_without_a_restart_and_open_connections_live_on(served):
    before = shown(served)
    with socket.create_connection(address(served), 10) as tcp, served.trust().wrap_socket(tcp, server_hostname="localhost") as open_one:
        open_one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert open_one.recv(4096).startswith(b"HTTP/1.1 200")
        exchange(served)
        reload(served)
        assert shown(served) != before
        open_one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert open_one.recv(4096).startswith(b"HTTP/1.1 200")


def test_no_request_fails_while_certificates_are_exchanged(served):
    trust = served.trust()

    def ask(_):
        with urllib.request.urlopen(served.url + "/healthz", timeout=20, context=trust) as answer:
            return answer.status
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask, i) for i in range(200)]
        for _ in range(5):
            exchange(served)
            reload(served)
        assert [answer.result() for answer in answers] == [200] * 200


def test_a_bad_pair_stays_outside(served):
    before = shown(served)
    keep = (served.authority.folder / "its.key").read_bytes()
    (served.authority.folder / "its.key").write_text("no es una llave")
    hang_up(served)
    served.wait_log("error.*certificate not reloaded, the one before stays in use.*its.key")
    assert shown(served) == before
    (served.authority.folder / "its.key").write_bytes(keep)
    reload(served)
    assert shown(served) == before


def test_the_days_that_are_left_can_be_watched(served):
    assert 0 < served.metrics()["http_certificate_expiry_seconds"] <= 86400
    served.wait_log("certificate loaded.*days_left=0")
    served.wait_log("warn.*certificate ends soon")


@pytest.mark.parametrize("break_it, spanish", [
    (lambda a: (a.folder / "its.pem").unlink(), "no puedo leer .*its.pem"),
    (lambda a: (a.folder / "its.key").write_text("x"), "its.key no contiene una llave privada PEM"),
    (lambda a: Authority(a.folder).issue(["IP:127.0.0.1"], certificate="other.pem"), "la llave .*its.key no corresponde al certificado"),
    (lambda a: a.issue(["IP:127.0.0.1"], bits=1024), "demasiado débil"),
])
def test_a_start_with_bad_files_says_what_is_wrong(tmp_path, break_it, spanish):
    authority = Authority(tmp_path)
    its = Skyn3t(authority=authority)
    break_it(authority)
    done = subprocess.run([its.binary, "serve", "--config", str(its.config)], capture_output=True, text=True, timeout=30,
                          env={**os.environ, "LC_ALL": "es_CL.UTF-8"})
    its.close()
    assert done.returncode == 1 and re.search(spanish, done.stderr), done.stderr


def test_a_key_that_everybody_may_read_and_an_expired_certificate_are_warned_about(tmp_path):
    authority = Authority(tmp_path)
    its = Skyn3t(authority=authority)
    authority.issue(["IP:127.0.0.1"], days=-1)
    (authority.folder / "its.key").chmod(0o644)
    try:
        its.start()
        its.wait_log("warn.*may read the certificate's key")
        its.wait_log("error.*certificate has expired")
        its.stop()
    finally:
        its.close()
