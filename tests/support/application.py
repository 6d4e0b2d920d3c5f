"""A community's own application: an HTTP server that answers with TwiML and remembers what it was asked."""
import http.server
import threading
import time
import urllib.parse

from twilio.request_validator import RequestValidator


class Request:
    """One request: its path, its parameters, and whether its signature was right."""

    def __init__(self, path, params, signed):
        self.path, self.params, self.signed = path, params, signed

    def __getitem__(self, name):
        return self.params.get(name)

    def __repr__(self):
        return f"{self.path} {self.params}"


class Application:
    """`pages` are {path: verbs}; a path that is not there is answered with 204, as a status callback should be."""

    def __init__(self, token, pages=None, ip="127.0.0.1"):
        self.pages, self.requests = dict(pages or {}), []
        self.statuses = {}  # {path: HTTP status} instead of a page
        self.changed = threading.Condition()
        validator, application = RequestValidator(token), self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                params = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
                signed = validator.validate(application.url + self.path, params,
                                            self.headers.get("X-Twilio-Signature", ""))
                with application.changed:
                    application.requests.append(Request(self.path, params, signed))
                    application.changed.notify_all()
                verbs = application.pages.get(self.path)
                status = application.statuses.get(self.path, 204 if verbs is None else 200)
                page = b"" if verbs is None else f"<Response>{verbs}</Response>".encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml")
                if status != 204:
                    self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                if status != 204:
                    self.wfile.write(page)

        self.server = http.server.ThreadingHTTPServer((ip, 0), Handler)
        self.url = f"http://{ip}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def asked(self, path):
        with self.changed:
            return [request for request in self.requests if request.path == path]

    def wait(self, path, count=1, timeout=15):
        """The requests of this path, once there are so many."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while len([r for r in self.requests if r.path == path]) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not {count} requests of {path} within {timeout} s: {self.requests}")
                self.changed.wait(left)
        return self.asked(path)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
