"""A phone or a carrier for tests and the demonstration: registers, calls, answers, talks and listens.

    phone = SipPeer(); phone.register(server, "+56229145248-office", password, domain)
    phone.on_invite = lambda call: call.answer()
    carrier = SipPeer(); call = carrier.call(server, "+56229145248"); call.wait_answered(); call.audio.press("1")

Every wait has a limit and fails with the messages of the dialog. Nothing sleeps."""
import socket
import threading
import time

from rtp_audio import RtpAudio
from sip_message import SipMessage, authorization, digest_params, name_addr_uri, split_list, token

NAMES = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 404: "Not Found", 480: "Unavailable",
         486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 603: "Decline"}
PAYLOADS = {0: "PCMU/8000", 8: "PCMA/8000", 9: "G722/8000", 18: "G729/8000"}


class SipPeer:
    def __init__(self, ip="127.0.0.1", transport="udp", user="peer"):
        self.ip, self.transport, self.user = ip, transport, user
        self.calls, self.replies, self.log = {}, {}, []
        self.changed = threading.Condition()
        self.on_invite = lambda call: call.answer()
        self.codecs = (0, 8)
        self.own_sdp = None          # said instead of every session description that would be made
        self.telephone_event = True  # whether RFC 4733 digits are offered and accepted
        self.answer_headers = ()     # (name, value) of more fields in its 200s to INVITE and UPDATE
        self.packed = lambda sdp: ("application/sdp", sdp)  # Content-Type and body that carry a session description
        self.allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO"
        self.sdp_address = None      # the address that its SDP names, behind a NAT that nothing told it of
        self.sends_audio = True      # else its RTP is lost on the way, in a firewall
        self.algorithm = None        # the one that this peer knows, "MD5" or "SHA-256"; None takes the first offered
        self.closed = False
        self.registration = None
        if transport == "udp":
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind((ip, 0))
            self.port = self.socket.getsockname()[1]
            threading.Thread(target=self._receive_udp, daemon=True).start()
        else:
            self.socket, self.port = None, 0

    # -- wire

    def connect(self, server):
        """TCP only: opens the connection that everything then goes over."""
        self.socket = socket.create_connection(server)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._receive_tcp, daemon=True).start()

    def send(self, message, to):
        data = message.bytes() if isinstance(message, SipMessage) else message
        self.log.append(("->", data))
        if self.transport == "udp":
            self.socket.sendto(data, to)
        else:
            self.socket.sendall(data)

    def _receive_udp(self):
        while not self.closed:
            try:
                data, source = self.socket.recvfrom(65536)
            except OSError:
                return
            if data.strip():
                self._take(data, source)

    def _receive_tcp(self):
        buffer, source = b"", self.socket.getpeername()
        while not self.closed:
            try:
                data = self.socket.recv(65536)
            except OSError:
                return
            if not data:
                return
            buffer = (buffer + data).lstrip(b"\r\n")
            while b"\r\n\r\n" in buffer:
                head, _, rest = buffer.partition(b"\r\n\r\n")
                length = int(SipMessage.parse(head + b"\r\n\r\n").get("Content-Length", "0"))
                if len(rest) < length:
                    break
                self._take(head + b"\r\n\r\n" + rest[:length], source)
                buffer = rest[length:].lstrip(b"\r\n")

    def _take(self, data, source):
        self.log.append(("<-", data))
        message = SipMessage.parse(data)
        with self.changed:
            if not message.is_request:
                key = (message.get("Call-ID"), message.cseq, message.method)
                self.replies.setdefault(key, []).append(message)
            self.changed.notify_all()
        call = self.calls.get(message.get("Call-ID"))
        if message.is_request:
            if message.method == "INVITE" and call is None:
                call = self.calls[message.get("Call-ID")] = Call(self, source, incoming=message)
                call.handle(message)
                threading.Thread(target=self.on_invite, args=(call,), daemon=True).start()
            elif call:
                call.handle(message)
            elif message.method != "ACK":
                status = "200 OK" if message.method in ("OPTIONS", "NOTIFY") else "481 Call Does Not Exist"
                self.send(response(message, status), source)
        elif call:
            call.handle(message)

    def wait(self, condition, timeout, what):
        deadline = time.monotonic() + timeout
        with self.changed:
            while not (value := condition()):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not within {timeout} s: {what}\n{self.trace()}")
                self.changed.wait(left)
        return value

    def trace(self):
        return "\n".join(f"{way} {data.decode('utf-8', 'replace').strip()}" for way, data in self.log[-14:])

    def notify(self):
        with self.changed:
            self.changed.notify_all()

    # -- requests

    @property
    def contact(self):
        suffix = ";transport=tcp" if self.transport == "tcp" else ""
        return f"<sip:{self.user}@{self.ip}:{self.port}{suffix}>"

    def via(self):
        return f"SIP/2.0/{self.transport.upper()} {self.ip}:{self.port};branch=z9hG4bK{token()};rport"

    def request(self, method, uri, to, headers, server, body="", timeout=4):
        """Sends a request outside a dialog and returns its final response; retransmits as RFC 3261 says on UDP."""
        headers = dict(headers)
        call_id, cseq = headers.setdefault("Call-ID", token()), headers.setdefault("CSeq", f"1 {method}")
        base = [("Via", self.via()), ("Max-Forwards", "70"),
                ("From", headers.pop("From", f"<sip:{self.user}@{self.ip}>;tag={token(4)}")), ("To", to)]
        message = SipMessage(f"{method} {uri} SIP/2.0", base + list(headers.items()), body)
        key = (call_id, int(cseq.split()[0]), method)
        self.replies.pop(key, None)

        def final():
            return next((r for r in self.replies.get(key, []) if r.status >= 200), None)
        pause, deadline = 0.5, time.monotonic() + timeout
        while True:
            self.send(message, server)
            try:
                return self.wait(final, min(pause, max(0.01, deadline - time.monotonic())), f"answer to {method}")
            except AssertionError:
                if time.monotonic() >= deadline or self.transport == "tcp":
                    raise
                pause = min(pause * 2, 4)

    def register(self, server, user, password, domain, expires=300, contact=None, timeout=4):
        """REGISTER with digest; returns the final response, whatever it is."""
        self.user = user
        uri, aor = f"sip:{domain}", f"<sip:{user}@{domain}>"
        if self.transport == "tcp" and self.socket is None:
            self.connect(server)
        if self.registration is None:
            self.registration = {"call_id": token(), "cseq": 0, "tag": token(4)}
        r = self.registration

        def attempt(extra):
            r["cseq"] += 1
            headers = {"From": f"{aor};tag={r['tag']}", "Call-ID": r["call_id"], "CSeq": f"{r['cseq']} REGISTER",
                       "Contact": contact or self.contact, "Expires": str(expires), **extra}
            return self.request("REGISTER", uri, aor, headers, server, timeout=timeout)
        reply = attempt({})
        if reply.status in (401, 407):
            reply = attempt(answer_challenge(reply, "REGISTER", uri, user, password, self.algorithm))
        return reply

    def call(self, server, number, domain=None, credentials=None, caller="+56987654321", headers=(), offer=True):
        """Places a call and returns it at once. `credentials` is (user, password) for a phone's own call."""
        if self.transport == "tcp" and self.socket is None:
            self.connect(server)
        call = Call(self, server)
        call.place(number, domain or f"{server[0]}:{server[1]}", credentials, caller, headers, offer)
        return call

    def close(self):
        """Ends what still goes on (a failed test leaves calls behind) and closes the socket."""
        for call in list(self.calls.values()):
            call.abandon()
        self.closed = True
        if self.socket:
            try:
                self.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self.socket.close()


def answer_challenge(reply, method, uri, user, password, algorithm=None):
    """RFC 8760 section 2.3: of several challenges the first whose algorithm is known."""
    kind = ("WWW-Authenticate", "Authorization") if reply.status == 401 else (
        "Proxy-Authenticate", "Proxy-Authorization")
    challenge = next(c for c in reply.all(kind[0]) if algorithm in (None, digest_params(c).get("algorithm", "MD5")))
    return {kind[1]: authorization(challenge, method, uri, user, password)}


def response(request, status, to_tag=None, headers=(), body=""):
    copied = [(n, v) for n, v in request.headers
              if n.lower() in ("via", "v", "from", "f", "call-id", "i", "cseq", "record-route")]
    to = request.get("To")
    if to_tag and "tag=" not in to:
        to += f";tag={to_tag}"
    return SipMessage(f"SIP/2.0 {status}", copied + [("To", to)] + list(headers), body)


class Call:
    """One INVITE dialog of a peer and its audio."""

    def __init__(self, peer, remote, incoming=None):
        self.peer, self.remote, self.incoming = peer, remote, incoming
        self.audio = RtpAudio(peer.ip)
        self.local_tag, self.remote_tag, self.route, self.target = token(4), None, [], None
        self.cseq, self.final, self.provisional = 1, None, []
        self.ended_by = None        # "us", "them" or "cancel"
        self.acked = False
        self.sdp = None
        self.heard = []             # every request of the dialog, in its order
        self.infos = []
        self.started = time.monotonic()
        self.answered_at = None
        self.reinvites = []
        self.sdp_version, self.last_sdp = 0, None
        self.invite = None          # ours, the latest outside the dialog
        if incoming:
            self.call_id = incoming.get("Call-ID")
            self.local, self.remote_party = incoming.get("To"), incoming.get("From")
            self.target = name_addr_uri(incoming.get("Contact"))
            self.route = split_list(incoming.all("Record-Route"))
        else:
            self.call_id = token()
        peer.calls[self.call_id] = self

    # -- session description

    def offer(self, direction="sendrecv", codecs=None, address=None):
        """A session description of ours; RFC 3264 section 8: its version goes up when anything in it changes."""
        if self.peer.own_sdp:
            return self.peer.own_sdp
        codecs = codecs or self.peer.codecs
        events = self.peer.telephone_event
        formats = list(map(str, codecs)) + (["101"] if events else [])
        lines = ["s=-", f"c=IN IP4 {address or self.peer.sdp_address or self.peer.ip}", "t=0 0",
                 f"m=audio {self.audio.port} RTP/AVP {' '.join(formats)}"]
        lines += [f"a=rtpmap:{c} {PAYLOADS[c]}" for c in codecs]
        lines += ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15"] if events else []
        lines += ["a=ptime:20", f"a={direction}"]
        if lines != self.last_sdp:
            self.sdp_version, self.last_sdp = self.sdp_version + 1, lines
        return "\r\n".join(["v=0", f"o=peer 1 {self.sdp_version} IN IP4 {self.peer.ip}"] + lines) + "\r\n"

    def take_sdp(self, body, ours=(0, 8)):
        if not body or not body.strip():
            return
        self.sdp = body
        address = next(l[2:].split()[2] for l in body.splitlines() if l.startswith("c="))
        media = next(l[2:].split() for l in body.splitlines() if l.startswith("m=audio"))
        formats = [int(f) for f in media[3:]]
        event = next((int(l.split(":")[1].split()[0]) for l in body.splitlines()
                      if "telephone-event" in l and l.startswith("a=rtpmap")), 101)
        codec = next((f for f in formats if f in ours), 0)
        if int(media[1]) and self.peer.sends_audio:
            self.audio.start((address, int(media[1])), codec, event)

    # -- what arrives

    def handle(self, m):
        with self.peer.changed:
            if m.is_request:
                self._request(m)
            elif m.method == "INVITE":
                self._invite_response(m)
            self.peer.changed.notify_all()

    def _ok(self, request, headers=(), sdp=""):
        """200 to an INVITE or UPDATE."""
        kind, body = self.peer.packed(sdp) if sdp else ("", "")
        self.peer.send(response(request, "200 OK", self.local_tag, [("Contact", self.peer.contact)] + list(headers) +
                                list(self.peer.answer_headers) + ([("Content-Type", kind)] if sdp else []), body),
                       self.remote)

    def _request(self, m):
        self.heard.append(m)
        if m.method == "INVITE":
            if self.final and self.final < 300 and m.cseq != self.incoming_cseq():
                self.reinvites.append(m)
                self.take_sdp(m.body)
                self._ok(m, sdp=self.offer())
            elif not self.final:
                self.remote_tag = m.tag("From")
                self.take_sdp(m.body)
        elif m.method == "ACK":
            self.acked = True
            self.take_sdp(m.body)
        elif m.method == "BYE":
            self.ended_by = self.ended_by or "them"
            self.peer.send(response(m, "200 OK", self.local_tag), self.remote)
            self.audio.close()
        elif m.method == "CANCEL":
            self.peer.send(response(m, "200 OK", self.local_tag), self.remote)
            if not self.final:
                self.final, self.ended_by = 487, "cancel"
                self.peer.send(response(self.incoming, "487 Request Terminated", self.local_tag), self.remote)
                self.audio.close()
        elif m.method == "UPDATE":
            self._ok(m)
        else:
            if m.method == "INFO":
                self.infos.append(m)
            self.peer.send(response(m, "200 OK", self.local_tag), self.remote)

    def incoming_cseq(self):
        return self.incoming.cseq if self.incoming else None

    def _invite_response(self, m):
        if m.status < 200:
            self.provisional.append(m)
            if m.body:
                self.take_sdp(m.body)
            return
        if self.invite is None or m.cseq != self.invite.cseq:
            return  # reinvite() waits for it
        if m.status >= 300:
            self._ack_failure(m)
            if m.status in (401, 407) and self.credentials and not self.authorized:
                self.authorized = True
                self.cseq += 1
                extra = answer_challenge(m, "INVITE", self.uri, *self.credentials, self.peer.algorithm)
                self._send_invite(list(self.extra) + list(extra.items()))
            elif self.final is None:
                self.final, self.final_message = m.status, m
                self.audio.close()
            return
        self.remote_tag, self.target = m.tag("To"), name_addr_uri(m.get("Contact"))
        self.route = list(reversed(split_list(m.all("Record-Route"))))
        self.remote_party = m.get("To")
        if self.final is None:
            self.final, self.final_message, self.answered_at = m.status, m, time.monotonic()
            self.take_sdp(m.body)
        if not self.with_offer:  # the 2xx carried the offer, the ACK answers it
            self.in_dialog("ACK", self.offer(), [("Content-Type", "application/sdp")], cseq=m.cseq)
        else:
            self.in_dialog("ACK", cseq=m.cseq)

    # -- what we do

    def place(self, number, domain, credentials, caller, headers, offer):
        self.uri = f"sip:{number}@{domain}"
        self.credentials, self.authorized, self.extra = credentials, False, headers
        self.with_offer = offer
        self.local = f"<sip:{caller}@{self.peer.ip}>;tag={self.local_tag}"
        self.remote_party = f"<{self.uri}>"
        self._send_invite(headers)

    def _send_invite(self, headers):
        kind, body = self.peer.packed(self.offer()) if self.with_offer else ("", "")
        kind = [("Content-Type", kind)] if body else []
        self.invite = SipMessage(f"INVITE {self.uri} SIP/2.0", [
            ("Via", self.peer.via()), ("Max-Forwards", "70"), ("From", self.local), ("To", self.remote_party),
            ("Call-ID", self.call_id), ("CSeq", f"{self.cseq} INVITE"), ("Contact", self.peer.contact),
            ("Allow", self.peer.allow)] + kind + list(headers), body)
        self.peer.send(self.invite, self.remote)

    def _ack_failure(self, m):
        via = self.invite.get("Via")
        self.peer.send(SipMessage(f"ACK {self.uri} SIP/2.0", [
            ("Via", via), ("Max-Forwards", "70"), ("From", self.local), ("To", m.get("To")),
            ("Call-ID", self.call_id), ("CSeq", f"{m.cseq} ACK")]), self.remote)

    def in_dialog(self, method, body="", headers=(), cseq=None):
        if cseq is None:
            self.cseq += 1
            cseq = self.cseq
        ours, theirs = (self.local, self.remote_party)
        if self.incoming and "tag=" not in ours:
            ours += f";tag={self.local_tag}"
        message = SipMessage(f"{method} {self.target} SIP/2.0", [("Via", self.peer.via())] +
                             [("Route", r) for r in self.route] +
                             [("Max-Forwards", "70"), ("From", ours), ("To", theirs), ("Call-ID", self.call_id),
                              ("CSeq", f"{cseq} {method}"), ("Contact", self.peer.contact)] + list(headers), body)
        self.peer.send(message, self.remote)
        return (self.call_id, cseq, method)

    def reinvite(self, body, timeout=4):
        kind, body = self.peer.packed(body)
        key = self.in_dialog("INVITE", body, [("Content-Type", kind)])
        reply = self.peer.wait(lambda: next((r for r in self.peer.replies.get(key, []) if r.status >= 200), None),
                               timeout, "answer to the re-INVITE")
        if reply.status < 300:
            self.in_dialog("ACK", cseq=reply.cseq)
        else:  # RFC 3261 section 17.1.1.3: the same branch, To as in the response
            self.peer.send(SipMessage(f"ACK {self.target} SIP/2.0", [
                ("Via", reply.get("Via")), ("Max-Forwards", "70"), ("From", reply.get("From")), ("To", reply.get("To")),
                ("Call-ID", self.call_id), ("CSeq", f"{reply.cseq} ACK")]), self.remote)
        return reply

    def press_info(self, digit, kind="application/dtmf-relay"):
        """A digit by SIP INFO; returns the answer's status."""
        body = f"Signal={digit}\r\nDuration=160\r\n" if kind.endswith("relay") else digit
        key = self.in_dialog("INFO", body, [("Content-Type", kind)])
        return self.peer.wait(lambda: self.peer.replies.get(key), 4, "answer to INFO")[0].status

    def ring(self):
        self.peer.send(response(self.incoming, "180 Ringing", self.local_tag, [("Contact", self.peer.contact)]),
                       self.remote)

    def answer(self, codecs=None):
        with self.peer.changed:
            if self.final:
                return
            self.final, self.answered_at = 200, time.monotonic()
        if codecs:
            self.take_sdp(self.sdp, codecs)
        self._ok(self.incoming, [("Allow", self.peer.allow)], self.offer(codecs=codecs))
        self.peer.notify()

    def refuse(self, status):
        with self.peer.changed:
            if self.final:
                return
            self.final = status
        self.peer.send(response(self.incoming, f"{status} {NAMES.get(status, 'No')}", self.local_tag), self.remote)
        self.audio.close()

    def cancel(self, more=()):
        headers = [(n, v) for n, v in self.invite.headers if n in ("Via", "From", "To", "Call-ID", "Max-Forwards")]
        self.peer.send(SipMessage(f"CANCEL {self.uri} SIP/2.0", headers + [("CSeq", f"{self.invite.cseq} CANCEL")] +
                                  list(more)),
                       self.remote)

    def refer(self, to):
        """Asks for a transfer; returns the answer's status."""
        key = self.in_dialog("REFER", headers=[("Refer-To", f"<{to}>")])
        return self.peer.wait(lambda: self.peer.replies.get(key), 4, "answer to REFER")[0].status

    def hang_up(self, headers=()):
        """BYE when answered, CANCEL when still ringing."""
        self.ended_by = self.ended_by or "us"
        if self.final is None and not self.incoming:
            self.cancel(headers)
        else:
            key = self.in_dialog("BYE", headers=headers)
            self.peer.wait(lambda: self.peer.replies.get(key), 4, "answer to BYE")
            self.audio.close()

    def abandon(self):
        """Ends the call in whatever state it is, without waiting for answers."""
        if not self.ended_by and self.socket_is_open():
            if self.final == 200:
                self.in_dialog("BYE")
            elif self.incoming and not self.final:
                self.refuse(480)
            elif not self.final:
                self.cancel()
        self.audio.close()

    def socket_is_open(self):
        return self.peer.socket is not None and self.peer.socket.fileno() >= 0

    # -- waiting

    def wait_answered(self, timeout=10):
        self.peer.wait(lambda: self.final, timeout, "final response")
        assert self.final == 200, f"refused with {self.final}\n{self.peer.trace()}"
        return self

    def wait_final(self, timeout=10):
        return self.peer.wait(lambda: self.final, timeout, "final response")

    def wait_ringing(self, timeout=5):
        self.peer.wait(lambda: any(p.status in (180, 183) for p in self.provisional), timeout, "ringing")

    def wait_ended(self, timeout=10):
        return self.peer.wait(lambda: self.ended_by, timeout, "end of the call")
