"""Requests to our API, each judged with its answer by a description of it - Twilio's own, or ours - and which operations were
seen."""
import base64
import http.client
import json
import urllib.parse

from twilio_description import ROOT, twilio_api

# Resources of the capability "communities as code"; all else of the description is of no concern here.
WANTED = ("Account", "Key", "SigningKey", "NewKey", "NewSigningKey", "Application", "AvailablePhoneNumber", "Call", "CallEvent",
          "CallNotification", "CallRecording", "Conference", "IncomingPhoneNumber", "Member", "Notification",
          "OutgoingCallerId", "ValidationRequest", "Participant", "Queue", "Recording", "Sip", "UsageRecord", "Alert", "Event",
          "ConferenceRecording", "Balance")
NOT_OURS = ("AddOn", "Transcription", "MachineToMachine", "UsageTrigger", "Siprec", "CallEventMessage")
# Properties beyond the installed description: our own of calls, and Twilio's own that are newer (rest-api.md, 4.2).
EXTRA = {"skyn3t": "", "type": "IncomingPhoneNumber"}
# The description knows only users (US...) as actors of Monitor's events, and this server has none: the account or one of its
# keys acts. Null and a field of our own would keep to the pattern, but hide from the SDKs who it was, and ActorSid would find
# nothing; to the SDKs the property is a plain text. So it says AC or SK.
WAIVED = {"actor_sid"}
# What this server answers with an error only, and why; a test sees to it that it does, and that this list is complete.
_NO_ROOMS = "no conferences yet: the list is empty, one of them is 404"
_NO_RECORDINGS = "no call is recorded yet: lists are empty, one of them is 404"
LATER = {
    "CreateAccount": "one account, no subaccounts (21480): communities and their keys instead",
    "CreateCallRecording": "no call is recorded yet (20010)",
    **dict.fromkeys(("FetchCallRecording", "UpdateCallRecording", "DeleteCallRecording", "FetchRecording", "DeleteRecording"),
                    _NO_RECORDINGS),
    **dict.fromkeys(("FetchConference", "UpdateConference", "ListParticipant", "CreateParticipant", "FetchParticipant",
                     "UpdateParticipant", "DeleteParticipant", "ListConferenceRecording", "FetchConferenceRecording",
                     "UpdateConferenceRecording", "DeleteConferenceRecording"), _NO_ROOMS),
    **dict.fromkeys(("FetchMember", "UpdateMember"), "nobody waits in a queue yet: its members are none, one of them is 404"),
}


def wanted_operations():
    for each in twilio_api().operations:
        name = each.id.removeprefix("List").removeprefix("Fetch").removeprefix("Create").removeprefix("Update")
        name = name.removeprefix("Delete")
        if any(its in each.id for its in NOT_OURS):
            continue
        if name in WANTED or any(name.startswith(its) for its in ("Sip", "UsageRecord", "AvailablePhoneNumber",
                                                                  "IncomingPhoneNumber")) and name != "Siprec":
            yield each


class Answer:
    def __init__(self, status, headers, body, text, content=b""):
        self.status, self.headers, self.body, self.text, self.content = status, headers, body, text, content

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"{self.status} {self.text[:600]}"


class Contract:
    """`problems` has whatever contradicts the description; a test asserts that it stays empty."""

    def __init__(self, url, account, token, description=None):
        self.host, self.account, self.token = url.removeprefix("http://"), account, token
        self.description = description or twilio_api()
        self.problems, self.seen = [], {}
        self._connection = None

    def close(self):
        if self._connection:
            self._connection.close()

    def path(self, rest):
        return rest if rest.startswith("/v1/") or rest.startswith("/2010-04-01/") else (
            f"/2010-04-01/Accounts/{self.account}{rest}")

    def send(self, method, target, form=None, credentials=None, headers=None):
        """One request, unjudged. `form` are pairs, a dict, or the bytes of a file; credentials a (user, password), () for none."""
        pairs = list(form.items()) if isinstance(form, dict) else form
        is_file = isinstance(form, bytes)
        body = form if is_file else urllib.parse.urlencode(pairs) if pairs is not None else None
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = "application/octet-stream" if is_file else "application/x-www-form-urlencoded"
        user = (self.account, self.token) if credentials is None else credentials
        if user:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
        self._connection = self._connection or http.client.HTTPConnection(self.host, timeout=30)
        try:
            self._connection.request(method, self.path(target), body, sent)
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException:
            self._connection = None
            raise
        is_json, text = "json" in (answer.headers.get("Content-Type") or ""), content.decode("utf-8", "replace")
        return Answer(answer.status, answer.headers, json.loads(text) if is_json and text else None, text, content)

    def request(self, method, target, form=None, credentials=None):
        """One request that the description has, judged."""
        url = urllib.parse.urlsplit(self.path(target))
        operation, _ = self.description.find(method, url.path)
        assert operation, f"there is no {method} {url.path}"
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        answer = self.send(method, target, form, credentials)
        statuses = self.seen.setdefault(operation.id, set())
        statuses.add(answer.status)
        if answer.status < 400:
            pairs = list(form.items()) if isinstance(form, dict) else [] if isinstance(form, bytes) else form or []
            self._complain(operation, self.description.request_problems(operation, query, pairs))
            self._judge_answer(operation, url, answer)
        else:
            self._complain(operation, self.description.error_problems(answer.status, answer.body))
            if self.description.own:
                self._complain(operation, self.description.answer_problems(operation, answer.status, answer.body))
            self._judge_error_headers(operation, answer)
        if not answer.headers.get("Twilio-Request-Id", "").startswith("RQ"):
            self.problems.append(f"{operation.id}: no Twilio-Request-Id")
        return answer

    def _judge_answer(self, operation, url, answer):
        if media := operation.media.get(answer.status):
            if answer.headers.get("Content-Type") != media or not answer.content:
                self.problems.append(f"{operation.id}: {len(answer.content)} octets of {answer.headers.get('Content-Type')}")
            return
        body = answer.body if answer.body is not None else (answer.text or None)
        if not self.description.own:
            body = without_extra(operation, body)
        self._complain(operation, self.description.answer_problems(operation, answer.status, body))
        self._judge_frame(operation, url, answer)

    def _complain(self, operation, problems):
        self.problems += [each if each.startswith(operation.id) else f"{operation.id}: {each}" for each in problems
                          if each not in self.problems]

    def _judge_error_headers(self, operation, answer):
        code = (answer.body or {}).get("code") if isinstance(answer.body, dict) else None
        if answer.headers.get("X-Twilio-Error-Code") != str(code):
            self.problems.append(f"{operation.id}: X-Twilio-Error-Code {answer.headers.get('X-Twilio-Error-Code')!r}, code {code}")
        if answer.status == 401 and answer.headers.get("WWW-Authenticate") != 'Basic realm="Twilio API"':
            self.problems.append(f"{operation.id}: WWW-Authenticate {answer.headers.get('WWW-Authenticate')!r}")

    def _judge_frame(self, operation, url, answer):
        """What the description says in words: a page's URIs are relative, and lead to the same list."""
        if not operation.list_key or operation.id.startswith("ListAvailable") or url.path.startswith("/v1/"):
            return
        for name in ("uri", "first_page_uri", "next_page_uri", "previous_page_uri"):
            if (value := answer.body.get(name)) is not None and not value.startswith(url.path):
                self.problems.append(f"{operation.id}: {name} {value!r}")
        size = len(answer.body[operation.list_key])
        if answer["end"] != answer["start"] + max(size - 1, 0):
            self.problems.append(f"{operation.id}: start {answer['start']}, end {answer['end']} of {size}")

    # -- what was seen

    def operations(self):
        return self.description.operations if self.description.own else wanted_operations()

    def table(self):
        lines, missing = [], 0
        for operation in sorted(self.operations(), key=lambda each: (each.template, each.method)):
            statuses = self.seen.get(operation.id, set())
            good = sorted(its for its in statuses if its < 400)
            mark = "covered" if good else "only errors" if statuses else "NOT COVERED"
            missing += not good
            path = operation.template.removeprefix("/2010-04-01/Accounts/{AccountSid}")
            seen = " ".join(map(str, sorted(statuses)))
            why = "" if good or self.description.own else LATER.get(operation.id, "")
            lines.append(f"{mark:12} {operation.method:6} {path:78} {seen:12} {why}".rstrip())
        lines.append(f"{len(lines) - missing} of {len(lines)} operations were answered as they are described")
        return "\n".join(lines)

    def write_table(self, name="contract.txt"):
        target = ROOT / "build" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(self.table() + "\n")


def without_extra(operation, body):
    if isinstance(body, dict):
        return {name: None if name in WAIVED else without_extra(operation, value) for name, value in body.items()
                if name not in EXTRA or EXTRA[name] not in operation.id}
    return [without_extra(operation, each) for each in body] if isinstance(body, list) else body
