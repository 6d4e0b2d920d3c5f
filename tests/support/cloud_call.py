"""A call on Twilio's cloud as our server sees it: signed requests for documents and reports (webhooks.md)."""
import base64
import hashlib
import hmac
import itertools
import urllib.error
import urllib.parse
import urllib.request
from xml.etree import ElementTree

_calls = itertools.count(1)


def signature(token, url, form):
    text = url + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class CloudCall:
    """One call to `number`. Requests go to the server's own address and are signed for its public URL, as through a proxy."""

    def __init__(self, cloud, number, caller="+56987654321"):
        self.cloud, self.number, self.caller = cloud, number, caller
        # Not what the account's own rows count in: calls that its API has placed.
        self.sid, self.token = f"CAf{next(_calls):031x}", cloud.account.token
        row, = cloud.account.of("IncomingPhoneNumber", phone_number=number)
        self.voice_url, self.status_callback = row.values["voice_url"], row.values.get("status_callback")

    def post(self, url, **more):
        """(status, text) of a signed request."""
        form = {"CallSid": self.sid, "AccountSid": self.cloud.account.sid, "From": self.caller, "To": self.number,
                "CallStatus": "ringing", "ApiVersion": "2010-04-01", "Direction": "inbound", "Caller": self.caller,
                "Called": self.number, **more}
        path = "/" + url.split("/", 3)[3]
        request = urllib.request.Request(self.cloud.server.url + path, urllib.parse.urlencode(form).encode())
        if self.token:
            request.add_header("X-Twilio-Signature", signature(self.token, url, form))
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def document(self, url, **more):
        """The root of the TwiML at this URL."""
        status, text = self.post(url, **more)
        assert status == 200, f"{status} {text}"
        return ElementTree.fromstring(text.encode())

    def absolute(self, url):
        return urllib.parse.urljoin(self.voice_url, url)

    def report(self, status, duration=None):
        """The status callback at the end of the call."""
        more = {"CallDuration": str(duration)} if duration is not None else {}
        return self.post(self.status_callback, CallStatus=status, CallbackSource="call-progress-events", SequenceNumber="0",
                         Timestamp="Sun, 22 Nov 2026 13:04:05 +0000", **more)
