"""Communities on Twilio's cloud: a server of ours whose Twilio is the stand-in, and what must be there at the end."""
from skyn3t import Skyn3t
from twilio_account import TwilioAccount
from twilio_stand_in import TwilioStandIn

PUBLIC = "https://voz.example.cl"
LABEL = "skyn3t-communities"
DOMAIN = f"{LABEL}.sip.twilio.com"
NUMBERS = {"OFICINA_PRINCIPAL": "+56229145248", "PLAZA_NORTE": "+56223456789"}
SPARE = "+56225557777"
ROLES = ("office", "security")
CONFIG = """twilio:
  account_sid: {sid}
  auth_token_file: twilio.token
  base_url: "{url}"
  sip_domain: {label}
  timeout: 1
  backoff: 1
"""


def manifest(target="twilio", numbers=None, names=None, **more):
    """communities.yaml of the communities in NUMBERS; `more` are further keys of each."""
    text = "communities:\n"
    for code, number in (numbers or NUMBERS).items():
        name = (names or {}).get(code, code.title().replace("_", " "))
        number = number if number.startswith("{") else f'"{number}"'  # a number, or what `number: buy` says
        text += f'  - code: {code}\n    name: {name}\n    number: {number}\n    type: edificio\n    target: {target}\n'
        text += "".join(f"    {key}: {value}\n" for key, value in more.items())
        text += ('    roles:\n      - { role: office,   digit: "1", label: "oficina de administración" }\n'
                 '      - { role: security, digit: "2", label: "conserjería" }\n')
    return text


class Cloud:
    """`twilio` is the stand-in, `server` ours; apply() and the like run the command line."""

    def __init__(self, **account):
        self.twilio = TwilioStandIn(TwilioAccount(**account))
        self.account = self.twilio.account
        self.server = Skyn3t(public_url=PUBLIC, extra=CONFIG.format(
            sid=self.account.sid, url=self.twilio.url, label=LABEL))
        (self.server.data / "twilio.token").write_text(self.account.token + "\n")
        self.file = self.server.data / "communities.yaml"
        self.refill()

    def start(self):
        self.server.start()
        return self

    def close(self):
        try:
            self.server.close()
        finally:
            self.twilio.close()

    def refill(self):
        """A new account that owns the numbers and nothing else."""
        with self.account.lock:
            self.account.clear()
            for number in (*NUMBERS.values(), SPARE):
                self.account.add("IncomingPhoneNumber", phone_number=number, friendly_name=number, voice_method="POST",
                                 capabilities={"voice": True, "sms": False, "mms": False, "fax": False})
        self.twilio.after_write = None
        self.twilio.begin()

    def write(self, *args, **kwargs):
        self.file.write_text(manifest(*args, **kwargs))
        return self

    def run(self, command, *arguments):
        """The finished `skyn3t COMMAND -f communities.yaml`."""
        return self.server.cli(command, "-f", str(self.file), *arguments, check=False)

    def apply(self, *arguments):
        return self.run("apply", "--yes", *arguments)

    # -- what is there

    def may(self, place, code):
        """The roles whose phones may do that, with the passwords that our server prints for them."""
        return [role for role, (user, password) in self.server.credentials(code).items()
                if self.account.phone_may(place, DOMAIN, user, password)]

    def voice_url(self, number):
        row, = self.account.of("IncomingPhoneNumber", phone_number=number)
        return row.values.get("voice_url") or ""

    def assert_serves(self, code, number):
        """What a community needs on Twilio, all of it."""
        assert self.may("registrations", code) == list(ROLES), f"{code}: not all phones may register"
        assert self.may("calls", code) == list(ROLES), f"{code}: not all phones may call"
        assert self.voice_url(number) == f"{PUBLIC}/twiml/{code}/main"
        domain, = self.account.of("SipDomain")
        assert (domain.values["domain_name"], domain.values["sip_registration"]) == (DOMAIN, True)
        assert domain.values["voice_url"] == f"{PUBLIC}/twiml/domain"
        credentials, = self.account.of("SipCredentialList", friendly_name=f"{code}_Credentials")
        users = [row.values["username"] for row in self.account.of("SipCredential") if row.parent == credentials.sid]
        assert sorted(users) == [f"{number}-{role}" for role in ROLES]
