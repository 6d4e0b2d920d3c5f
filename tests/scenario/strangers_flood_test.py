"""A stranger sends as fast as it can: phones and carriers go on, and nothing of it is kept."""
import socket
import threading

from skyn3t import COMMUNITIES

CODE, NUMBER = "OFICINA_PRINCIPAL", COMMUNITIES["OFICINA_PRINCIPAL"]
MESSAGES = 60_000  # some three seconds of 20,000 a second


class Flood:
    """INVITE and OPTIONS in turn without credentials, each a request of its own; the answers are counted."""

    def __init__(self, server, address="127.0.0.66"):
        self.server, self.answers, self.is_over = server, 0, False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.where = "{}:{}".format(*self.socket.getsockname())
        self.threads = [threading.Thread(target=each, daemon=True) for each in (self.send, self.count)]
        for thread in self.threads:
            thread.start()

    def send(self):
        for i in range(MESSAGES):
            method = ("INVITE", "OPTIONS")[i % 2]
            self.socket.sendto(
                f"{method} sip:{NUMBER}@{self.server.domain} SIP/2.0\r\nVia: SIP/2.0/UDP {self.where};branch=z9hG4bKf{i};rport\r\n"
                f"From: <sip:x@{self.where}>;tag=f\r\nTo: <sip:{NUMBER}@{self.server.domain}>\r\nCall-ID: flood-{i}\r\n"
                f"CSeq: 1 {method}\r\nMax-Forwards: 70\r\nContact: <sip:x@{self.where}>\r\nContent-Length: 0\r\n\r\n".encode(),
                self.server.sip)
        self.is_over = True

    def count(self):
        self.socket.settimeout(3)
        try:
            while self.socket.recv(4096):
                self.answers += 1
        except OSError:
            pass

    def join(self):
        for thread in self.threads:
            thread.join(120)
        self.socket.close()


def call_through(server, carrier):
    """A call that repeats its INVITE as RFC 3261 section 17.1.1.2 wants: the kernel may drop a datagram in such a flood."""
    call = carrier.call(server.sip, NUMBER)
    for _ in range(20):
        try:
            carrier.wait(lambda: call.final, 0.5, "the answer")
            break
        except AssertionError:
            carrier.send(call.invite, server.sip)
    assert call.final == 200, call.final
    return call


def test_a_phone_registers_and_a_trunk_calls_through_while_a_stranger_floods(server, phone, carrier):
    office = phone(CODE, on_invite=lambda call: call.answer())
    user, password = server.credentials(CODE)["office"]
    flood = Flood(server)
    rounds = 0
    while not flood.is_over or rounds == 0:
        assert office.register(server.sip, user, password, server.domain).status == 200
        call = call_through(server, carrier)
        call.audio.press("1")
        office.wait(lambda: len(office.calls) > rounds, 20, "the phone is rung")
        call.hang_up()
        rounds += 1
    flood.join()
    print(f"{rounds} registrations and calls while {MESSAGES} requests came, of which {flood.answers} were answered")
    metrics = server.metrics()
    assert metrics["sip_server_transactions"] < 100, metrics
    assert metrics["sip_shed_total"] > 0 and flood.answers < MESSAGES
    assert metrics["sip_refused_total"] == 0, "nobody got 503"
    server.wait_log("warn.*dropped unread.*127.0.0.66")


def test_an_invite_that_nobody_acknowledges_is_answered_once(server):
    """Over UDP anybody can put another's address into a datagram: the answer must not be larger than the question by much."""
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    stranger.bind(("127.0.0.67", 0))
    where = "{}:{}".format(*stranger.getsockname())
    request = (f"INVITE sip:{NUMBER}@{server.domain} SIP/2.0\r\nVia: SIP/2.0/UDP {where};branch=z9hG4bKonce;rport\r\n"
               f"From: <sip:x@{where}>;tag=f\r\nTo: <sip:{NUMBER}@{server.domain}>\r\nCall-ID: once\r\nCSeq: 1 INVITE\r\n"
               f"Max-Forwards: 70\r\nContact: <sip:x@{where}>\r\nContent-Length: 0\r\n\r\n").encode()
    stranger.sendto(request, server.sip)
    stranger.settimeout(4)  # the first repetitions would come after 0.5, 1 and 2 s
    heard = []
    try:
        while True:
            heard.append(stranger.recv(4096))
    except TimeoutError:
        stranger.close()
    assert len(heard) == 1 and heard[0].startswith(b"SIP/2.0 401"), heard
    assert len(heard[0]) < 3 * len(request)
