"""docs/guia.md, typed from its first command to its last: each prints what the guide says.

The guide's addresses become free ports of loopback, and its Twilio is the stand-in with the account of the faulty guide."""
import pathlib

import pytest

import faulty_guide
from cloud import SPARE
from guide import Desk, read_guide
from sip_peer import SipPeer
from skyn3t import ROOT, Skyn3t
from twilio_account import TwilioAccount
from twilio_sdk import sdk
from twilio_stand_in import TwilioStandIn

CODE, NUMBER, SPARE_NUMBER = "OFICINA_PRINCIPAL", "+56229145248", "+56229145299"
GUIDE = ROOT / "docs/guia.md"


class Reader:
    """Follows the guide: writes its files, types its commands, does what people do in between."""

    def __init__(self, folder):
        self.folder, self.differences = pathlib.Path(folder), []
        self.server = Skyn3t(keep_data=self.folder)
        self.desk = Desk(self.folder, self.server.binary)
        self.twilio = TwilioStandIn(TwilioAccount())
        self.peers = []
        self.acts = {"los dos teléfonos de OFICINA_PRINCIPAL se registran": self.register_phones,
                     "un residente llama a OFICINA_PRINCIPAL, presiona 2, y conserjería no contesta": self.resident_calls,
                     "alguien cambia el VoiceUrl del número de OFICINA_PRINCIPAL por la API": self.somebody_meddles,
                     "se reinicia el servidor con la cuenta de Twilio, hecha a mano como decía la guía antigua": self.restart}

    def close(self):
        for peer in self.peers:
            peer.close()
        self.server.close()
        self.twilio.close()

    def follow(self, step):
        if step.kind == "file":
            (self.folder / step.name).write_text(self.here(step.text) if step.name == "skyn3t.yaml" else step.text)
        elif step.kind == "act":
            self.acts[step.text]()
        elif step.text.startswith("skyn3t serve"):
            self.serve(step)
        elif difference := self.desk.check(step):
            self.differences.append(difference)

    def here(self, config):
        """skyn3t.yaml on this machine: free ports of loopback, the stand-in's account and address."""
        for theirs, ours in (("data: datos", f"data: {self.folder}/datos"), ("0.0.0.0:5060", "127.0.0.1:0"),
                             ("127.0.0.1:8080", "127.0.0.1:0"), ("198.51.100.7", "127.0.0.2"),
                             ("AC0123456789abcdef0123456789abcdef", self.twilio.account.sid)):
            config = config.replace(theirs, ours)
        if "\ntwilio:" in config:
            config += f'  base_url: "{self.twilio.url}"\n  backoff: 1\n'
        return config

    def serve(self, step):
        self.server.data = self.folder / "datos"
        self.server.data.mkdir(exist_ok=True)
        self.server.config = self.folder / "skyn3t.yaml"
        self.server.start()
        if step and (difference := self.desk.compare(step, "".join(self.server.output))):
            self.differences.append(difference)

    # -- what people do

    def register_phones(self):
        for user, password in self.server.credentials(CODE).values():
            phone = SipPeer()
            self.peers.append(phone)
            assert phone.register(self.server.sip, user, password, "skyn3t-communities.sip.example.cl").status == 200
            phone.on_invite = lambda call: call.refuse(480)

    def resident_calls(self):
        carrier = SipPeer("127.0.0.2")
        self.peers.append(carrier)
        call = carrier.call(self.server.sip, NUMBER).wait_answered()
        call.audio.press("2")
        call.wait_ended(30)
        self.server.ended_call(call)

    def somebody_meddles(self):
        client = sdk(self.server.url, self.server.account, self.server.token)
        number, = client.incoming_phone_numbers.list(phone_number=NUMBER)
        number.update(voice_url="https://otra.example.com/menu")

    def restart(self):
        account = self.twilio.account
        for number in (NUMBER, SPARE_NUMBER, SPARE):
            account.add("IncomingPhoneNumber", phone_number=number, friendly_name=number, voice_method="POST",
                        capabilities={"voice": True, "sms": False, "mms": False, "fax": False})
        faulty_guide.set_up(sdk(self.twilio.url, account.sid, account.token), "skyn3t-communities.sip.twilio.com")
        token = self.folder / "datos/twilio.token"
        token.write_text(account.token + "\n")
        token.chmod(0o600)
        self.server.stop()
        self.serve(None)


@pytest.fixture
def reader(tmp_path):
    its = Reader(tmp_path)
    yield its
    its.close()


def test_every_command_of_the_guide_prints_what_the_guide_says(reader):
    steps = read_guide(GUIDE)
    for step in steps:
        reader.follow(step)
    assert not reader.differences, "\n\n".join(reader.differences)
    typed = [step for step in steps if step.kind == "command"]
    assert len(typed) > 20 and all(step.output for step in typed if "grep" not in step.text)
    assert reader.twilio.problems == []
