"""What a stranger can make the server log has a bound, and nobody waits for whoever reads the log."""
import os
import threading

import pytest

from skyn3t import Skyn3t
from until import until

SERVER = {"extra": "log: info"}


def request(server, peer, number, method="OPTIONS", more=""):
    return (f"{method} sip:nobody@{server.domain} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{peer.port};rport;branch=z9hG4bK{number}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:x@{server.domain}>;tag={number}\r\nTo: <sip:x@{server.domain}>\r\nCall-ID: {number}@flood\r\n"
            f"CSeq: 1 {method}\r\n{more}Content-Length: 0\r\n\r\n").encode()


def test_a_guesser_that_is_blocked_does_not_fill_the_disk(server, peers):
    user = server.credentials("OFICINA_PRINCIPAL")["office"][0]
    guesser = peers()
    statuses = [guesser.register(server.sip, user, "Wrong12345678", server.domain).status for _ in range(120)]
    assert statuses.count(403) > 100
    server.wait_log(r"lines left out, .* count=\d+ kind=\"request refused", 15)
    refused = [line for line in server.log(None).splitlines() if " request refused " in line]
    assert 0 < len(refused) < 60, len(refused)
    assert server.metrics()["log_lines_left_out_total"] >= 40


@pytest.fixture
def unread():
    """A server whose log goes into a pipe that nobody reads; drained at the end, so that it can write its last lines."""
    running = Skyn3t(extra="log: debug")
    reader, writer = os.pipe()
    try:
        running.start(log=os.fdopen(writer, "wb")).apply()
        yield running
    finally:
        drain = threading.Thread(target=lambda: [None for _ in iter(lambda: os.read(reader, 65536), b"")], daemon=True)
        drain.start()
        running.close()
        drain.join(10)
        os.close(reader)


def test_calls_do_not_wait_for_whoever_reads_the_log(unread, peers):
    """A pipe takes 64 KiB; three thousand requests are several times that, in lines of debug. They come from a phone's address,
    since those of strangers are dropped unread when there are many."""
    phone = peers()
    assert phone.register(unread.sip, *unread.credentials("OFICINA_PRINCIPAL")["office"], unread.domain).status == 200
    for number in range(3000):
        phone.send(request(unread, phone, number), unread.sip)
    until(lambda: unread.metrics()["sip_requests_received_total"] >= 2000, 15, lambda: f"the metrics: {unread.metrics()}")
    assert unread.metrics()["up"] == 1
    assert unread.api("/healthz")
