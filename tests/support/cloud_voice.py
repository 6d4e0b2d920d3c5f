"""Twilio's voice side for tests: calls to its numbers and calls that its API places. It asks our server for documents,
signed, runs their verbs, rings simulated phones that are registered at Twilio, and reaches our server by SIP with the
credentials that a document names.

    voice = CloudVoice(cloud); voice.register("PLAZA_NORTE", "office")
    resident = voice.call(number, keys="1"); phone.wait_ringing(); resident.hang_up()
"""
import threading
import urllib.parse
from xml.etree import ElementTree

from cloud import DOMAIN
from cloud_call import CloudCall
from sip_peer import SipPeer

ADDRESS = "127.0.0.4"  # where its INVITEs come from: no trunk of ours
BY_STATUS = {200: "completed", 486: "busy", 600: "busy", 408: "no-answer", 480: "no-answer", 487: "no-answer"}
PATIENCE = 40


class CloudPhone:
    """A phone that is registered at Twilio. `takes` is the DialCallStatus that it makes of each call."""

    def __init__(self, user, takes="completed"):
        self.user, self.takes, self.rings = user, takes, []


class Resident:
    """One call to a number of the account. `dialled` is what each Dial came to: [(user, "twilio" or "here", status)]."""

    def __init__(self, voice, number, caller, keys, ended=None):
        self.voice, self.keys = voice, list(keys)
        self.cloud_call = CloudCall(voice.cloud, number, caller)
        self.dialled, self.said, self.documents, self.error = [], [], [], None
        self.ended = ended or threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def hang_up(self):
        self.ended.set()
        self.voice.peer.notify()
        return self.join()

    def join(self):
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), f"the call goes on: {self.dialled} {self.documents}"
        if self.error:
            raise self.error
        return self

    def places(self):
        return [place for _, place, _ in self.dialled]

    def _run(self):
        try:
            document = self._fetch(self.cloud_call.voice_url, CallStatus="ringing")
            for _ in range(20):
                if document is None or self.ended.is_set():
                    break
                document = self._perform(document)
            self.cloud_call.report("completed", duration=7)
        except BaseException as error:  # told to whoever waits for the call
            self.error = error

    def _fetch(self, url, **more):
        document = self.cloud_call.document(self.cloud_call.absolute(url), **{"CallStatus": "in-progress", **more})
        self.documents.append(url)
        return document

    def _perform(self, document):
        """The next document; None when this was the last one."""
        for verb in document:
            if verb.tag == "Gather":
                self.said += [say.text for say in verb.iter("Say")]
                if self.keys:
                    return self._fetch(verb.get("action"), Digits=self.keys.pop(0))
            elif verb.tag == "Say":
                self.said.append(verb.text)
            elif verb.tag == "Dial":
                status = self._dial(verb)
                return self._fetch(verb.get("action"), DialCallStatus=status, DialCallSid="CA" + "d" * 32)
            elif verb.tag == "Redirect":
                return self._fetch(verb.text)
            elif verb.tag in ("Hangup", "Reject"):
                return None
        return None

    def _dial(self, dial):
        sip, = dial.findall("Sip")
        uri = urllib.parse.urlsplit(sip.text.strip())
        user, _, host = uri.path.partition("@")
        if host == DOMAIN:
            phone = self.voice.phones.get(user)
            status = phone.takes if phone else "failed"
            if phone:
                phone.rings.append(self.cloud_call.caller)
            self.dialled.append((user, "twilio", status))
            return status
        headers = urllib.parse.parse_qsl(uri.query)
        leg = self.voice.invite(user, host, sip.get("username"), sip.get("password"), self.cloud_call.caller, headers)
        status = self._talk(leg) if leg else "failed"
        self.dialled.append((user, "here", status))
        return status

    def _talk(self, leg):
        """Until one side hangs up. Keys that are left are pressed as soon as somebody speaks."""
        final = leg.wait_final(PATIENCE)
        if final == 200:
            for key in self.keys:
                leg.audio.wait_for(lambda: (abs(leg.audio.heard()) > 500).any(), 10, "the menu")
                leg.audio.press(key)
            self.keys = []
            leg.peer.wait(lambda: leg.ended_by or self.ended.is_set(), PATIENCE, "the end of the conversation")
            if not leg.ended_by:
                leg.hang_up()
        return BY_STATUS.get(final, "failed")


class CloudVoice:
    """`reaches_us`: whether its INVITEs get to our server. `asks_us`: whether it asks for documents of calls that its API
    placed. `holds`, an Event: calls that its API placed begin once it is set."""

    def __init__(self, cloud):
        self.cloud, self.phones, self.residents, self.placed = cloud, {}, [], []
        self.reaches_us, self.asks_us = True, True
        self.holds = None
        self.peer = SipPeer(ADDRESS, user="twilio")
        self._over = {}  # Event of each placed call, by SID
        cloud.account.on_call = self._on_call

    def close(self):
        self.cloud.account.on_call = None
        for event in self._over.values():
            event.set()
        for resident in self.residents:
            resident.ended.set()
        self.peer.notify()
        for resident in self.residents:
            resident.thread.join(PATIENCE)
        self.peer.close()

    def register(self, code, role, takes="completed"):
        """A phone that registers at Twilio with the credentials that our server prints."""
        user, password = self.cloud.server.credentials(code)[role]
        assert self.cloud.account.phone_may("registrations", DOMAIN, user, password), f"{user} may not register"
        phone = self.phones[user] = CloudPhone(user, takes)
        return phone

    def call(self, number, keys="", caller="+56987654321", ended=None):
        resident = Resident(self, number, caller, keys, ended)
        self.residents.append(resident)
        resident.thread.start()
        return resident

    def invite(self, user, host, username, password, caller, headers=()):
        """A call to our server, or None when it does not get there."""
        if not self.reaches_us:
            return None
        ip, _, port = host.partition(";")[0].partition(":")
        return self.peer.call((ip, int(port)), user, host, (username, password), caller, list(headers))

    # -- calls that the API places

    def _on_call(self, row):
        if row.sid in self._over:
            if row.values["status"] == "completed":
                self._over[row.sid].set()
                self.peer.notify()
            return
        self._over[row.sid] = threading.Event()
        self.placed.append(dict(row.values))
        threading.Thread(target=self._place, args=(row,), daemon=True).start()

    def _place(self, row):
        if self.holds:
            self.holds.wait(PATIENCE)
        to, over = row.values["to"], self._over[row.sid]
        if to.startswith("sip:"):
            status = self._place_sip(row, to, over)
        else:
            status = self._place_number(to, row.values["from"], over) if self.asks_us else "failed"
        with self.cloud.account.lock:
            row.values["status"] = status

    def _place_sip(self, row, to, over):
        user, _, host = to.removeprefix("sip:").partition("@")
        leg = self.invite(user, host, row.values["sip_auth_username"], row.secret["sip_auth_password"], row.values["from"])
        if leg is None:
            return "failed"
        final = leg.wait_final(PATIENCE)
        if final != 200:
            return BY_STATUS.get(final, "failed")
        leg.peer.wait(lambda: leg.ended_by or over.is_set(), PATIENCE, "the end of the test call")
        if not leg.ended_by:
            leg.hang_up()
        return "completed"

    def _place_number(self, number, caller, over):
        if not self.cloud.account.of("IncomingPhoneNumber", phone_number=number):
            return "failed"
        resident = self.call(number, caller=caller, ended=over)
        resident.thread.join(PATIENCE)
        return "completed" if resident.error is None else "failed"
