"""SIPp (Debian's sip-tester) as a carrier and as a phone: scenarios are put together from steps, so that each test shows
what goes over the wire and nothing else. SIPp parses, retransmits and authenticates by itself."""
import pathlib
import re
import socket
import tempfile

from processes import Program

OFFER = """v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
"""
ANSWERED = "[last_Via:]\n[last_Record-Route:]\n[last_From:]\n[last_To:];tag=[pid]u[call_number]\n[last_Call-ID:]\n[last_CSeq:]\n"


def _step(attributes, text, body, kind="application/sdp"):
    content = f"{text}Content-Type: {kind}\nContent-Length: [len]\n\n{body}" if body else \
        f"{text}Content-Length: 0\n\n"
    return f"<send{attributes}><![CDATA[\n{content}]]></send>\n"


def request(method, cseq, uri="sip:[did]@[remote_ip]:[remote_port]", in_dialog=False, branch="[branch]", body="",
            extra="", retrans=True, kind="application/sdp", attributes=""):
    """One request of the caller. `branch` repeats an earlier one; a CANCEL takes its INVITE's."""
    to = "<sip:[did]@[remote_ip]:[remote_port]>" + ("[peer_tag_param]" if in_dialog else "")
    text = (f"{method} {'[next_url]' if in_dialog else uri} SIP/2.0\n"
            f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch};rport\n"
            + ("[routes]\n" if in_dialog else "") + "Max-Forwards: 70\n"
            "From: <sip:[caller]@[local_ip]:[local_port]>;tag=[pid]c[call_number]\n"
            f"To: {to}\nCall-ID: [call_id]\nCSeq: {cseq} {method}\n"
            f"Contact: <sip:[caller]@[local_ip]:[local_port];transport=[transport]>\n{extra}")
    return _step((' retrans="500"' if retrans and method != "ACK" else "") + attributes, text, body, kind)


def invite(branch="z9hG4bK-[pid]-[call_number]", retrans=True, events=101):
    return request("INVITE", 1, branch=branch, body=OFFER.replace("101", str(events)), retrans=retrans)


def ack():
    return request("ACK", 1, in_dialog=True)


def hang_up():
    """BYE and its 200. Without the name SIPp would take a repeated 200 of the INVITE for the BYE's."""
    return (request("BYE", 2, in_dialog=True, attributes=' start_txn="bye"') +
            expect(200, makes_dialog=False, more=' response_txn="bye"'))


def info(body, kind, cseq=2):
    return request("INFO", cseq, in_dialog=True, body=body, kind=kind)


def cancel():
    return request("CANCEL", 1, branch="z9hG4bK-[pid]-[call_number]")


def ack_of_refusal():
    """RFC 3261 section 17.1.1.3: the INVITE's own branch, and the To of the response."""
    return _step("", "ACK sip:[did]@[remote_ip]:[remote_port] SIP/2.0\n"
                 "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number];rport\n"
                 "Max-Forwards: 70\nFrom: <sip:[caller]@[local_ip]:[local_port]>;tag=[pid]c[call_number]\n"
                 "To: <sip:[did]@[remote_ip]:[remote_port]>[peer_tag_param]\nCall-ID: [call_id]\nCSeq: 1 ACK\n", "")


def respond(status, body="", retrans=False, extra=""):
    return _step(' retrans="500"' if retrans else "", f"SIP/2.0 {status}\n{ANSWERED}"
                 f"Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n{extra}", body)


def respond_in_dialog(status="200 OK", extra=""):
    return _step("", f"SIP/2.0 {status}\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n"
                 f"Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n{extra}", "")


def expect(what, optional=False, more="", makes_dialog=None):
    """Routes and target of later requests are taken from a 200 or INVITE that makes a dialog: not from a CANCEL's 200."""
    kind = "response" if str(what).isdigit() else "request"
    routes = ' rrs="true"' if (str(what) in ("200", "INVITE") if makes_dialog is None else makes_dialog) else ""
    return f'<recv {kind}="{what}"{routes}{" optional=" + chr(34) + "true" + chr(34) if optional else ""}{more}/>\n'


def provisional():
    return expect(100, optional=True) + expect(180, optional=True) + expect(183, optional=True)


def pause(milliseconds):
    """The peer's own slowness, a person's or a network's. What comes from the server is waited for with expect()."""
    return f'<pause milliseconds="{milliseconds}"/>\n'


def press(digit):
    """RFC 4733 with payload type 96, sent by SIPp through a raw socket: only root may."""
    return f'<nop><action><exec play_dtmf="{digit}"/></action></nop>\n'


def register(expires=300):
    def attempt(cseq, extra):
        return _step(' retrans="500"', "REGISTER sip:[domain] SIP/2.0\n"
                     "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport\nMax-Forwards: 70\n"
                     "From: <sip:[user]@[domain]>;tag=[pid]r[call_number]\nTo: <sip:[user]@[domain]>\n"
                     f"Call-ID: [call_id]\nCSeq: {cseq} REGISTER\nContact: <sip:[user]@[local_ip]:[local_port];"
                     f"transport=[transport]>\nExpires: {expires}\n{extra}", "")
    return (attempt(1, "") + '<recv response="401" auth="true"/>\n' +
            attempt(2, "[authentication username=[user] password=[password]]\n") + expect(200))


def free_port(ip="127.0.0.1"):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((ip, 0))
        return probe.getsockname()[1]


class Sipp:
    """One SIPp at work; `lost` is the percentage of packets that do not reach the other side. done() waits for its calls and fails with SIPp's own error log when one went wrong."""

    def __init__(self, *steps, server=None, ip="127.0.0.1", port=None, transport="udp", calls=1, rate=10, keys=(),
                 timeout=40, lost=0):
        self.folder = tempfile.TemporaryDirectory(prefix="sipp-")
        path = pathlib.Path(self.folder.name) / "scenario.xml"
        path.write_text('<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
                        f'<scenario name="test">\n{"".join(steps)}</scenario>\n')
        self.port, self.timeout = port or free_port(ip), timeout
        arguments = [f"{server[0]}:{server[1]}"] if server else []
        for name, value in dict(keys).items():
            # Keys are replaced in messages only; what an attribute of [authentication] needs is written out.
            path.write_text(path.read_text().replace(f"[{name}]", value))
        self.program = Program(
            "sipp", *arguments, "-sf", str(path), "-i", ip, "-p", str(self.port), "-mi", ip,
            "-mp", str(free_port(ip) // 2 * 2), "-m", str(calls), "-r", str(rate), "-l", "100",
            "-t", {"udp": "u1", "tcp": "t1"}[transport], "-nd", "-nostdin", "-timeout", f"{timeout}s", "-timeout_error",
            "-auth_uri", dict(keys).get("domain", "x"), "-trace_err", *(["-lost", str(lost)] if lost else []),
            cwd=self.folder.name)

    def done(self):
        code = self.program.wait(self.timeout + 5)
        errors = "".join(p.read_text(errors="replace") for p in pathlib.Path(self.folder.name).glob("*errors.log"))
        # When nothing but the end of the call is left, it goes on after a refusal or a request that it did not expect.
        surprised = re.search(r"unexpected message .* received '(SIP/2.0 [3-6]|[A-Z]+ )", errors)
        assert code == 0 and not surprised, f"SIPp ended with {code}\n{errors[-3000:]}\n{self.program.output[-2500:]}"

    def close(self):
        self.program.close()
        self.folder.cleanup()
