"""What comes from outside and is wrong: the right status, a log line that says what was wrong, and nothing else harmed."""
import socket
import threading

import pytest

from rtp_audio import RtpAudio
from sip_message import SipMessage, token
from sip_peer import SipPeer

MENU = "+56229145248"
DOCUMENTS = {"PLAZA_NORTE": "<Response><Say>Hola</Say",
             "LAS_FLORES": "<Response><Dial timeout='10'><Sip>sip:+56234567890-office@skyn3t.test</Sip></Dial></Response>"}


@pytest.fixture(autouse=True)
def still_healthy(server, carrier):
    """After every bad thing the next call is answered."""
    yield
    call = carrier.call(server.sip, MENU).wait_answered(5)
    call.hang_up()


def test_a_phone_with_g729_only_is_488_and_the_log_names_what_was_offered_and_allowed(server, peers):
    caller = peers("127.0.0.2")
    caller.codecs = (18,)
    call = caller.call(server.sip, MENU)
    assert call.wait_final() == 488
    line = server.wait_log("call refused .*status=488")
    assert "G729" in line and "PCMU" in line and "PCMA" in line
    row = server.ended_call(call)
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("failed", "no_common_codec")


def test_a_called_phone_with_g729_only_answers_488_and_the_log_names_the_offer(server, phone, carrier):
    phone("LAS_FLORES", on_invite=lambda call: call.refuse(488))
    call = carrier.call(server.sip, "+56234567890").wait_answered()
    call.wait_ended(10)
    line = server.wait_log("child leg ended .*reason=no_common_codec")
    assert "PCMU" in line and "PCMA" in line


def test_a_document_that_is_not_xml_is_told_to_the_caller_and_the_log_says_which(server, carrier):
    call = carrier.call(server.sip, "+56223456789").wait_answered()
    assert call.wait_ended(15) == "them"
    row = server.ended_call(call)
    assert row["skyn3t"]["end_reason"] == "document_error" and row["skyn3t"]["error_code"] == 12100
    assert call.audio.heard().any(), "the caller heard nothing"
    assert "/twiml/PLAZA_NORTE/main" in server.wait_log("document warning .*code=12100")


@pytest.mark.parametrize("media", ["m=audio 49170 udptl (", "m=audio 0 RTP/AVP 0", "m=audio 99999 RTP/AVP 0",
                                   "m=image 49170 udptl t38", "m=", "m=audio 49170 RTP/AVP " + "0 " * 5000])
def test_a_strange_media_line_is_refused(server, peers, media):
    caller = peers("127.0.0.2")
    caller.own_sdp = f"v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n{media}\r\n"
    call = caller.call(server.sip, MENU)
    if call.wait_final() == 200:
        assert media.startswith("m=audio 49170 RTP/AVP 0 0")  # offers PCMU after all
        call.hang_up()
    else:
        assert call.final in (400, 488)


def test_a_datagram_of_64_kilobytes_of_rubbish_is_survived(server, peers):
    """A UDP datagram ends at 65,507 bytes; 70 kB can only come over TCP."""
    peer = peers()
    peer.send(b"INVITE sip:x SIP/2.0\r\nVia: " + b"a" * 65000, server.sip)


def test_a_message_of_70_kilobytes_over_tcp_is_refused_and_its_connection_closed(server):
    with socket.create_connection(server.sip_tcp) as stream:
        stream.settimeout(10)
        head = b"OPTIONS sip:skyn3t.test SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bKlong\r\n"
        try:
            stream.sendall(head + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n")
            answer = b""
            while data := stream.recv(65536):
                answer += data
        except ConnectionError:
            answer = b""
        assert answer == b"" or answer.startswith((b"SIP/2.0 413", b"SIP/2.0 400", b"SIP/2.0 513"))


def test_half_a_message_over_tcp_that_never_ends_is_closed(server):
    with socket.create_connection(server.sip_tcp) as stream:
        stream.settimeout(40)
        stream.sendall(b"OPTIONS sip:skyn3t.test SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:1;branch=z9hG4bKhalf\r\n")
        assert stream.recv(65536) == b""


@pytest.mark.parametrize("length", ["-1", "99999999999999999999", "abc", "500000"])
def test_a_wrong_content_length_over_tcp_closes_the_connection_or_is_400(server, length):
    with socket.create_connection(server.sip_tcp) as stream:
        stream.settimeout(10)
        stream.sendall(options(server, f"Content-Length: {length}\r\n", "TCP"))
        try:
            answer = stream.recv(65536)
        except ConnectionResetError:
            answer = b""
        assert answer == b"" or answer.startswith((b"SIP/2.0 400", b"SIP/2.0 413"))


def test_a_content_length_beyond_its_datagram_is_400(server, peers):
    peer = peers()
    peer.send(options(server, "Content-Length: 500\r\n", "UDP"), server.sip)
    assert b"SIP/2.0 400" in received(peer)


@pytest.mark.parametrize("data", [b"\x00\x01\x00\x08\x21\x12\xa4\x42" + b"x" * 12 + b"\x00\x06\x00\x04abcd", b"\x00" * 20,
                                  b"\xff" * 1400, b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"\r\n", b"\x80\x00" + b"\x00" * 170])
def test_what_is_not_sip_at_all_gets_no_answer(server, peers, data):
    peer = peers()
    peer.send(data, server.sip)
    peer.send(options(server, "Content-Length: 0\r\n", "UDP"), server.sip)  # the answer to this one comes after it
    assert b"SIP/2.0 200" in received(peer)
    answers = [d for way, d in peer.log if way == "<-"]
    assert len(answers) == 1, answers


def test_rtp_from_a_stranger_is_not_heard(server, phone, carrier):
    ringing = phone("LAS_FLORES")
    call = carrier.call(server.sip, "+56234567890").wait_answered()
    other = ringing.wait(lambda: next(iter(ringing.calls.values()), None), 10, "the phone rings")
    ringing.wait(lambda: other.acked, 5, "ACK")
    call.audio.hum(440)
    other.audio.wait_for_tone(440)
    stranger = RtpAudio()
    stranger.start(call.audio.remote)  # knows the very port, and talks into it
    stranger.hum(1000)
    before = len(other.audio.heard())
    other.audio.wait_for(lambda: len(other.audio.heard()) > before + 8000, 5, "one more second")
    other.audio.wait_for_tone(440, share=0.95)
    assert stranger.packets == [] and stranger.sent > 30
    stranger.close()
    call.hang_up()


def test_ten_thousand_registers_with_one_nonce_leave_the_server_healthy(server, peers):
    """A replayed request: every nonce count is used once, everything after it is challenged as stale or refused."""
    user, password = server.credentials("OFICINA_PRINCIPAL")["security"]
    peer = peers()
    assert peer.register(server.sip, user, password, server.domain).status == 200
    last = next(d for way, d in reversed(peer.log) if way == "->" and b"Authorization" in d)
    message = SipMessage.parse(last)
    flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    flood.bind(("127.0.0.1", 0))
    flood.settimeout(2)
    statuses = {}

    def collect():
        while True:
            try:
                data = flood.recv(4096)
            except OSError:
                return
            status = data[8:11].decode()
            statuses[status] = statuses.get(status, 0) + 1
    reader = threading.Thread(target=collect, daemon=True)
    reader.start()
    for i in range(10_000):
        message.headers = [(n, f"SIP/2.0/UDP 127.0.0.1:{flood.getsockname()[1]};branch=z9hG4bK{i}flood;rport" if n == "Via"
                            else f"{i + 10} REGISTER" if n == "CSeq" else v) for n, v in message.headers]
        flood.sendto(message.bytes(), server.sip)
    reader.join(30)
    flood.close()
    assert "200" not in statuses and statuses.get("401", 0) + statuses.get("403", 0) > 1000, statuses
    assert server.api("/healthz")["status"] == "up"
    fresh = SipPeer()
    try:
        assert fresh.register(server.sip, user, password, server.domain).status == 200
        assert fresh.register(server.sip, user, password, server.domain, expires=0).status == 200
    finally:
        fresh.close()
    peer.register(server.sip, user, password, server.domain, expires=0)


def options(server, more, transport):
    return (f"OPTIONS sip:{server.domain} SIP/2.0\r\nVia: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bK{token()};rport\r\n"
            f"From: <sip:a@b>;tag=1\r\nTo: <sip:{server.domain}>\r\nCall-ID: {token()}\r\nCSeq: 1 OPTIONS\r\n"
            f"Max-Forwards: 70\r\n{more}\r\n").encode()


def received(peer):
    peer.wait(lambda: any(way == "<-" for way, _ in peer.log), 5, "an answer")
    return b"".join(data for way, data in peer.log if way == "<-")
