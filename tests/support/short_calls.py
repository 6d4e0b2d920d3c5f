"""Calls that come from the carrier at a steady rate and are refused at once: each must have its final row in the log."""
import os
import selectors
import socket
import threading
import time

NUMBER = "+56234567890"
CODE = "LAS_FLORES"
DOCUMENTS = {CODE: '<Response><Reject reason="busy"/></Response>'}
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n"
FINAL = ("completed", "busy", "failed", "no-answer", "canceled")


class ShortCalls:
    """Calls the server at `sip` `rate` times a second, on a thread of its own, until stop(). `ended`: the Call-IDs that had
    their final response, with its moment."""

    def __init__(self, sip, rate=20):
        self.sip, self.pause = sip, 1 / rate
        self.placed, self.ended = [], {}
        self.run = os.urandom(4).hex()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.2", 0))
        self.port = self.socket.getsockname()[1]
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._go, daemon=True)
        self.thread.start()

    def _go(self):
        selector = selectors.DefaultSelector()
        selector.register(self.socket, selectors.EVENT_READ)
        due = time.monotonic()
        while not self.stopping.is_set():
            if time.monotonic() >= due:
                due += self.pause
                self._invite(f"{self.run}-{len(self.placed)}")
            if selector.select(max(0, due - time.monotonic())):
                self._take()
        self._answers_until(time.monotonic() + 2, selector)

    def _answers_until(self, end, selector):
        while len(self.ended) < len(self.placed) and time.monotonic() < end:
            if selector.select(0.1):
                self._take()

    def _head(self, method, call, to=f"<sip:{NUMBER}@127.0.0.1>"):
        return (f"{method} sip:{NUMBER}@{self.sip[0]}:{self.sip[1]} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.2:{self.port};branch=z9hG4bK{call}\r\nMax-Forwards: 70\r\n"
                f"From: <sip:+56987654321@127.0.0.2>;tag={call}\r\nTo: {to}\r\nCall-ID: {call}\r\nCSeq: 1 {method}\r\n")

    def _invite(self, call):
        self.placed.append(call)
        self._send(self._head("INVITE", call) + f"Contact: <sip:carrier@127.0.0.2:{self.port}>\r\n"
                   f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}")

    def _take(self):
        try:
            lines = self.socket.recv(65536).decode(errors="replace").split("\r\n")
        except ConnectionError:  # the server is not there at the moment
            return
        status = int(lines[0].split(" ")[1])
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if status < 200:
            return
        self.ended.setdefault(headers["call-id"], time.monotonic())
        self._send(self._head("ACK", headers["call-id"], headers["to"]) + "Content-Length: 0\r\n\r\n")

    def _send(self, text):
        self.socket.sendto(text.encode(), self.sip)

    def stop(self):
        """No more calls; what is still unanswered has two seconds."""
        self.stopping.set()
        self.thread.join(30)
        self.socket.close()
        return self


def rows(server):
    """The statuses of the whole call log by Call-ID, over the API's pages."""
    found, path = {}, f"/2010-04-01/Accounts/{server.account}/Calls.json?PageSize=1000"
    while path:
        page = server.api(path)
        found.update((call["skyn3t"]["sip_call_id"], call["status"]) for call in page["calls"])
        path = page["next_page_uri"]
    return found


def missing(server, calls):
    """Of `calls`, those without a final row."""
    known = rows(server)
    return [call for call in calls if known.get(call) not in FINAL]
