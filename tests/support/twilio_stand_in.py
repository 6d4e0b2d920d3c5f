"""A stand-in for Twilio's API on loopback: a TwilioAccount behind HTTP, which keeps a log of every request, complains of
every one that Twilio's description does not allow, and fails where a test says so.

    with TwilioStandIn(account) as twilio:
        twilio.inject("lost", at=4)              # the fifth request from now: done, but its answer never arrives
        twilio.inject("429", operation="CreateSipDomain")
        ...
        assert twilio.problems == [] and len(twilio.writes()) == 9
"""
import base64
import http.server
import json
import select
import socket
import threading
import urllib.parse

from twilio_account import Refusal, TwilioAccount

# What may happen to a request: (whether it is carried out, status that is answered instead of the true one).
FAULTS = {
    "429": (False, 429), "500": (False, 500), "503": (False, 503),
    "500 after": (True, 500),  # it failed, they say, but it is done
    "cut": (False, None),      # the connection is closed before anything happened
    "lost": (True, None),      # and after it happened
    "time-out": (True, None),  # it happened, and the answer does not come before the client gives up
}


class Exchange:
    """One request and what became of it."""

    def __init__(self, index, method, path, query, form):
        self.index, self.method, self.path, self.query, self.form = index, method, path, query, form
        self.operation, self.fault, self.status, self.body, self.wrote = None, None, None, None, False

    def __repr__(self):
        return (f"{self.index} {self.method} {self.path} {dict(self.query) or ''} {dict(self.form) or ''} -> {self.status}"
                f"{' wrote' if self.wrote else ''}{' fault ' + self.fault if self.fault else ''}")


class TwilioStandIn:
    """`after_write`, when set, is called with the account after each write, while nothing else can happen. `at_once`, when
    set, is how many requests it takes at a time; one more meets 429, as at Twilio."""

    def __init__(self, account=None):
        self.account = account or TwilioAccount()
        self.log, self.problems, self.after_write, self.at_once = [], [], None, None
        self._going_on, self._counting = 0, threading.Lock()
        self._faults = []  # [fault, index, operation]
        stand_in = self

        class Handler(_Handler):
            twilio = stand_in
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def begin(self):
        """Forgets the log: request 0 is the next one."""
        with self.account.lock:
            self.log, self.problems, self._faults = [], [], []

    def writes(self):
        return [each for each in self.log if each.wrote]

    def inject(self, fault, at=None, operation=None):
        """The next request, the one with index `at`, or the next one of that operation meets this fault, once."""
        assert fault in FAULTS, fault
        self._faults.append([fault, at, operation])

    def _fault(self, exchange):
        for each in self._faults:
            fault, at, operation = each
            if at in (None, exchange.index) and operation in (None, exchange.operation):
                self._faults.remove(each)
                return fault
        return None

    def answer(self, method, target, headers, form):
        """The exchange; its status is None when nothing shall be answered."""
        with self._counting:
            self._going_on += 1
            too_many = self.at_once is not None and self._going_on > self.at_once
        try:
            return self._answer(method, target, headers, form, too_many)
        finally:
            with self._counting:
                self._going_on -= 1

    def _answer(self, method, target, headers, form, too_many):
        url = urllib.parse.urlsplit(target)
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        with self.account.lock:
            exchange = Exchange(len(self.log), method, url.path, query, form)
            self.log.append(exchange)
            operation, path = self.account.description.find(method, url.path)
            exchange.operation = operation and operation.id
            exchange.fault = "429" if too_many else self._fault(exchange)
            carried_out, status = FAULTS.get(exchange.fault, (True, 0))
            if carried_out:
                self._carry_out(exchange, operation, path, headers)
            if exchange.fault:
                exchange.status = status
                exchange.body = Refusal(status, 20429 if status == 429 else 20500, "injected").body() if status else None
        return exchange

    def _carry_out(self, exchange, operation, path, headers):
        try:
            self._authenticate(headers)
            if operation is None:
                if self.account.description.methods(exchange.path):
                    raise Refusal(405, 20004, "Method not allowed")
                raise Refusal(404, 20404, f"The requested resource {exchange.path} was not found")
            self._complain(exchange, operation, headers)
            exchange.status, exchange.body, exchange.wrote = self.account.answer(
                operation, path, exchange.query, exchange.form)
            ours = self.account.description.answer_problems(operation, exchange.status, exchange.body)
            assert ours == [], f"the stand-in's own answer is wrong: {ours}"
            if exchange.wrote and self.after_write:
                self.after_write(self.account)
        except Refusal as refusal:
            exchange.status, exchange.body = refusal.status, refusal.body()
        except Exception as error:  # a bug of the stand-in or of a test's hook must not look like Twilio's
            self.problems.append(f"{exchange}: {type(error).__name__} {error}")
            exchange.status, exchange.body = 500, Refusal(500, 20500, str(error)).body()

    def _authenticate(self, headers):
        scheme, _, given = headers.get("Authorization", "").partition(" ")
        wanted = base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        if (scheme, given) != ("Basic", wanted):
            raise Refusal(401, 20003, "Authentication Error - invalid username")

    def _complain(self, exchange, operation, headers):
        """What Twilio would ignore and a careful client does not send."""
        self.problems += self.account.description.request_problems(operation, exchange.query, exchange.form)
        media = headers.get("Content-Type", "").partition(";")[0]
        if exchange.form and media != "application/x-www-form-urlencoded":
            self.problems.append(f"{exchange}: Content-Type {media!r}")
        if exchange.method == "POST" and exchange.query:
            self.problems.append(f"{exchange}: parameters of a POST in the query")


class _Handler(http.server.BaseHTTPRequestHandler):
    twilio = None
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _handle(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        exchange = self.twilio.answer(self.command, self.path, self.headers,
                                      urllib.parse.parse_qsl(body, keep_blank_values=True))
        if exchange.status is None:
            if exchange.fault == "time-out":
                select.select([self.connection], [], [], 120)  # until the client gives up
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        content = b"" if exchange.body is None else json.dumps(exchange.body).encode()
        self.send_response(exchange.status)
        if exchange.status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="Twilio API"')
        if exchange.status >= 400:
            self.send_header("X-Twilio-Error-Code", str(exchange.body["code"]))
        if exchange.status != 204:
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Twilio-Request-Id", f"RQ{exchange.index:032x}")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = _handle
