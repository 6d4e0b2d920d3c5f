"""Phones that authenticate by SHA-256 (RFC 8760): the server offers it before MD5 when `sip.sha256` says so."""
import re

import pytest

from sip_message import digest_params
from softphones import Linphone

SERVER = {"sip_extra": "sha256: true"}
DOCUMENTS = {"PLAZA_NORTE": "<Response><Dial timeout='10'><Sip>sip:+56223456789-office@skyn3t.test</Sip></Dial></Response>"}
ALGORITHMS = ["SHA-256", "MD5"]


def algorithm_of(peer):
    """Of the last credentials that this peer sent."""
    return next(re.search(rb"algorithm=([\w-]+)", data)[1].decode() for way, data in reversed(peer.log)
                if way == "->" and b"\r\nAuthorization" in data)


def test_both_algorithms_are_offered_the_stronger_first(server, peers):
    reply = peers().request("REGISTER", f"sip:{server.domain}", f"<sip:x@{server.domain}>", {"Contact": "<sip:x@127.0.0.1>"},
                            server.sip)
    offered = [digest_params(c) for c in reply.all("WWW-Authenticate")]
    assert reply.status == 401 and [c["algorithm"] for c in offered] == ALGORITHMS
    assert {(c["realm"], c["qop"]) for c in offered} == {(server.domain, "auth")}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_phone_registers_with_the_algorithm_that_it_knows(server, peers, algorithm):
    peer, (user, password) = peers(), server.credentials("LAS_FLORES")["office"]
    peer.algorithm = algorithm
    assert peer.register(server.sip, user, password, server.domain).status == 200
    assert algorithm_of(peer) == algorithm
    assert peer.register(server.sip, user, password, server.domain, expires=0).status == 200


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_wrong_password_is_challenged_again(server, peers, algorithm):
    peer = peers()
    peer.algorithm = algorithm
    reply = peer.register(server.sip, server.credentials("LAS_FLORES")["office"][0], "Wrong12345678", server.domain)
    assert algorithm_of(peer) == algorithm and reply.status == 401


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_call_is_authenticated_with_the_algorithm_that_the_phone_knows(server, peers, algorithm):
    peer, credentials = peers(), server.credentials("LAS_FLORES")["security"]
    peer.algorithm = algorithm
    call = peer.call(server.sip, "204", server.domain, credentials, caller=credentials[0]).wait_answered()
    assert algorithm_of(peer) == algorithm
    call.hang_up()
    assert server.ended_call(call)["skyn3t"]["community_code"] == "LAS_FLORES"


def test_linphone_registers_by_sha_256_answers_and_talks(server, carrier):
    softphone = Linphone(server.sip, *server.credentials("PLAZA_NORTE")["office"], server.domain)
    try:
        server.wait_until(lambda: server.api("/v1/Registrations")["registrations"], 15, "linphone registers")
        used = server.wait_until(lambda: re.findall(r"^Authorization:.*algorithm=([\w-]+)", softphone.messages(), re.M), 5,
                                 "credentials in linphone's log")
        assert set(used) == {"SHA-256"}
        call = carrier.call(server.sip, "+56223456789").wait_answered()
        call.audio.hum(440)
        call.audio.wait_for_tone(880, 10)
        softphone.wait_heard(440)
        call.hang_up()
    finally:
        softphone.close()
