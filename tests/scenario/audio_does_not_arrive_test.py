"""RTP that is lost on its way, and RTP of somebody else on the ports of a call."""
import socket
import struct
import threading

import numpy as np

from menu import NUMBER, answered_call

SERVER = {"ports": "26000-26199"}
DOCUMENTS = {"PLAZA_NORTE": "<Response><Say loop=\"50\">Bienvenido.</Say></Response>"}
NO_AUDIO = "no llega audio de este teléfono (NAT o cortafuegos)"


def test_a_caller_whose_keys_cannot_be_heard_is_not_said_to_have_pressed_none(server, carrier):
    carrier.sends_audio = False
    call = carrier.call(server.sip, NUMBER).wait_answered()
    assert call.wait_ended(80) == "them"
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "caller_not_heard")
    assert row["skyn3t"]["media"]["mos"] == 1 and row["skyn3t"]["media"]["loss_percent"] == 100
    told = server.cli("call", row["sid"]).stdout
    assert "No llegó audio de quien llama." in told and NO_AUDIO in told
    assert "no se oye ninguna tecla" in told and "no se pulsa nada" not in told


def test_a_phone_whose_audio_stops_at_once_has_a_bad_verdict(server, phone, carrier):
    ringing = phone()
    call = carrier.call(server.sip, NUMBER).wait_answered()
    call.audio.press("1")
    other = answered_call(ringing)
    other.audio.wait_sent(1)
    other.audio.close()
    call.audio.wait_sent(500, 15)
    call.hang_up()
    child, = server.children(server.ended_call(call))
    media = child["skyn3t"]["media"]
    assert media["packets_received"] < 20 and media["loss_percent"] > 90 and media["mos"] < 1.5
    assert NO_AUDIO in server.cli("call", child["parent_call_sid"]).stdout


class Sprayer:
    """Sends RTP that looks right to every port of the server, again and again, and keeps what it gets for it."""

    def __init__(self, ports, ip="127.0.0.66"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.socket.settimeout(0.0)
        self.got, self._stop = 0, threading.Event()
        self._ports = ports
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        number = 0
        while not self._stop.is_set():
            packet = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, 160 * number, 0x6666) + bytes(160)
            number += 1
            for port in self._ports:
                self.socket.sendto(packet, ("127.0.0.1", port))
            while True:
                try:
                    self.socket.recv(2048)
                    self.got += 1
                except OSError:
                    break
            self._stop.wait(0.005)

    def close(self):
        self._stop.set()
        self._thread.join()
        self.socket.close()


def test_a_sprayer_over_the_port_range_gets_the_audio_of_none_of_twelve_callers(server, carrier):
    """Their SDP names an address behind a NAT; their RTP comes from where their signalling comes from."""
    carrier.sdp_address = "127.9.8.7"
    sprayer = Sprayer(range(26000, 26200, 2))
    try:
        calls = [carrier.call(server.sip, "+56223456789") for _ in range(12)]
        for call in calls:
            call.wait_answered()
        for call in calls:
            call.audio.wait_for(lambda: len(call.audio.packets) > 100, 15, "two seconds of the prompt")
            assert np.max(np.abs(call.audio.heard())) > 500
        assert sprayer.got == 0
    finally:
        sprayer.close()
    for call in calls:
        call.hang_up()
    for call in calls:
        assert server.ended_call(call)["skyn3t"]["media"]["packets_lost"] == 0
