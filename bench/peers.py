"""Kamailio and rtpengine, as lean as their manuals let them be, for measuring beside them."""
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import processes

HERE = pathlib.Path(__file__).resolve().parent


def free_port(ip="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((ip, 0))
        return probe.getsockname()[1]


class Peer:
    """A peer's process in a folder of its own; its workers end with it."""

    def __init__(self, command, folder):
        self.folder = folder
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen([*processes.pinned(processes.SERVER_CORE), *command], stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)

    @property
    def pids(self):
        return processes.children(self.process.pid)

    def check(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.process.args[0]} ended: {(self.folder / 'log').read_text()[-2000:]}")

    def close(self):
        pids = self.pids if self.process.poll() is None else []
        if pids:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Kamailio(Peer):
    """A registrar and nothing else: one UDP worker, HA1 and bindings in memory, the quicker of its allocators."""

    def __init__(self, users, domain):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-kamailio-"))
        self.address = f"127.0.0.1:{free_port()}"
        database = folder / "users.sqlite"
        self._write_users(database, users, domain)
        config = (HERE / "kamailio.cfg").read_text()
        for name, value in {"@LISTEN@": f"udp:{self.address}", "@USERS@": f"sqlite:///{database}",
                            "@CONTROL@": f"unix:{folder}/control"}.items():
            config = config.replace(name, value)
        (folder / "kamailio.cfg").write_text(config)
        super().__init__(["kamailio", "-f", str(folder / "kamailio.cfg"), "-DD", "-E", "-m", "512", "-M", "32",
                          "-x", "fm", "-X", "fm", "-w", str(folder), "-Y", str(folder)], folder)
        self._wait()

    @staticmethod
    def _write_users(file, users, domain):
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE version(table_name VARCHAR(32) PRIMARY KEY, table_version INT)")
            database.execute("INSERT INTO version VALUES('users', 2)")
            database.execute("CREATE TABLE users(id INTEGER PRIMARY KEY, name VARCHAR(64), kind INT DEFAULT 0,"
                             " value_kind INT DEFAULT 0, ha1 VARCHAR(64), expires INT DEFAULT 0)")
            rows = [(user, hashlib.md5(f"{user}:{domain}:{password}".encode()).hexdigest())
                    for user, password in users]
            database.executemany("INSERT INTO users(name, ha1) VALUES(?, ?)", rows)

    def _wait(self, timeout=20):
        host, port = self.address.split(":")
        options = ("OPTIONS sip:{0} SIP/2.0\r\nVia: SIP/2.0/UDP {1};branch=z9hG4bKready;rport\r\nFrom: <sip:bench@{0}>;"
                   "tag=1\r\nTo: <sip:{0}>\r\nCall-ID: ready\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
                   "Content-Length: 0\r\n\r\n")
        deadline = time.monotonic() + timeout
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.2)
            own = "%s:%d" % probe.getsockname()
            while time.monotonic() < deadline:
                self.check()
                try:
                    probe.sendto(options.format(self.address, own).encode(), (host, int(port)))
                    probe.recv(2048)
                    return
                except (TimeoutError, ConnectionError):
                    pass
        raise RuntimeError(f"kamailio does not answer: {(self.folder / 'log').read_text()[-2000:]}")


def bencode(value):
    if isinstance(value, dict):
        return b"d" + b"".join(bencode(k) + bencode(v) for k, v in sorted(value.items())) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    if isinstance(value, int):
        return b"i%de" % value
    octets = value.encode()
    return b"%d:%s" % (len(octets), octets)


def bdecode(octets, at=0):
    """(value, end); strings as text."""
    kind = octets[at:at + 1]
    if kind == b"i":
        end = octets.index(b"e", at)
        return int(octets[at + 1:end]), end + 1
    if kind in b"dl":
        items, at = [], at + 1
        while octets[at:at + 1] != b"e":
            item, at = bdecode(octets, at)
            items.append(item)
        return (dict(zip(items[::2], items[1::2])) if kind == b"d" else items), at + 1
    colon = octets.index(b":", at)
    end = colon + 1 + int(octets[at:colon])
    return octets[colon + 1:end].decode(), end


class Rtpengine(Peer):
    """Forwarding in user space (no kernel module), spoken to in its ng protocol."""

    def __init__(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-rtpengine-"))
        self._ng = ("127.0.0.1", free_port())
        super().__init__(["rtpengine", "--config-file=none", "--table=-1", "--interface=127.0.0.1",
                          f"--listen-ng=127.0.0.1:{self._ng[1]}", "--foreground", "--log-stderr", "--log-level=4",
                          "--num-threads=2", "--port-min=42000", "--port-max=49999",
                          f"--pidfile={folder}/pid"], folder)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0.5)
        self._cookie, deadline = 0, time.monotonic() + 15
        while True:
            self.check()
            try:
                self.command({"command": "ping"})
                return
            except (TimeoutError, ConnectionError):
                if time.monotonic() > deadline:
                    raise RuntimeError("rtpengine does not answer") from None

    def command(self, fields):
        self._cookie += 1
        cookie = b"c%d " % self._cookie
        self._socket.sendto(cookie + bencode(fields), self._ng)
        while True:
            answer = self._socket.recv(65536)
            if answer.startswith(cookie):
                return bdecode(answer, len(cookie))[0]

    @staticmethod
    def _sdp(address):
        host, port = address.split(":")
        return (f"v=0\r\no=bench 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
                "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n")

    @staticmethod
    def _port(sdp):
        return next(int(line.split()[1]) for line in sdp.splitlines() if line.startswith("m=audio"))

    def bridge(self, name, caller, callee):
        """The addresses to which caller and callee send."""
        common = {"call-id": name, "from-tag": "caller", "ICE": "remove", "replace": ["origin"]}
        offered = self.command({"command": "offer", "sdp": self._sdp(caller), **common})
        answered = self.command({"command": "answer", "to-tag": "callee", "sdp": self._sdp(callee), **common})
        for reply in (offered, answered):
            if reply.get("result") != "ok":
                raise RuntimeError(f"rtpengine: {reply}")
        return f"127.0.0.1:{self._port(answered['sdp'])}", f"127.0.0.1:{self._port(offered['sdp'])}"

    def delete(self, name):
        self.command({"command": "delete", "call-id": name, "from-tag": "caller", "delete-delay": 0})

    def close(self):
        super().close()
        self._socket.close()
