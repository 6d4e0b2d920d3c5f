"""SIP messages as the tests' own peer reads and writes them: written apart from src/sip, so that a misreading of the
RFC there is not repeated here. Only what a plain phone or carrier needs."""
import hashlib
import re
import secrets

CRLF = "\r\n"
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length",
           "c": "content-type", "k": "supported", "s": "subject", "e": "content-encoding"}


class SipMessage:
    """Start line, headers in order as (name, value), body as text."""

    def __init__(self, start, headers=(), body=""):
        self.start, self.headers, self.body = start, list(headers), body

    @classmethod
    def parse(cls, data):
        head, _, body = data.decode("utf-8", "replace").partition(CRLF + CRLF)
        lines = re.sub(r"\r\n[ \t]+", " ", head).split(CRLF)
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name.strip(), value.strip()))
        return cls(lines[0], headers, body)

    def bytes(self):
        body = self.body.encode()
        headers = [(n, v) for n, v in self.headers if n.lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
        return (self.start + CRLF + "".join(f"{n}: {v}{CRLF}" for n, v in headers) + CRLF).encode() + body

    def all(self, name):
        wanted = name.lower()
        return [v for n, v in self.headers if COMPACT.get(n.lower(), n.lower()) == wanted]

    def get(self, name, default=None):
        values = self.all(name)
        return values[0] if values else default

    @property
    def is_request(self):
        return not self.start.startswith("SIP/2.0")

    @property
    def method(self):
        return self.start.split(" ")[0] if self.is_request else self.get("CSeq").split()[1]

    @property
    def status(self):
        return None if self.is_request else int(self.start.split(" ")[1])

    @property
    def uri(self):
        return self.start.split(" ")[1]

    @property
    def cseq(self):
        return int(self.get("CSeq").split()[0])

    def tag(self, name):
        found = re.search(r";\s*tag=([^;>\s]+)", self.get(name, ""))
        return found[1] if found else None

    def __str__(self):
        return self.bytes().decode("utf-8", "replace")


def name_addr_uri(value):
    """The URI of a From, To, Contact or Record-Route value."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.split(";")[0].strip()


def split_list(values):
    """Comma-separated values of one or several header lines; none of our headers has commas inside quotes."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def token(n=8):
    return secrets.token_hex(n)


def digest_params(value):
    return {k.lower(): (q if q is not None and q != "" else p)
            for k, q, p in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', value)}


def authorization(challenge, method, uri, user, password, nc=1):
    """The value that answers a WWW-Authenticate or Proxy-Authenticate value (RFC 7616, MD5 and SHA-256)."""
    params = digest_params(challenge)
    algorithm = params.get("algorithm", "MD5")
    hasher = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}[algorithm.upper()]
    h = lambda text: hasher(text.encode()).hexdigest()
    ha1, ha2 = h(f"{user}:{params['realm']}:{password}"), h(f"{method}:{uri}")
    cnonce, count = token(4), f"{nc:08x}"
    answer = h(f"{ha1}:{params['nonce']}:{count}:{cnonce}:auth:{ha2}")
    return (f'Digest username="{user}", realm="{params["realm"]}", nonce="{params["nonce"]}", uri="{uri}", '
            f'response="{answer}", algorithm={algorithm}, qop=auth, nc={count}, cnonce="{cnonce}"')
