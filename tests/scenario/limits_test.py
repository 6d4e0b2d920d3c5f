"""What the API takes: how large, how many, how often, from whom."""
import base64
import json
import socket
import subprocess

import pytest

from skyn3t import ApiError, Skyn3t

SERVER = {"limits": "{ body: 64 KiB, requests_per_second: 10, burst: 40, failed_logins_per_minute: 10 }",
          "http_extra": ', trusted_proxies: ["127.0.0.3"], cors: ["https://panel.example.cl"]'}


def raw(server, request, source="127.0.0.1"):
    """Everything that the server answers to these octets, until it closes."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), 20, source_address=(source, 0)) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # it was closed on the way
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            pass
    return received.decode()


def get(server, path, *fields, user=None, source="127.0.0.1"):
    name, secret = user or (server.account, server.token)
    credentials = base64.b64encode(f"{name}:{secret}".encode()).decode()
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", f"Authorization: Basic {credentials}", *fields, "", ""]
    return raw(server, "\r\n".join(lines).encode(), source)


def status(answer):
    return int(answer.split(" ")[1]) if answer else None


def error(answer):
    return status(answer), json.loads(answer.partition("\r\n\r\n")[2])["code"]


@pytest.fixture(scope="module")
def keys(server):
    """Two keys of the account: (SK, secret)."""
    made = [server.api(f"/2010-04-01/Accounts/{server.account}/Keys.json", {"FriendlyName": name}) for name in ("uno", "dos")]
    return [(key["sid"], key["secret"]) for key in made]


def use_up(server, key):
    """Asks until there is a refusal, which it returns."""
    for _ in range(1000):
        answer = get(server, "/v1/Trunks", user=key)
        if status(answer) != 200:
            return answer
    raise AssertionError("a thousand requests in a row were let through")


def test_more_requests_than_the_burst_are_answered_as_twilio_does(server, keys):
    refused = use_up(server, keys[0])
    assert error(refused) == (429, 20429) and "\r\nRetry-After: 1\r\n" in refused
    assert status(raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == 200


def test_a_key_does_not_suffer_from_its_neighbour(server, keys):
    use_up(server, keys[0])
    assert status(get(server, "/v1/Trunks", user=keys[1])) == 200
    assert status(get(server, "/v1/Trunks")) == 200


def test_an_apply_of_many_communities_is_not_limited(server, tmp_path):
    # A dozen communities are some hundred requests of the server to itself.
    lines = [f'  - {{ code: T{i}, name: T{i}, number: "+562255{i:05}", type: edificio, roles: [{{ role: office, digit: "1", label: o }}] }}'
             for i in range(12)]
    (tmp_path / "many.yaml").write_text("communities:\n" + "\n".join(lines) + "\n")
    server.apply(tmp_path / "many.yaml")


def test_guessing_from_one_address_is_slowed_down(server):
    guesses = [error(get(server, "/v1/Trunks", user=("AC" + "0" * 32, "x"), source="127.0.0.9")) for _ in range(20)]
    assert guesses[:10] == [(401, 20003)] * 10 and guesses[-1] == (429, 20429)
    # Even the right ones are not looked at from there, unless they were seen before.
    assert error(get(server, "/v1/Trunks", source="127.0.0.9")) == (429, 20429)
    server.wait_until(lambda: status(get(server, "/v1/Trunks")) == 200, 10, "others are let in")
    server.wait_log("warn.*wrong too often.*address=127.0.0.9")


def test_a_trusted_proxy_s_clients_are_told_apart_and_a_stranger_s_word_counts_for_nothing(server):
    wrong = ("AC" + "0" * 32, "x")
    forged = [error(get(server, "/v1/Trunks", f"X-Forwarded-For: 198.51.100.{i}", user=wrong, source="127.0.0.8")) for i in range(20)]
    assert forged[-1] == (429, 20429)
    first = [error(get(server, "/v1/Trunks", "X-Forwarded-For: 198.51.100.7", user=wrong, source="127.0.0.3")) for _ in range(20)]
    assert first[-1] == (429, 20429)
    assert error(get(server, "/v1/Trunks", "X-Forwarded-For: 198.51.100.8", user=wrong, source="127.0.0.3")) == (401, 20003)


@pytest.mark.parametrize("request_, wanted", [
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 414),
    (b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 70000\r\n\r\n" + b"a" * 70000, 413),
    (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"GET /healthz HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", 431),
    (b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n" + b"a" * 20_000_000, None),
])
def test_what_is_too_large_is_told_or_cut(server, request_, wanted):
    # Of what goes on being sent after the refusal, it may be cut before it is read.
    assert status(raw(server, request_)) in ((413, None) if wanted is None else (wanted,))
    assert status(raw(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == 200


def test_a_page_of_the_configured_origin_may_use_the_api_and_no_other(server):
    host = server.url + "/v1/Trunks"

    def preflight(origin):
        done = subprocess.run(["curl", "-sS", "-i", "-X", "OPTIONS", "-H", f"Origin: {origin}", "-H",
                               "Access-Control-Request-Method: GET", "-H", "Access-Control-Request-Headers: authorization", host],
                              capture_output=True, text=True, timeout=20, check=True)
        return done.stdout
    allowed = preflight("https://panel.example.cl")
    assert status(allowed) == 204 and "Access-Control-Allow-Origin: https://panel.example.cl" in allowed
    assert "Access-Control-Allow-Headers: Authorization" in allowed and "Allow-Credentials" not in allowed
    other = preflight("https://evil.example")
    assert status(other) == 401 and "Access-Control" not in other
    answer = get(server, "/v1/Trunks", "Origin: https://panel.example.cl")
    assert "Access-Control-Allow-Origin: https://panel.example.cl" in answer and "Vary: Origin" in answer


def test_by_default_no_origin_is_spoken_of_and_answers_are_not_kept():
    server = Skyn3t()
    try:
        server.start()
        answer = get(server, "/v1/Trunks", "Origin: https://panel.example.cl")
        assert status(answer) == 200 and "Access-Control" not in answer and "Vary" not in answer
        for field in ("X-Content-Type-Options: nosniff", "Cache-Control: no-store", "Referrer-Policy: no-referrer",
                      "Content-Security-Policy: frame-ancestors 'none'"):
            assert f"\r\n{field}\r\n" in answer, answer
        with pytest.raises(ApiError) as refused:
            server.api("/v1/Trunks", user=("", ""))
        assert refused.value.status == 401
    finally:
        server.close()
