"""The media of one call of a test peer: G.711 over RTP both ways, with everything heard kept for examination."""
import random
import socket
import struct
import threading
import time
import traceback

import numpy as np

RATE = 8000
FRAME = 160


def _mulaw_tables():
    octets = np.arange(256)
    u = ~octets & 0xFF
    magnitude = (((u & 0x0F) << 3) + 0x84) << ((u >> 4) & 7)
    decode = np.where(u & 0x80, 0x84 - magnitude, magnitude - 0x84).astype(np.int16)
    return decode, _inverse(decode)


def _alaw_tables():
    octets = np.arange(256)
    a = octets ^ 0x55
    exponent, mantissa = (a >> 4) & 7, a & 0x0F
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    decode = np.where(a & 0x80, magnitude, -magnitude).astype(np.int16)
    return decode, _inverse(decode)


def _inverse(decode):
    """For every 16-bit sample the code whose value is nearest."""
    order = np.argsort(decode, kind="stable")
    values = decode[order].astype(int)
    samples = np.arange(-32768, 32768)
    right = np.clip(np.searchsorted(values, samples), 0, 255)
    left = np.clip(right - 1, 0, 255)
    nearest = np.where(np.abs(values[left] - samples) <= np.abs(values[right] - samples), left, right)
    return order[nearest].astype(np.uint8)


TABLES = {0: _mulaw_tables(), 8: _alaw_tables()}


def decode(payload_type, payload):
    return TABLES[payload_type][0][np.frombuffer(payload, np.uint8)]


def encode(payload_type, samples):
    return TABLES[payload_type][1][np.asarray(samples, int) + 32768].tobytes()


def tone(frequency, duration, level=8000, rate=RATE):
    return (level * np.sin(2 * np.pi * frequency * np.arange(int(duration * rate)) / rate)).astype(np.int16)


def dtmf(digit, duration=0.12):
    """A key as the two tones of ITU-T Q.23."""
    row, column = divmod("123A456B789C*0#D".index(digit), 4)
    return tone((697, 770, 852, 941)[row], duration, 5000) + tone((1209, 1336, 1477, 1633)[column], duration, 5000)


def tone_share(samples, frequency, rate=RATE):
    """Which part of the energy lies at one frequency, 0 to 1."""
    samples = np.asarray(samples, float)
    if len(samples) < 400 or not np.any(samples):
        return 0.0
    t = np.arange(len(samples)) / rate
    power = abs(np.dot(samples, np.exp(-2j * np.pi * frequency * t))) ** 2
    return float(2 * power / (len(samples) * np.dot(samples, samples)))


class Packet:
    def __init__(self, arrived, data):
        self.arrived = arrived
        first, second, self.sequence, self.timestamp, self.ssrc = struct.unpack("!BBHII", data[:12])
        self.marker, self.payload_type = bool(second & 0x80), second & 0x7F
        self.payload = data[12 + 4 * (first & 15):]
        self.samples = decode(self.payload_type, self.payload) if self.payload_type in TABLES else None


class Pacer:
    """One thread that lets every RtpAudio of this process send at 20 ms."""

    def __init__(self):
        self._streams, self._lock, self._thread = set(), threading.Lock(), None

    def add(self, stream):
        with self._lock:
            self._streams.add(stream)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def remove(self, stream):
        with self._lock:
            self._streams.discard(stream)

    def _run(self):
        due = time.monotonic()
        while True:
            due += 0.02
            time.sleep(max(0.0, due - time.monotonic()))  # the pace of a sound card, not a wait for an event
            with self._lock:
                streams = list(self._streams)
            for stream in streams:
                try:
                    stream.send_frame()
                except Exception:  # told, and ends this stream only: all others are paced by this thread too
                    traceback.print_exc()
                    self.remove(stream)


PACER = Pacer()


class RtpAudio:
    """Bound at once; sends silence, or what say() gave it, from start() to close(). heard() is all that came."""

    def __init__(self, ip="127.0.0.1", symmetric_start=True):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.port = self.socket.getsockname()[1]
        self.paced = threading.Condition()  # told of every packet that was sent
        self.remote, self.payload_type, self.event_type = None, 0, 101
        self.packets, self.arrived = [], threading.Condition()
        self._outgoing, self._lock = [], threading.Lock()
        self._sequence, self._timestamp = random.randrange(1 << 16), random.randrange(1 << 32)
        self._ssrc, self._background = random.randrange(1 << 32), None
        self._phase = 0
        self.sent = 0
        self._closed = False
        threading.Thread(target=self._receive, daemon=True).start()

    def start(self, remote, payload_type=0, event_type=101):
        self.remote, self.payload_type, self.event_type = remote, payload_type, event_type
        if not self._closed:
            PACER.add(self)

    def say(self, samples):
        """Queues audio; silence follows it."""
        samples = np.asarray(samples, np.int16)
        pad = -len(samples) % FRAME
        samples = np.concatenate([samples, np.zeros(pad, np.int16)])
        with self._lock:
            self._outgoing += [("audio", f) for f in samples.reshape(-1, FRAME)]

    def hum(self, frequency):
        """Sends this tone whenever nothing else is queued; None is silence."""
        self._background = frequency

    def press(self, digit, milliseconds=160, lost_ends=0):
        """An RFC 4733 event, with the last `lost_ends` of its three end packets not sent."""
        event = "0123456789*#ABCD".index(digit)
        frames = max(1, milliseconds // 20)
        with self._lock:
            for i in range(frames):
                self._outgoing.append(("event", event, 160 * (i + 1), False, i == 0))
            for _ in range(3 - lost_ends):
                self._outgoing.append(("event", event, 160 * frames, True, False))
            self._outgoing.append(("after_event", 160 * frames))

    def send_frame(self):
        if self._closed or self.remote is None:
            return
        with self._lock:
            item = self._outgoing.pop(0) if self._outgoing else None
            if item and item[0] == "after_event":
                self._timestamp += item[1]
                item = self._outgoing.pop(0) if self._outgoing else None
        if item and item[0] == "event":
            _, event, duration, end, first = item
            payload = struct.pack("!BBH", event, (0x80 if end else 0) | 10, duration)
            self._packet(self.event_type, payload, marker=first)
            return
        if item:
            samples = item[1]
        elif self._background:
            n = np.arange(self._phase, self._phase + FRAME)
            samples = (8000 * np.sin(2 * np.pi * self._background * n / RATE)).astype(np.int16)
            self._phase += FRAME
        else:
            samples = np.zeros(FRAME, np.int16)
        self._packet(self.payload_type, encode(self.payload_type, samples))
        self._timestamp += FRAME

    def _packet(self, payload_type, payload, marker=False):
        header = struct.pack("!BBHII", 0x80, (0x80 if marker else 0) | payload_type, self._sequence & 0xFFFF,
                             self._timestamp & 0xFFFFFFFF, self._ssrc)
        self._sequence += 1
        try:
            self.socket.sendto(header + payload, self.remote)
        except OSError:
            pass
        with self.paced:
            self.sent += 1
            self.paced.notify_all()

    def wait_sent(self, packets, timeout=5):
        """Until so many more packets went out."""
        with self.paced:
            wanted = self.sent + packets
            assert self.paced.wait_for(lambda: self.sent >= wanted, timeout), f"{packets} packets not sent in {timeout} s"

    def _receive(self):
        while True:
            try:
                data, _ = self.socket.recvfrom(2048)
            except OSError:
                return
            if len(data) >= 12 and data[0] >> 6 == 2:
                with self.arrived:
                    self.packets.append(Packet(time.monotonic(), data))
                    self.arrived.notify_all()

    def digits(self):
        """The RFC 4733 digits heard, each once."""
        seen, found = set(), ""
        for p in list(self.packets):
            if p.payload_type == self.event_type and len(p.payload) >= 4:
                if (p.ssrc, p.timestamp) not in seen:
                    seen.add((p.ssrc, p.timestamp))
                    found += "0123456789*#ABCD"[p.payload[0]]
        return found

    def heard(self, since=0.0):
        """All G.711 audio that arrived after this moment, in order, gaps left out."""
        chunks = [p.samples for p in list(self.packets) if p.arrived >= since and p.samples is not None]
        return np.concatenate(chunks) if chunks else np.zeros(0, np.int16)

    def wait_for(self, condition, timeout, what):
        """Until condition() holds; looked at whenever a packet comes. AssertionError after the timeout."""
        deadline = time.monotonic() + timeout
        with self.arrived:
            while not condition():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"not heard within {timeout} s: {what}")
                self.arrived.wait(min(left, 0.1))

    def wait_for_tone(self, frequency, timeout=5, seconds=0.3, share=0.7):
        n = int(seconds * RATE)
        self.wait_for(lambda: tone_share(self.heard()[-n:], frequency) >= share, timeout, f"a tone of {frequency} Hz")

    def wait_for_silence(self, timeout=20, seconds=0.6, level=200, since=0.0):
        """Until the last part of what came after this moment is quiet after something was said."""
        n = int(seconds * RATE)

        def quiet():
            h = self.heard(since)
            return len(h) > n and np.max(np.abs(h[:-n]), initial=0) > level and np.max(np.abs(h[-n:])) < level
        self.wait_for(quiet, timeout, "silence after speech")

    def close(self):
        self._closed = True
        PACER.remove(self)
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the receiving thread although nothing is connected
        except OSError:
            pass
        self.socket.close()
