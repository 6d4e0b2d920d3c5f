"""Twilio's Python SDK (Debian's python3-twilio), as it is, at an address of ours: by its own HTTP-client hook."""
import json
import urllib.parse

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client


class At(TwilioHttpClient):
    """Sends what is meant for https://*.twilio.com to one address."""

    def __init__(self, url):
        super().__init__(timeout=60)
        self.url = url

    def request(self, method, url, *args, **kwargs):
        asked = urllib.parse.urlsplit(url)
        assert asked.scheme == "https" and asked.hostname.endswith(".twilio.com"), url
        query = f"?{asked.query}" if asked.query else ""
        return super().request(method, self.url + asked.path + query, *args, **kwargs)


def sdk(url, account, secret, key=None):
    """A client of that account; with its key (SK...) and the key's secret instead of the token, if one is given."""
    if key:
        return Client(key, secret, account_sid=account, http_client=At(url))
    return Client(account, secret, http_client=At(url))


class Refused:
    """with Refused(400, 21232): what is refused with this status and one of these codes, as the SDK tells it."""

    def __init__(self, status, *codes):
        self.status, self.codes = status, codes

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if kind is TwilioRestException:
            told = (error.status, error.code)
        elif kind is TwilioException and error.args[0] == "Unable to fetch page":  # what the SDK makes of a list's error
            told = (error.args[1].status_code, json.loads(error.args[1].text)["code"])
        else:
            assert kind is None, f"{kind.__name__}: {error}"
            raise AssertionError(f"not refused, wanted {self.status} {self.codes}")
        assert told[0] == self.status and told[1] in self.codes, f"{told}, not {self.status} {self.codes}: {error}"
        return True
