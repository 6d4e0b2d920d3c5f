"""A client of server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them."""
import base64
import http.client
import json
import queue
import socket
import threading
import urllib.parse


class Event:
    def __init__(self, id_, type_, data):
        self.id, self.type, self.data = id_, type_, json.loads(data)

    def __repr__(self):
        return f"{self.id} {self.type} {self.data}"


class Refused(Exception):
    def __init__(self, status, body, headers):
        super().__init__(f"{status} {body}")
        self.status, self.body, self.headers = status, body, headers


class EventSource:
    """Reads on a thread of its own. with EventSource(server, ...) as events: events.wait(...)"""

    def __init__(self, server, user=None, last_id=None, **query):
        url = urllib.parse.urlsplit(server.url)
        trust = server.trust()
        self._connection = (http.client.HTTPSConnection(url.netloc, timeout=60, context=trust) if url.scheme == "https" else
                            http.client.HTTPConnection(url.netloc, timeout=60))
        name, secret = user or (server.account, server.token)
        headers = {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}
        if last_id:
            headers["Last-Event-ID"] = last_id
        path = "/v1/Events/Stream"
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        self._connection.request("GET", path, headers=headers)
        self._socket = self._connection.sock
        self._answer = self._connection.getresponse()
        if self._answer.status != 200:
            body = self._answer.read().decode()
            self._connection.close()
            raise Refused(self._answer.status, body, self._answer.headers)
        self.content_type = self._answer.headers["Content-Type"]
        self._events, self.seen, self.comments = queue.Queue(), [], 0
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        id_, type_, data = None, None, None
        try:
            for line in self._answer:
                name, _, value = line.decode().rstrip("\n").partition(":")
                value = value.removeprefix(" ")
                if line == b"\n":
                    if data is not None:
                        self._events.put(Event(id_, type_, data))
                    type_, data = None, None
                elif not name:
                    self.comments += 1
                elif name == "id":
                    id_ = value
                elif name == "event":
                    type_ = value
                elif name == "data":
                    data = value
        except (OSError, http.client.HTTPException, ValueError, AttributeError):
            pass  # it was closed
        self.ended.set()

    def wait(self, type_=None, condition=lambda data: True, timeout=15):
        """The next event of this type for which condition(data) holds; the others are in `seen` too."""
        while True:
            try:
                event = self._events.get(timeout=timeout)
            except queue.Empty:
                raise AssertionError(f"no {type_}; seen: {self.seen}") from None
            self.seen.append(event)
            if type_ in (None, event.type) and condition(event.data):
                return event

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the reader, whom a close would wait for
        except OSError:
            pass  # the server was first
        self.ended.wait(10)
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
