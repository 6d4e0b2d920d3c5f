"""A phone of one community cannot register, answer or place a call as another's: every pair of the three communities."""
import itertools

import pytest

from sip_message import token
from sip_peer import answer_challenge
from skyn3t import COMMUNITIES

CODES = list(COMMUNITIES)
PAIRS = list(itertools.permutations(CODES, 2))
# Each community's own document dials the office phone of the next one: what an operator could write.
DOCUMENTS = {code: f"<Response><Dial timeout='5'><Sip>sip:{COMMUNITIES[other]}-office@skyn3t.test</Sip></Dial></Response>"
             for code, other in zip(CODES, CODES[1:] + CODES[:1])}


def registrations(server, code):
    return server.api(f"/v1/Registrations?CommunityCode={code}")["registrations"]


def register_as(server, peer, aor_user, credentials, contact=None):
    """REGISTER for one user's address-of-record with another one's user name and password."""
    uri, aor = f"sip:{server.domain}", f"<sip:{aor_user}@{server.domain}>"
    headers = {"From": f"{aor};tag={token(4)}", "Call-ID": token(), "Contact": contact or peer.contact, "Expires": "300"}
    first = peer.request("REGISTER", uri, aor, {**headers, "CSeq": "1 REGISTER"}, server.sip)
    assert first.status == 401
    return peer.request("REGISTER", uri, aor, {
        **headers, "CSeq": "2 REGISTER", **answer_challenge(first, "REGISTER", uri, *credentials)}, server.sip)


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_phone_can_not_register_as_a_phone_of_another_community(server, peers, mine, theirs):
    reply = register_as(server, peers(), server.credentials(theirs)["office"][0], server.credentials(mine)["office"])
    assert reply.status in (401, 403)
    assert registrations(server, theirs) == [] and registrations(server, mine) == []


@pytest.mark.parametrize("role, other", [("office", "security"), ("security", "office")])
def test_a_phone_can_not_register_as_the_other_phone_of_its_own_community(server, peers, role, other):
    code = CODES[0]
    reply = register_as(server, peers(), server.credentials(code)[other][0], server.credentials(code)[role])
    assert reply.status in (401, 403) and registrations(server, code) == []


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_contact_that_names_another_s_user_takes_no_call_of_theirs(server, peers, carrier, mine, theirs):
    """The binding is kept under the user who proved to be it; what Contact says is only where to reach it."""
    thief, user = peers(), server.credentials(theirs)["office"][0]
    own = server.credentials(mine)["security"]
    reply = register_as(server, thief, own[0], own, contact=f"<sip:{user}@{thief.ip}:{thief.port}>")
    assert reply.status == 200
    assert registrations(server, theirs) == []
    assert [r["username"] for r in registrations(server, mine)] == [own[0]]
    thief.user = user
    thief.register(server.sip, *own, server.domain, expires=0, contact=f"<sip:{user}@{thief.ip}:{thief.port}>")


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_phone_s_call_is_its_own_community_s_whatever_its_from_says(server, phone, mine, theirs):
    caller = phone(mine)
    own, claimed = server.credentials(mine)["office"], server.credentials(theirs)["office"][0]
    call = caller.call(server.sip, "+56922223333", server.domain, own, caller=claimed)
    if call.wait_final() == 200:  # refusing it would be as good
        call.hang_up()
        row = server.ended_call(call)
        assert row["from"] == f"sip:{own[0]}@{server.domain}" and row["skyn3t"]["community_code"] == mine
    else:
        assert call.final in (401, 403)


@pytest.mark.parametrize("mine, theirs", PAIRS)
def test_a_phone_can_not_call_with_another_s_user_name_and_its_own_password(server, peers, mine, theirs):
    caller = peers()
    stolen = (server.credentials(theirs)["office"][0], server.credentials(mine)["office"][1])
    call = caller.call(server.sip, "+56922223333", server.domain, stolen, caller=stolen[0])
    assert call.wait_final() in (401, 403)


@pytest.mark.parametrize("code, other", zip(CODES, CODES[1:] + CODES[:1]))
def test_a_document_that_dials_another_community_s_phone_finds_it_unregistered(server, phone, carrier, code, other):
    victim = phone(other)
    call = carrier.call(server.sip, COMMUNITIES[code]).wait_answered()
    assert call.wait_ended(10) == "them"
    child, = server.children(server.ended_call(call))
    assert (child["status"], child["skyn3t"]["end_reason"], child["skyn3t"]["error_code"]) == (
        "failed", "not_registered", 32009)
    assert victim.calls == {}, "the other community's phone rang"
    server.wait_log(f"a document of one community dials a phone of another, refused .*community={code}")


def test_a_phone_can_not_reach_another_community_by_dialling_its_number_as_a_trunk_would(server, phone):
    """A request on a phone's flow is the phone's, although its Request-URI is a number that trunks may call."""
    caller = phone(CODES[0])
    call = caller.call(server.sip, COMMUNITIES[CODES[1]], server.domain, caller="+56987654321")
    if call.wait_final() == 200:
        call.hang_up()
        assert server.ended_call(call)["skyn3t"]["community_code"] == CODES[0]


def test_the_carrier_reaches_numbers_and_never_a_phone_by_its_name(server, phone, carrier):
    victim = phone(CODES[0])
    call = carrier.call(server.sip, f"{COMMUNITIES[CODES[0]]}-office", server.domain)
    assert call.wait_final() == 404 and victim.calls == {}


def test_the_carrier_can_not_register(server, carrier):
    user, password = server.credentials(CODES[0])["office"]
    carrier.register(server.sip, user, "Wrong12345678", server.domain)
    assert registrations(server, CODES[0]) == []
