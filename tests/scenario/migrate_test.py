"""A community moves between Twilio and this server (ADR 10): in each stage a resident's call reaches the phone that is on,
here or at Twilio; each stage is tested, can be undone, and goes back by itself when too many calls fail."""
import threading
from xml.etree import ElementTree

import pytest

from cloud import PUBLIC, Cloud
from cloud_voice import CloudVoice
from sip_peer import SipPeer

CARRIER = "127.0.0.2"
CODE, NUMBER = "PLAZA_NORTE", "+56223456789"
OTHER, OTHER_NUMBER = "OFICINA_PRINCIPAL", "+56229145248"
RESIDENT = "+56987654321"
BIN = "https://handler.twilio.com/twiml/EH00000000000000000000000000000001"


def manifest(**targets):
    text = "communities:\n"
    for code, number in ((OTHER, OTHER_NUMBER), (CODE, NUMBER)):
        text += (f'  - code: {code}\n    name: {code.title().replace("_", " ")}\n    number: "{number}"\n'
                 f'    type: edificio\n    target: {targets.get(code, "twilio")}\n'
                 '    roles:\n      - { role: office, digit: "1", label: "oficina de administración" }\n')
    return text


class World(Cloud):
    """Twilio with its voice side, our server, and what a test does with them."""

    def __init__(self):
        super().__init__()
        self.voice, self.peers = CloudVoice(self), []

    def close(self):
        for peer in self.peers:
            peer.close()
        self.voice.close()
        super().close()

    def begin(self, **targets):
        """Everything as it was declared, nothing moving, no phone anywhere."""
        for peer in self.peers:
            peer.close()
        self.peers = []
        for code in (CODE, OTHER):
            for _ in range(4):
                if self.state(code)["to"] is None:
                    break
                assert self.migrate("--back", "--yes", code=code).returncode == 0
        self.voice.phones, self.voice.residents, self.voice.placed = {}, [], []
        self.voice.reaches_us = self.voice.asks_us = True
        self.voice.holds = None
        self.declare(**targets)
        return self

    def declare(self, **targets):
        self.file.write_text(manifest(**targets))
        done = self.apply()
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def migrate(self, *arguments, code=CODE):
        return self.server.cli("migrate", code, *arguments, check=False)

    def step(self, *arguments, code=CODE):
        done = self.migrate(*arguments, "--yes", code=code)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{self.server.log()}"
        return done.stdout

    def state(self, code=CODE):
        try:
            return self.server.api(f"/v1/Communities/{code}/Migration")
        except Exception as error:
            if getattr(error, "status", None) == 404:
                return {"to": None}
            raise

    def stage(self):
        return self.state()["stage"]

    def phone_here(self, code=CODE, on_invite=None):
        """A phone with its second account, on this server."""
        accounts = self.server.api(f"/v1/Communities/{code}/Migration/Accounts")["phones"]
        account, = [its for its in accounts if its["role"] == "office"]
        assert account["server"].endswith(f":{self.server.sip[1]}")
        peer = SipPeer()
        peer.on_invite = on_invite or peer.on_invite
        self.peers.append(peer)
        reply = peer.register(self.server.sip, account["username"], account["password"], account["domain"])
        assert reply.status == 200, str(reply)
        return peer

    def living_here(self):
        """The community lives on this server: its office's phone, registered, and what that was given."""
        self.declare(PLAZA_NORTE="local")
        user, password = self.server.credentials(CODE)["office"]
        peer = SipPeer()
        self.peers.append(peer)
        assert peer.register(self.server.sip, user, password, self.server.domain).status == 200
        return peer, user, password

    def to_phones(self):
        self.step("--to", "local")
        return self.step("--to", "local")

    def route(self, code=CODE):
        """The document that an operator sees for key 1."""
        return ElementTree.fromstring(self.server.api(f"/twiml/{code}/route?Digits=1").encode())

    def gateway(self, code=CODE):
        """(user, password) of Twilio's account here, as the documents hold it."""
        sip = self.route(code).find("Dial/Sip")
        return sip.get("username"), sip.get("password")


@pytest.fixture(scope="module")
def running():
    world = World()
    try:
        yield world.start()
    finally:
        world.close()


@pytest.fixture
def world(running):
    yield running.begin()
    assert running.twilio.problems == []


def rings_here(world, phone, keys="1"):
    """A resident's call is answered by this phone of ours; both hang up."""
    before = set(phone.calls)
    resident = world.voice.call(NUMBER, keys=keys)
    call = phone.wait(lambda: next((its for sid, its in phone.calls.items() if sid not in before), None), 20,
                      "the phone here rings")
    phone.wait(lambda: call.acked, 10, "ACK of the phone's 200")
    resident.hang_up()
    assert call.wait_ended() == "them"
    return resident


def rings_at_twilio(world, phone, keys="1"):
    before = len(phone.rings)
    resident = world.voice.call(NUMBER, keys=keys).join()
    assert phone.rings[before:] == [RESIDENT], f"{resident.dialled} {resident.documents}"
    return resident


def test_the_whole_way_to_this_server(world):
    at_twilio = world.voice.register(CODE, "office")
    shown = world.migrate()
    assert shown.returncode == 0 and "en Twilio" in shown.stdout

    # The documents: nothing changes for anybody, and Twilio has asked for them.
    said = world.step("--to", "local")
    assert "Llamada de prueba por Twilio a " + NUMBER in said and "✗ Llamada" not in said
    assert [its["to"] for its in world.voice.placed] == [NUMBER]
    rings_at_twilio(world, at_twilio)

    # The phones: a second account here; the one at Twilio still rings while this one is off.
    said = world.step("--to", "local")
    user, password = world.server.credentials(CODE)["office"]
    assert user in said and password in said and f"127.0.0.1:{world.server.sip[1]}" in said
    assert any(its["to"] == f"sip:prueba@127.0.0.1:{world.server.sip[1]}" for its in world.voice.placed)
    state = world.state()
    assert (state["stage"], state["is_proven"]) == ("phones", True)
    rings_at_twilio(world, at_twilio)
    refused = world.migrate("--to", "local", "--yes")
    assert refused.returncode == 1 and f"{NUMBER}-office" in refused.stderr and world.stage() == "phones"

    here = world.phone_here()
    resident = rings_here(world, here)
    assert resident.places() == ["here"], "Twilio's phone does not ring as well"
    answer, here.on_invite = here.on_invite, lambda call: call.refuse(480)
    resident = rings_at_twilio(world, at_twilio)
    assert [its[1:] for its in resident.dialled] == [("here", "no-answer"), ("twilio", "completed")]
    here.on_invite = lambda call: call.refuse(486)
    assert world.voice.call(NUMBER, keys="1").join().dialled == [(f"{NUMBER}-office", "here", "busy")]
    here.on_invite = answer
    assert world.state()["failures"] == 0
    world.server.wait_call(lambda c: c["from"] == f"sip:{NUMBER}-twilio@{world.server.domain}" and c["status"] == "completed")

    # The number: Twilio gives the whole call, and the menu is heard from here.
    world.step("--to", "local")
    resident = rings_here(world, here)
    assert resident.dialled == [(NUMBER, "here", "completed")] and resident.said == []
    row = world.server.wait_call(lambda c: c["from"] == RESIDENT and c["to"].startswith(f"sip:{NUMBER}@")
                                 and c["status"] == "completed")
    assert row["skyn3t"]["community_code"] == CODE
    refused = world.migrate("--finish", "--yes")
    assert refused.returncode == 1 and "troncal" in refused.stderr and world.stage() == "number"

    # The carrier moves the number: the first call on our trunk proves it.
    carrier = SipPeer(CARRIER)
    world.peers.append(carrier)
    before = set(here.calls)
    call = carrier.call(world.server.sip, NUMBER).wait_answered()
    call.audio.wait_for(lambda: (abs(call.audio.heard()) > 500).any(), 10, "the menu")
    call.audio.press("1")
    rung = here.wait(lambda: next((its for sid, its in here.calls.items() if sid not in before), None), 20, "the phone rings")
    here.wait(lambda: rung.acked, 5, "ACK")
    call.hang_up()
    world.server.ended_call(call)
    said = world.step("--finish")
    assert "target: local" in said

    assert world.voice_url(NUMBER) == "" and world.account.of("SipCredentialList", friendly_name=f"{CODE}_Credentials") == []
    assert world.voice_url(OTHER_NUMBER) == f"{PUBLIC}/twiml/{OTHER}/main", "the neighbour is where it was"
    users = [its["username"] for its in world.server.api(
        f"/2010-04-01/Accounts/{world.server.account}/SIP/CredentialLists/{list_of(world)}/Credentials.json")["credentials"]]
    assert users == [f"{NUMBER}-office"], "Twilio's account here has gone"
    state = world.state()
    assert (state["to"], state["target"]) == (None, "local")
    # With the file as it says, there is nothing to do, and the phone still rings.
    world.declare(PLAZA_NORTE="local")
    assert world.run("plan").returncode == 0
    call = carrier.call(world.server.sip, NUMBER).wait_answered()
    call.hang_up()
    world.declare()  # for the next test


def list_of(world):
    lists = world.server.api(f"/2010-04-01/Accounts/{world.server.account}/SIP/CredentialLists.json")["credential_lists"]
    found, = [its["sid"] for its in lists if its["friendly_name"] == f"{CODE}_Credentials"]
    return found


def test_each_stage_can_be_undone(world):
    """A TwiML bin that answered before answers again; nothing of the migration is left."""
    row, = world.account.of("IncomingPhoneNumber", phone_number=NUMBER)
    row.values.update(voice_url=BIN, friendly_name="Plaza")
    at_twilio = world.voice.register(CODE, "office")
    world.step("--to", "local")
    assert world.voice_url(NUMBER) == f"{PUBLIC}/twiml/{CODE}/main"
    world.step("--to", "local")
    here = world.phone_here()
    world.step("--to", "local")
    rings_here(world, here)

    world.step("--back")
    assert world.stage() == "phones"
    assert rings_here(world, here).said, "the menu is Twilio's again"
    world.step("--back")
    assert world.stage() == "documents"
    rings_at_twilio(world, at_twilio)
    world.step("--back")
    assert world.voice_url(NUMBER) == BIN and row.values["friendly_name"] == "Plaza"
    assert world.state()["to"] is None
    lists = world.server.api(f"/2010-04-01/Accounts/{world.server.account}/SIP/CredentialLists.json")["credential_lists"]
    assert [its for its in lists if CODE in its["friendly_name"]] == []
    nothing = world.migrate("--back", "--yes")
    assert nothing.returncode == 1 and "no está en ninguna migración" in nothing.stderr


def test_a_stage_that_twilio_does_not_reach_goes_back_by_itself(world):
    world.voice.asks_us = False
    failed = world.migrate("--to", "local", "--yes")
    assert failed.returncode == 1 and "Twilio no pidió nuestro documento" in failed.stderr
    assert world.state()["to"] is None
    world.voice.asks_us = True
    world.step("--to", "local")
    world.voice.reaches_us = False
    failed = world.migrate("--to", "local", "--yes")
    assert failed.returncode == 1 and "no llegó a este servidor" in failed.stderr
    assert world.stage() == "documents" and "no llegó" in world.state()["returned_es"]
    world.voice.reaches_us = True
    world.step("--to", "local")
    assert world.stage() == "phones"


def test_too_many_failures_take_it_back_and_no_call_is_lost(world):
    at_twilio = world.voice.register(CODE, "office")
    world.to_phones()
    world.phone_here()
    world.voice.reaches_us = False  # a firewall, from one minute to the next
    for _ in range(4):
        assert rings_at_twilio(world, at_twilio).places() == ["here", "twilio"]
    assert (world.stage(), world.state()["failures"]) == ("phones", 4)
    assert rings_at_twilio(world, at_twilio).places() == ["here", "twilio"]
    assert world.stage() == "documents"
    assert "5 de las últimas 5" in world.migrate().stdout
    world.server.wait_log("migration went back by itself")
    audit = world.server.api("/v1/Events")["events"]
    assert any(its["event_type"] == "migration.returned" for its in audit)
    assert rings_at_twilio(world, at_twilio).places() == ["twilio"]


def test_a_server_that_is_killed_goes_on_where_it_was(world):
    at_twilio = world.voice.register(CODE, "office")
    world.step("--to", "local")
    # In the middle of a step: its test call waits.
    world.voice.holds = threading.Event()
    step = threading.Thread(target=world.migrate, args=("--to", "local", "--yes"), daemon=True)
    step.start()
    world.server.wait_until(lambda: len(world.voice.placed) == 2, 90, "the test call is placed")
    assert world.state()["going"] == "phones"
    world.server.kill()
    world.voice.holds.set()
    world.voice.holds = None
    step.join(60)
    world.server.start()
    state = world.state()
    assert (state["stage"], state["going"]) == ("documents", None) and "se detuvo" in state["returned_es"]
    rings_at_twilio(world, at_twilio)
    world.step("--to", "local")
    # At rest in a stage, with a failure to remember.
    world.phone_here()
    world.voice.reaches_us = False
    rings_at_twilio(world, at_twilio)
    world.voice.reaches_us = True
    world.server.wait_until(lambda: world.state()["failures"] == 1, 5, "the failure is counted")
    world.server.stop()
    world.server.start()
    state = world.state()
    assert (state["stage"], state["failures"]) == ("phones", 1)
    rings_here(world, world.phone_here())


def held_step(world, *arguments, code=CODE):
    """A step that waits in its test call, and what ends it."""
    world.voice.holds = threading.Event()
    before = len(world.voice.placed)
    step = threading.Thread(target=world.migrate, args=(*arguments, "--yes"), kwargs={"code": code}, daemon=True)
    step.start()
    world.server.wait_until(lambda: len(world.voice.placed) > before, 90, "the test call is placed")

    def release():
        world.voice.holds.set()
        world.voice.holds = None
        step.join(60)
        assert not step.is_alive()

    return release


@pytest.mark.parametrize("order", [("--finish", "--force"), ("--back",)])
def test_a_step_that_waited_is_not_taken_from_where_calls_have_taken_it_back(world, order):
    at_twilio = world.voice.register(CODE, "office")
    world.to_phones()
    here = world.phone_here()
    world.step("--to", "local")
    release = held_step(world, "--to", "local", code=OTHER)
    said = []
    waiting = threading.Thread(target=lambda: said.append(world.migrate(*order, "--yes")), daemon=True)
    waiting.start()
    world.server.wait_until(lambda: (world.state()["work"] or {}).get("status") == "running", 20, "the step waits for its turn")
    world.voice.reaches_us = False
    for _ in range(5):
        if world.stage() == "number":
            rings_at_twilio(world, at_twilio)
    assert world.stage() == "phones"
    world.voice.reaches_us = True
    release()
    waiting.join(60)
    assert said[0].returncode == 1 and "volvió sola a la etapa de los teléfonos" in said[0].stderr, said[0].stderr
    state = world.state()
    assert (state["stage"], state["target"]) == ("phones", "twilio")
    assert world.account.of("SipCredentialList", friendly_name=f"{CODE}_Credentials") != [], "its phones there may register"
    rings_here(world, here)


def test_to_twilio_a_first_step_that_is_cut_leaves_the_phones_here_ringing(world):
    here, user, password = world.living_here()
    release = held_step(world, "--to", "twilio")
    assert world.voice_url(NUMBER) == f"{PUBLIC}/twiml/{CODE}/main", "Twilio asks us already"
    world.server.kill()
    release()
    world.server.start()
    state = world.state()
    assert (state["to"], state["stage"], state["going"]) == ("twilio", "none", None)
    assert here.register(world.server.sip, user, password, world.server.domain).status == 200
    rings_here(world, here)
    # An apply meanwhile takes nothing away that such a call needs.
    assert world.apply().returncode == 0
    rings_here(world, here)


def test_who_looks_at_its_documents_sees_no_password_of_twilios_account_here(world):
    world.to_phones()
    world.phone_here()
    user, password = world.gateway()
    shown = world.server.api(f"/v1/Communities/{CODE}/Documents")
    preview = world.server.api(f"/v1/Communities/{CODE}/Documents/route-1/Preview.json")
    assert user in str(shown) and user in str(preview)
    assert password not in str(shown) and password not in str(preview)


def test_twilios_account_of_one_community_reaches_nothing_of_another(world):
    world.to_phones()
    world.phone_here()
    world.step("--to", "local", code=OTHER)
    world.step("--to", "local", code=OTHER)
    theirs = world.phone_here(code=OTHER)
    gateway = world.gateway()
    assert gateway[0] == f"{NUMBER}-twilio"
    for dialled in (f"{OTHER_NUMBER}-office", OTHER_NUMBER, "+56922223333"):
        call = world.voice.peer.call(world.server.sip, dialled, f"127.0.0.1:{world.server.sip[1]}", gateway)
        call.wait_answered()
        row = world.server.ended_call(call)
        assert row["skyn3t"]["community_code"] == CODE
        assert world.server.said(row["sid"]) == ["Las llamadas desde este teléfono todavía no están disponibles. Adiós."]
    assert theirs.calls == {}
    # The number of one community shows the other's phone to nobody, and no key sees the other's migration.
    key = world.server.api(f"/2010-04-01/Accounts/{world.server.account}/Keys.json", {"CommunityCode": OTHER})
    for path in ("", "/Accounts"):
        with pytest.raises(Exception) as refused:
            world.server.api(f"/v1/Communities/{CODE}/Migration{path}", user=(key["sid"], key["secret"]))
        assert refused.value.status == 404
    world.step("--back", code=OTHER)
    world.step("--back", code=OTHER)


def test_an_apply_does_not_disturb_who_is_moving(world):
    world.to_phones()
    here = world.phone_here()
    world.file.write_text(manifest(PLAZA_NORTE="local"))
    refused = world.apply()
    assert refused.returncode == 1 and "migrate PLAZA_NORTE --finish" in refused.stderr
    refused = world.server.cli("community", "remove", CODE, "--yes", check=False)
    assert refused.returncode == 1 and "se está mudando" in refused.stderr
    # What moves nothing goes on working, at both places.
    world.file.write_text(manifest().replace("oficina de administración", "recepción"))
    done = world.apply()
    assert done.returncode == 0, done.stdout + done.stderr
    rings_here(world, here)
    rotated = world.server.cli("community", "rotate", CODE, "--yes")
    assert rotated.returncode == 0
    again = world.phone_here()
    user, password = world.server.credentials(CODE)["office"]
    assert world.account.phone_may("registrations", "skyn3t-communities.sip.twilio.com", user, password)
    rings_here(world, again)


def test_the_way_to_twilio(world):
    here, user, password = world.living_here()
    number, = world.account.of("IncomingPhoneNumber", phone_number=NUMBER)
    del world.account.rows[number.sid]  # the carrier still has it
    carrier = SipPeer(CARRIER)
    world.peers.append(carrier)

    said = world.step("--to", "twilio")
    assert "todavía no está en la cuenta de Twilio" in said
    assert world.account.phone_may("registrations", "skyn3t-communities.sip.twilio.com", user, password)
    said = world.step("--to", "twilio")
    assert "skyn3t-communities.sip.twilio.com" in said and password in said
    blocked = world.migrate("--to", "twilio", "--yes")
    assert blocked.returncode == 1 and NUMBER in blocked.stderr and world.stage() == "phones"
    before = set(here.calls)
    call = carrier.call(world.server.sip, NUMBER).wait_answered()
    call.audio.wait_for(lambda: (abs(call.audio.heard()) > 500).any(), 10, "the menu")
    call.audio.press("1")
    here.wait(lambda: set(here.calls) - before, 20, "the phone here rings")
    call.hang_up()

    # The number arrives at Twilio.
    world.account.add("IncomingPhoneNumber", phone_number=NUMBER, friendly_name=NUMBER, voice_method="POST",
                      capabilities={"voice": True, "sms": False, "mms": False, "fax": False})
    world.step("--to", "twilio")
    assert world.stage() == "number" and world.voice_url(NUMBER) == f"{PUBLIC}/twiml/{CODE}/main"
    at_twilio = world.voice.register(CODE, "office")
    assert rings_at_twilio(world, at_twilio).places() == ["twilio"]
    del world.voice.phones[user]  # it goes off: the account here still rings
    assert rings_here(world, here).places() == ["twilio", "here"]
    world.voice.phones[user] = at_twilio
    world.step("--finish")
    assert world.state()["target"] == "twilio"
    numbers = world.server.api(f"/2010-04-01/Accounts/{world.server.account}/IncomingPhoneNumbers.json")
    assert NUMBER not in [its["phone_number"] for its in numbers["incoming_phone_numbers"]]
    rings_at_twilio(world, at_twilio)
    world.declare()
    assert world.run("plan").returncode == 0


def test_without_test_calls_the_stage_is_not_proven_and_says_so(world):
    said = world.step("--to", "local", "--no-test-call")
    assert world.voice.placed == [] and world.state()["is_proven"] is False
    assert "sin probar por Twilio" in said
    rehearsed = world.migrate("--to", "local", "--dry-run")
    assert rehearsed.returncode == 0 and world.stage() == "documents"
    assert "unos centavos" in rehearsed.stdout and "No configura los teléfonos" in rehearsed.stdout

