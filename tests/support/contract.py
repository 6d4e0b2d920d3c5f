"""Requests to our API, each judged with its answer by Twilio's own description, and which operations were seen."""
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
# The description knows only users as actors of Monitor's events; here an account or one of its keys acts.
WAIVED = {"actor_sid"}


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
    def __init__(self, status, headers, body, text):
        self.status, self.headers, self.body, self.text = status, headers, body, text

    def __getitem__(self, name):
        return self.body[name]

    def __repr__(self):
        return f"{self.status} {self.text[:600]}"


class Contract:
    """`problems` has whatever contradicts the description; a test asserts that it stays empty."""

    def __init__(self, url, account, token):
        self.host, self.account, self.token = url.removeprefix("http://"), account, token
        self.problems, self.seen = [], {}
        self._connection = None

    def close(self):
        if self._connection:
            self._connection.close()

    def path(self, rest):
        return rest if rest.startswith("/v1/") or rest.startswith("/2010-04-01/") else (
            f"/2010-04-01/Accounts/{self.account}{rest}")

    def send(self, method, target, form=None, credentials=None, headers=None):
        """One request, unjudged. `form` are pairs or a dict; credentials a (user, password), () for none."""
        pairs = list(form.items()) if isinstance(form, dict) else form
        body = urllib.parse.urlencode(pairs) if pairs is not None else None
        sent = dict(headers or {})
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        user = (self.account, self.token) if credentials is None else credentials
        if user:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
        self._connection = self._connection or http.client.HTTPConnection(self.host, timeout=30)
        try:
            self._connection.request(method, self.path(target), body, sent)
            answer = self._connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except BaseException:
            self._connection = None
            raise
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        return Answer(answer.status, answer.headers, json.loads(text) if is_json and text else None, text)

    def request(self, method, target, form=None, credentials=None):
        """One request that Twilio's description has, judged."""
        url = urllib.parse.urlsplit(self.path(target))
        operation, _ = twilio_api().find(method, url.path)
        assert operation, f"Twilio has no {method} {url.path}"
        query = urllib.parse.parse_qsl(url.query, keep_blank_values=True)
        answer = self.send(method, target, form, credentials)
        statuses = self.seen.setdefault(operation.id, set())
        statuses.add(answer.status)
        if answer.status < 400:
            pairs = list(form.items()) if isinstance(form, dict) else form or []
            self._complain(operation, twilio_api().request_problems(operation, query, pairs))
            body = answer.body if answer.body is not None else (answer.text or None)
            self._complain(operation, twilio_api().answer_problems(operation, answer.status, without_extra(operation, body)))
            self._judge_frame(operation, url, answer)
        else:
            self._complain(operation, twilio_api().error_problems(answer.status, answer.body))
            self._judge_error_headers(operation, answer)
        if not answer.headers.get("Twilio-Request-Id", "").startswith("RQ"):
            self.problems.append(f"{operation.id}: no Twilio-Request-Id")
        return answer

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

    def table(self):
        lines, missing = [], 0
        for operation in sorted(wanted_operations(), key=lambda each: (each.template, each.method)):
            statuses = self.seen.get(operation.id, set())
            good = sorted(its for its in statuses if its < 400)
            mark = "covered" if good else "only errors" if statuses else "NOT COVERED"
            missing += not good
            path = operation.template.removeprefix("/2010-04-01/Accounts/{AccountSid}")
            lines.append(f"{mark:12} {operation.method:6} {path:78} {' '.join(map(str, sorted(statuses)))}")
        lines.append(f"{len(lines) - missing} of {len(lines)} operations were answered as Twilio describes it")
        return "\n".join(lines)

    def write_table(self):
        target = ROOT / "build/contract.txt"
        target.parent.mkdir(exist_ok=True)
        target.write_text(self.table() + "\n")


def without_extra(operation, body):
    if isinstance(body, dict):
        return {name: None if name in WAIVED else without_extra(operation, value) for name, value in body.items()
                if name not in EXTRA or EXTRA[name] not in operation.id}
    return [without_extra(operation, each) for each in body] if isinstance(body, list) else body
