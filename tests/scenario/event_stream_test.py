"""/v1/Events/Stream: what happens, as it happens."""
import base64
import itertools
import json
import socket

import pytest

from event_source import EventSource, Refused
from menu import NUMBER, answered_call
from skyn3t import COMMUNITIES, Skyn3t

CODES = list(COMMUNITIES)


@pytest.fixture(scope="module")
def keys(server):
    """{code: (SK, secret)}"""
    made = {code: server.api(f"/2010-04-01/Accounts/{server.account}/Keys.json", {"FriendlyName": code, "CommunityCode": code})
            for code in CODES}
    return {code: (key["sid"], key["secret"]) for code, key in made.items()}


@pytest.fixture
def watch(server):
    opened = []

    def make(**kwargs):
        opened.append(EventSource(server, **kwargs))
        return opened[-1]
    yield make
    for source in opened:
        source.close()


def change(server, name):
    """Something that everybody who may see the account sees: an application is made and removed."""
    made = server.api(f"/2010-04-01/Accounts/{server.account}/Applications.json", {"FriendlyName": name})
    server.api(f"/2010-04-01/Accounts/{server.account}/Applications/{made['sid']}.json", method="DELETE")
    return made["sid"]


def test_a_call_is_seen_while_it_happens_as_the_api_shows_it(server, phone, carrier, watch):
    events = watch()
    assert events.content_type == "text/event-stream"
    ringing = phone(on_invite=lambda call: (call.ring(), call.answer()))
    seen = events.wait("skyn3t.registration.seen").data
    assert seen["community_code"] == "OFICINA_PRINCIPAL" and seen["username"] == f"{NUMBER}-office"

    call = carrier.call(server.sip, NUMBER).wait_answered()
    parent = events.wait("skyn3t.call.begun", lambda its: its["skyn3t"]["sip_call_id"] == call.call_id).data
    assert parent["to"] == NUMBER and parent["skyn3t"]["community_code"] == "OFICINA_PRINCIPAL"
    assert events.wait("skyn3t.call.answered", lambda its: its["sid"] == parent["sid"]).data["status"] == "in-progress"
    call.audio.press("1")
    answered_call(ringing)
    child = events.wait("skyn3t.call.answered", lambda its: its["parent_call_sid"] == parent["sid"]).data
    assert child["to"] == f"sip:{NUMBER}-office@{server.domain}"
    call.hang_up()
    ended = events.wait("skyn3t.call.ended", lambda its: its["sid"] == parent["sid"])
    shown = server.ended_call(call)  # the row is on disk some milliseconds after the event
    assert ended.data == {**shown, "date_created": ended.data["date_created"], "date_updated": ended.data["date_updated"]}
    assert ended.data["skyn3t"]["end_reason"] == "caller_hung_up"


def test_a_phone_that_leaves_is_gone(server, phone, watch):
    events = watch(EventType="skyn3t.registration")
    peer = phone(code="PLAZA_NORTE")
    events.wait("skyn3t.registration.seen")
    user, password = server.credentials("PLAZA_NORTE")["office"]
    peer.register(server.sip, user, password, server.domain, expires=0)
    gone = events.wait("skyn3t.registration.gone").data
    assert (gone["community_code"], gone["username"], gone["reason"]) == ("PLAZA_NORTE", user, "unregistered")


def test_changes_are_seen_as_monitor_shows_them(server, watch):
    events = watch(EventType="skyn3t.audit")
    sid = change(server, "Vista")
    made = events.wait("skyn3t.audit", lambda its: its["event_type"] == "application.create").data
    assert made["resource_sid"] == sid and made["event_data"]["after"]["friendly_name"] == "Vista"
    assert server.api(f"/v1/Events/{made['sid']}") == {**made, "url": server.url + f"/v1/Events/{made['sid']}"}
    assert events.wait("skyn3t.audit").data["event_type"] == "application.delete"


def test_an_apply_is_seen_step_by_step(server, watch, tmp_path):
    file = tmp_path / "more.yaml"
    file.write_text("""communities:
  - { code: NUEVA, name: Nueva, number: "+56225551234", type: edificio, roles: [{ role: office, digit: "1", label: oficina }] }
""")
    events = watch(EventType=["skyn3t.provisioning", "skyn3t.audit"])
    server.apply(file)
    events.wait("skyn3t.audit", lambda its: its["event_type"] == "community.create" and its["event_data"]["code"] == "NUEVA")
    events.wait("skyn3t.provisioning", lambda its: [c["code"] for c in its["communities"]] == ["NUEVA"])
    assert events.wait("skyn3t.provisioning", lambda its: its["status"] == "completed")
    server.cli("community", "remove", "NUEVA", "--yes")


@pytest.mark.parametrize("mine, other", itertools.permutations(CODES, 2))
def test_a_community_s_key_hears_nothing_of_another(server, keys, carrier, watch, mine, other):
    with pytest.raises(Refused) as refused:
        watch(user=keys[mine], CommunityCode=other)
    assert refused.value.status == 404 and json.loads(refused.value.body)["code"] == 20404
    account, own = watch(), watch(user=keys[mine])
    foreign = carrier.call(server.sip, COMMUNITIES[other]).wait_answered()
    foreign.hang_up()
    account.wait("skyn3t.call.ended", lambda its: its["skyn3t"]["sip_call_id"] == foreign.call_id)
    call = carrier.call(server.sip, COMMUNITIES[mine]).wait_answered()
    call.hang_up()
    own.wait("skyn3t.call.ended", lambda its: its["skyn3t"]["sip_call_id"] == call.call_id)
    assert {event.data["skyn3t"]["community_code"] for event in own.seen if "call" in event.type} == {mine}
    assert all(event.type.startswith("skyn3t.call") for event in own.seen), own.seen
    account.close()
    own.close()


@pytest.mark.parametrize("mine, other", itertools.permutations(CODES, 2))
def test_ids_tell_a_community_s_key_nothing_of_how_much_others_do(server, keys, watch, mine, other):
    def change_of(code):
        path = f"/2010-04-01/Accounts/{server.account}/Applications"
        sid = server.api(path + ".json", {"FriendlyName": "Vista", "CommunityCode": code})["sid"]
        server.api(f"{path}/{sid}.json", method="DELETE")

    def number(event):
        return int(event.id.rpartition("-")[2])
    own = watch(user=keys[mine])
    change_of(mine)
    last = own.wait("skyn3t.audit", lambda its: its["event_type"] == "application.delete")
    for _ in range(5):
        change_of(other)
    change_of(mine)
    own.wait("skyn3t.audit", lambda its: its["event_type"] == "application.delete")
    own.close()
    again = watch(user=keys[mine], last_id=last.id)
    again.wait("skyn3t.audit", lambda its: its["event_type"] == "application.delete")
    again.close()
    for heard, before in ((own.seen, number(own.seen[0]) - 1), (again.seen, number(last))):
        assert [number(event) for event in heard] == list(range(before + 1, before + 1 + len(heard))), heard
    # The ids of the account's stream are another numbering's.
    every = watch(EventType="skyn3t.audit")
    change_of(other)
    elsewhere = watch(user=keys[mine], last_id=every.wait().id)
    assert elsewhere.wait().type == "skyn3t.gap"


def test_who_comes_back_hears_what_was_missed(server, watch):
    first = watch(EventType="skyn3t.audit")
    change(server, "Antes")
    first.wait(condition=lambda its: its["event_type"] == "application.create")
    last = first.wait(condition=lambda its: its["event_type"] == "application.delete").id
    first.close()
    sid = change(server, "Mientras")
    second = watch(EventType="skyn3t.audit", last_id=last)
    assert [second.wait().data["resource_sid"] for _ in range(2)] == [sid, sid]
    # Another server's, or one of long ago.
    third = watch(EventType="skyn3t.audit", last_id="19af3c5b2d1-7")
    assert third.wait().type == "skyn3t.gap"
    third.wait("skyn3t.audit", lambda its: its["resource_sid"] == sid)


def test_a_caller_has_ten_streams(server, keys, watch):
    code = CODES[0]
    streams = [watch(user=keys[code]) for _ in range(10)]
    with pytest.raises(Refused) as refused:
        watch(user=keys[code])
    assert refused.value.status == 429 and json.loads(refused.value.body)["code"] == 20429
    streams[0].close()

    def is_let_in():
        try:
            return watch(user=keys[code])
        except Refused:
            return None
    server.wait_until(is_let_in, 10, "a stream that was closed makes room")


def test_what_nobody_knows_is_refused(server, watch):
    with pytest.raises(Refused) as refused:
        watch(EventType="skyn3t.calls")
    assert refused.value.status == 400
    with pytest.raises(Refused) as refused:
        watch(CommunityCode="NADA")
    assert refused.value.status == 404


def test_who_reads_too_slowly_is_dropped_and_disturbs_nobody(server, watch):
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.connect((host, int(port)))
    credentials = base64.b64encode(f"{server.account}:{server.token}".encode()).decode()
    slow.sendall(f"GET /v1/Events/Stream HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credentials}\r\n\r\n".encode())
    server.wait_metrics({"event_streams": 1})
    quick = watch(EventType="skyn3t.audit")
    # More than its socket and its queue take: each of these is an event of some kilobytes.
    form = {"FriendlyName": "Mucho", "VoiceUrl": "https://example.cl/" + "x" * 6000}
    path = f"/2010-04-01/Accounts/{server.account}/Applications"
    sid = server.api(path + ".json", form)["sid"]
    for index in range(20000):
        server.api(f"{path}/{sid}.json", {"FriendlyName": f"Mucho {index}", "VoiceUrl": form["VoiceUrl"] + str(index)})
        if index % 50 == 0 and server.metrics()["event_streams"] == 1:
            break
    assert server.metrics()["event_streams"] == 1, "the slow one is gone, the quick one is there"
    quick.wait("skyn3t.audit", lambda its: its["event_data"].get("after", {}).get("friendly_name") == f"Mucho {index}", 30)
    slow.close()


def test_streams_end_cleanly_with_the_server():
    server = Skyn3t()
    try:
        events = EventSource(server.start())
        server.stop()
        assert events.ended.wait(10)
    finally:
        server.close()
