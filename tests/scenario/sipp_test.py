"""SIPp as carrier and as phone: plain calls, refusals, races, and packets that are lost or come twice."""
import os

import pytest

from sipp import (OFFER, Sipp, ack, ack_of_refusal, cancel, expect, hang_up, info, invite, pause, press, provisional,
                  register, request, respond, respond_in_dialog)

CARRIER = "127.0.0.2"
MENU, RINGS = "+56229145248", "+56223456789"
WAITS = "+56234567890"
DOCUMENTS = {
    "LAS_FLORES": "<Response><Say>Hola.</Say><Pause length='60'/></Response>",
    # No menu; the caller's 200 comes with the phone's, or the sentence is heard.
    "PLAZA_NORTE": """<Response><Dial timeout="3" answerOnBridge="true" action="/twiml/PLAZA_NORTE/route">
<Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"""}
# A SIPp that waits for an INVITE takes the OPTIONS by which the server asks for a failed call.
SERVER = {"sip_extra": "probe_interval: 0"}
FINISHED_BY_SERVER = expect("BYE") + respond_in_dialog()


@pytest.fixture
def sipp(server):
    made = []

    def make(*steps, did=MENU, **options):
        options.setdefault("server", server.sip if options.get("transport") != "tcp" else server.sip_tcp)
        keys = {"did": did, "caller": "+56911112222", "domain": server.domain, **options.pop("keys", {})}
        made.append(Sipp(*steps, keys=keys, **options))
        return made[-1]
    yield make
    for each in made:
        each.close()


@pytest.fixture
def sipp_phone(server, sipp):
    """sipp_phone(*steps): a phone of PLAZA_NORTE that SIPp registered and now plays on the same port."""
    user, password = server.credentials("PLAZA_NORTE")["office"]
    keys = {"user": user, "password": password}
    ports = []

    def make(*steps, **options):
        first = sipp(register(), keys=keys)
        first.done()
        ports.append(first.port)
        return sipp(expect("INVITE"), *steps, server=None, port=first.port, keys=keys, **options)
    yield make
    for port in ports:
        sipp(register(expires=0), keys=keys, port=port).done()


def answers():
    return respond("180 Ringing") + respond("200 OK", OFFER, retrans=True) + expect("ACK")


def hears_and_hangs_up(after=300):
    return invite() + provisional() + expect(200) + ack() + pause(after) + hang_up()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_registers_and_unregisters(server, sipp, transport):
    user, password = server.credentials("LAS_FLORES")["security"]
    keys = {"user": user, "password": password}
    first = sipp(register(), transport=transport, keys=keys)
    first.done()
    server.wait_log(f'phone registered user="{user.replace("+", "[+]")}"')
    sipp(register(expires=0), transport=transport, keys=keys, port=first.port if transport == "udp" else None).done()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_twenty_callers_hear_the_menu_and_hang_up(server, sipp, transport):
    sipp(hears_and_hangs_up(), ip=CARRIER, transport=transport, calls=20, rate=20).done()
    server.wait_metrics({"calls": 0})


def test_a_caller_that_asks_for_a_session_timer_refreshes_it(sipp):
    timer = "Supported: timer\nSession-Expires: 90;refresher=uac\n"
    asks = request("INVITE", 1, branch="z9hG4bK-[pid]-[call_number]", body=OFFER, extra=timer)
    settled = ('<action><ereg regexp="90;refresher=uac" search_in="hdr" header="Session-Expires:" check_it="true" '
               'assign_to="1"/></action>')

    def ok(transaction=""):
        return f'<recv response="200" rrs="true"{transaction}>{settled}</recv>\n'
    sipp(asks + provisional() + ok() + ack() + request("UPDATE", 2, in_dialog=True, extra=timer) + ok() +
         request("BYE", 3, in_dialog=True) + expect(200, makes_dialog=False) + '<Reference variables="1"/>\n',
         ip=CARRIER).done()


def test_a_phone_that_wants_its_session_refreshed_by_update_gets_it(sipp, sipp_phone):
    timer = "Allow: INVITE, ACK, BYE, UPDATE\nRequire: timer\nSession-Expires: 4;refresher=uac\n"
    phone = sipp_phone(respond("180 Ringing") + respond("200 OK", OFFER, retrans=True, extra=timer) + expect("ACK") +
                       expect("UPDATE") + respond_in_dialog(extra=timer) + FINISHED_BY_SERVER)
    sipp(hears_and_hangs_up(after=3000), ip=CARRIER, did=RINGS).done()
    phone.done()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_call_is_put_through_and_the_caller_hangs_up(sipp, sipp_phone, transport):
    phone = sipp_phone(answers(), FINISHED_BY_SERVER)
    sipp(hears_and_hangs_up(), ip=CARRIER, did=RINGS, transport=transport).done()
    phone.done()


@pytest.mark.skipif(os.geteuid() != 0, reason="SIPp sends RFC 4733 through a raw socket")
def test_a_key_by_rfc_4733_rings_the_phone(server, sipp):
    sipp(invite(events=96) + provisional() + expect(200) + ack() + pause(300) + press("2") + FINISHED_BY_SERVER,
         ip=CARRIER).done()
    child = server.wait_call(lambda c: "+56229145248-security" in c["to"])  # conserjería is not registered
    assert child["skyn3t"]["end_reason"] == "not_registered"


@pytest.mark.parametrize("kind, body", [("application/dtmf-relay", "Signal=2\nDuration=160\n"),
                                        ("application/dtmf", "2")])
def test_a_key_by_sip_info_rings_the_phone(server, sipp, kind, body):
    before = {c["sid"] for c in server.calls()}
    sipp(invite() + provisional() + expect(200) + ack() + info(body, kind) + expect(200) + FINISHED_BY_SERVER,
         ip=CARRIER).done()
    child = server.wait_call(lambda c: c["sid"] not in before and "+56229145248-security" in c["to"])
    assert child["skyn3t"]["end_reason"] == "not_registered"


@pytest.mark.parametrize("status, reason", [("486 Busy Here", "busy"), ("603 Decline", "declined"),
                                            ("488 Not Acceptable Here", "no_common_codec"), ("480 Gone", "no_answer")])
def test_a_refusing_phone_is_told_to_the_caller(server, sipp, sipp_phone, status, reason):
    phone = sipp_phone(respond("180 Ringing"), respond(status, retrans=True), expect("ACK"))
    sipp(invite() + provisional() + expect(200) + ack() + FINISHED_BY_SERVER, ip=CARRIER, did=RINGS).done()
    phone.done()
    child = server.wait_call(lambda c: c["parent_call_sid"] and c["skyn3t"]["sip_code"] == int(status[:3]))
    assert child["skyn3t"]["end_reason"] == reason


def test_a_phone_that_never_answers_is_canceled(sipp, sipp_phone):
    phone = sipp_phone(respond("180 Ringing"), expect("CANCEL"), respond_in_dialog(),
                       refuse_the_invite(), expect("ACK"))
    sipp(invite() + provisional() + expect(200) + ack() + FINISHED_BY_SERVER, ip=CARRIER, did=RINGS).done()
    phone.done()


def test_cancel_while_it_rings_is_487_and_reaches_the_phone(sipp, sipp_phone):
    phone = sipp_phone(respond("180 Ringing"), expect("CANCEL"), respond_in_dialog(), refuse_the_invite(), expect("ACK"))
    sipp(invite() + expect(100, optional=True) + expect(180) + cancel() + expect(200) + expect(487) + ack_of_refusal(),
         ip=CARRIER, did=RINGS).done()
    phone.done()


def test_cancel_before_the_phone_said_anything_is_487_and_reaches_it_after_its_180(sipp, sipp_phone):
    phone = sipp_phone(pause(400), respond("180 Ringing"), expect("CANCEL"), respond_in_dialog(), refuse_the_invite(),
                       expect("ACK"))
    sipp(invite() + expect(100, optional=True) + expect(180) + cancel() + expect(200) + expect(487) + ack_of_refusal(),
         ip=CARRIER, did=RINGS).done()
    phone.done()


def test_cancel_that_crosses_the_phone_s_answer_is_487_and_the_phone_is_hung_up(server, sipp, sipp_phone):
    before = {c["sid"] for c in server.calls()}
    phone = sipp_phone(respond("180 Ringing"), expect("CANCEL"), answer_the_invite(), expect("ACK"), FINISHED_BY_SERVER)
    sipp(invite() + expect(100, optional=True) + expect(180) + cancel() + expect(200) + expect(487) + ack_of_refusal(),
         ip=CARRIER, did=RINGS).done()
    phone.done()
    row = server.wait_call(lambda c: c["sid"] not in before and c["parent_call_sid"] is None and c["end_time"])
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("canceled", "caller_hung_up")


def test_a_cancel_that_comes_after_the_answer_changes_nothing(server, sipp):
    before = {c["sid"] for c in server.calls()}
    sipp(invite() + provisional() + expect(200) + cancel() + expect(200, makes_dialog=False) + ack() + pause(200) + hang_up(),
         ip=CARRIER).done()
    row = server.wait_call(lambda c: c["sid"] not in before and c["end_time"])
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "caller_hung_up")


def test_a_phone_whose_first_invite_is_lost_gets_it_again(server, sipp, sipp_phone):
    """SIPp says nothing for more than T1, as a phone that did not get it."""
    before = server.metrics()["sip_retransmissions_sent_total"]
    phone = sipp_phone(pause(800), answers(), FINISHED_BY_SERVER)
    sipp(hears_and_hangs_up(), ip=CARRIER, did=RINGS).done()
    phone.done()
    assert server.metrics()["sip_retransmissions_sent_total"] > before


def test_twenty_callers_get_through_a_network_that_loses_one_packet_in_ten(server, sipp):
    before = {c["sid"] for c in server.calls()}
    sipp(hears_and_hangs_up(), ip=CARRIER, calls=20, rate=20, lost=10).done()
    server.wait_metrics({"calls": 0})
    rows = [c for c in server.calls() if c["sid"] not in before]
    assert len(rows) == 20 and {c["status"] for c in rows} == {"completed"}


def test_a_late_ack_is_asked_for_by_repeating_the_200(server, sipp):
    before = server.metrics()["sip_retransmissions_sent_total"]
    sipp(invite() + provisional() + expect(200) + pause(1800) + ack() + pause(200) + hang_up(),
         ip=CARRIER).done()
    assert server.metrics()["sip_retransmissions_sent_total"] >= before + 2


def test_an_ack_that_never_comes_ends_the_call_and_the_log_says_so(server, sipp):
    """RFC 3261 section 13.3.1.4: the 200 is repeated for 64 * T1 = 32 s, then the call is given up with a BYE."""
    retransmissions, before = server.metrics()["sip_retransmissions_sent_total"], {c["sid"] for c in server.calls()}
    sipp(invite() + provisional() + expect(200) + FINISHED_BY_SERVER, ip=CARRIER, did=WAITS, timeout=60).done()
    assert server.metrics()["sip_retransmissions_sent_total"] >= retransmissions + 10
    row = server.wait_call(lambda c: c["sid"] not in before and c["end_time"])
    assert (row["status"], row["skyn3t"]["end_reason"]) == ("completed", "no_ack")


def test_an_invite_that_comes_three_times_is_one_call(server, sipp):
    before = {c["sid"] for c in server.calls()}
    sipp(invite(retrans=False) + invite(retrans=False) + invite(retrans=False) + provisional() + expect(200) + ack() +
         pause(200) + hang_up(), ip=CARRIER).done()
    assert len({c["sid"] for c in server.calls()} - before) == 1


def test_a_bye_without_a_call_is_481(sipp):
    sipp(request("BYE", 1) + expect(481), ip=CARRIER).done()


def test_an_options_ping_of_the_carrier_is_answered(sipp):
    sipp(request("OPTIONS", 1, uri="sip:[remote_ip]:[remote_port]") + expect(200), ip=CARRIER).done()


def final_after_the_cancel(status, more):
    """A response to the INVITE after the CANCEL, whose CSeq is the INVITE's number."""
    return f"""<send retrans="500"><![CDATA[
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]u[call_number]
[last_Call-ID:]
CSeq: [last_cseq_number] INVITE
{more}]]></send>
"""


def refuse_the_invite():
    return final_after_the_cancel("487 Request Terminated", "Content-Length: 0\n\n")


def answer_the_invite():
    """It was picked up at that very moment: the CANCEL, not answered, comes too late."""
    return final_after_the_cancel("200 OK", "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n"
                                  f"Content-Type: application/sdp\nContent-Length: [len]\n\n{OFFER}")
