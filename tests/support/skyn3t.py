"""A SKYN3T server of one test's own: on loopback, on ports that the system chose, with its data in a folder of its own."""
import base64
import json
import os
import pathlib
import re
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request

from until import until

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOMAIN = "skyn3t.test"
FINAL = ("completed", "busy", "failed", "no-answer", "canceled")
COMMUNITIES = {"OFICINA_PRINCIPAL": "+56229145248", "PLAZA_NORTE": "+56223456789", "LAS_FLORES": "+56234567890"}
CONFIG = """
data: {data}
sip:
  domain: {domain}
  listen: {listen}
  public_address: 127.0.0.1
  edges: {edges}
  {sip_extra}
media: {{ ports: {ports} {media_extra} }}
http: {{ listen: "127.0.0.1:0", public_url: "{public_url}" {http_extra} }}
webhooks: {{ allow: ["127.0.0.0/8"] }}
{database}
log_language: en
trunks:
  - name: carrier
    hosts: {trunk_hosts}
{extra}
"""


# Tests ask faster than people and programs do.
NO_LIMITS = "{ requests_per_second: 100000, burst: 100000, failed_logins_per_minute: 100000 }"


class ApiError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


class Skyn3t:
    """`trunk_hosts` say which addresses are the carrier; by default 127.0.0.2, so that peers on 127.0.0.1 are phones.
    `limits` is http.limits of skyn3t.yaml. `authority` (certificates.Authority): the API is served over TLS, with a certificate of its.
    `extra` is what else stands in skyn3t.yaml; files that it names are put into `data` before start()."""

    def __init__(self, binary=None, trunk_hosts=("127.0.0.2",), edges=(), listen=("udp:127.0.0.1:0", "tcp:127.0.0.1:0"),
                 database="", ports="20000-29999", sip_extra="", media_extra="", domain=DOMAIN,
                 keep_data=None, public_url="", http_extra="", limits=NO_LIMITS, authority=None, extra=""):
        self.binary = binary or os.environ.get("SKYN3T_BINARY") or str(ROOT / "build/release/skyn3t")
        self.data = pathlib.Path(keep_data or tempfile.mkdtemp(prefix="skyn3t-"))
        self._remove_data = keep_data is None
        self.domain = domain
        self.authority = authority
        http_extra += f", limits: {limits}"
        if authority:
            authority.issue(["IP:127.0.0.1", "DNS:localhost"])
            http_extra += f", certificate: {authority.folder / 'its.pem'}, key: {authority.folder / 'its.key'}"
        self.config = self.data / "skyn3t.yaml"
        self.config.write_text(CONFIG.format(
            data=self.data, domain=domain, listen=json.dumps(list(listen)), edges=json.dumps(list(edges)), ports=ports,
            database=f"database: {json.dumps(database)}" if database else "", trunk_hosts=json.dumps(list(trunk_hosts)),
            sip_extra=sip_extra, media_extra=media_extra, public_url=public_url, http_extra=http_extra, extra=extra))
        self.process, self.output = None, []

    # -- life

    def start(self, timeout=30, log=None):
        """`log` is a file that takes what the server logs, instead of its data folder's server.log."""
        self.output, ready = [], threading.Event()
        log = log or open(self.data / "server.log", "ab")
        self.process = subprocess.Popen([*os.environ.get("SKYN3T_WRAP","").split(), self.binary, "serve", "--config", str(self.config)], stdout=subprocess.PIPE,
                                        stderr=log, text=True, env={**os.environ, "LC_ALL": "es_CL.UTF-8"})
        log.close()
        threading.Thread(target=self._read, args=(self.process, ready), daemon=True).start()
        if not ready.wait(timeout) or self.process.poll() is not None:
            self.kill()
            raise AssertionError(f"the server did not start\n{''.join(self.output)}{self.log()}")
        self.endpoints = json.loads((self.data / "endpoints.json").read_text())
        self.sip = self._address("udp") if "udp" in self.endpoints["sip"] else None
        self.sip_tcp = self._address("tcp") if "tcp" in self.endpoints["sip"] else None
        self.url = self.endpoints["http"]
        account = json.loads((self.data / "account.json").read_text())
        self.account, self.token = account["account_sid"], account["auth_token"]
        return self

    def _address(self, transport):
        host, _, port = self.endpoints["sip"][transport].rpartition(":")
        return (host, int(port))

    def _read(self, process, ready):
        for line in process.stdout:
            self.output.append(line)
            if "endpoints.json" in line:
                ready.set()
        ready.set()

    def stop(self, timeout=45):
        """SIGTERM; the server must drain and exit with 0."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"the server did not end within {timeout} s of SIGTERM\n{self.log()}")
        code = self.process.returncode if self.process else 0
        self.process = None
        assert code == 0, f"the server ended with {code}\n{self.log()}"

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process = None

    def close(self):
        try:
            self.stop()
        finally:
            self.kill()
            if self._remove_data:
                shutil.rmtree(self.data, ignore_errors=True)

    def log(self, last=8000):
        """The last characters of the server's log; None is all of it."""
        path = self.data / "server.log"
        return path.read_text(errors="replace")[-(last or 0):] if path.exists() else ""

    # -- use

    def cli(self, *arguments, check=True, env=None, timeout=120):
        done = subprocess.run([self.binary, *arguments, "--config", str(self.config)] if arguments[0] != "lint" else
                              [self.binary, *arguments], capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, "SKYN3T_URL": self.url,
                                   **({"SKYN3T_CA_FILE": str(self.authority.file)} if self.authority else {}),
                                   "LC_ALL": "es_CL.UTF-8", **(env or {})})
        if check and done.returncode != 0:
            raise AssertionError(f"skyn3t {' '.join(arguments)}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
                                 f"\n{self.log()}")
        return done

    def apply(self, manifest=ROOT / "examples/communities.yaml"):
        return self.cli("apply", "-f", str(manifest), "--yes")

    def apply_documents(self, documents):
        """The three communities, some with an operator's own TwiML instead of the made menu: {code: xml}."""
        lines = []
        for line in (ROOT / "examples/communities.yaml").read_text().splitlines():
            lines.append(line)
            code = line.rpartition("code: ")[2]
            if code in documents:
                (self.data / f"{code}.xml").write_text(documents[code])
                lines.append(f"    documents: {{ main: {code}.xml }}")
        manifest = self.data / "communities.yaml"
        manifest.write_text("\n".join(lines) + "\n")
        return self.apply(manifest)

    def trust(self):
        """Who is believed to be the server: whom its authority says, if it has one."""
        return ssl.create_default_context(cafile=self.authority.file) if self.authority else None

    def signing_secret(self, code):
        """What requests to a community's web server are signed with."""
        return self.api(f"/v1/Communities/{code}/Secrets")["signing_secret"]

    def api(self, path, form=None, method=None, user=None):
        data = urllib.parse.urlencode(form, doseq=True).encode() if form is not None else None
        request = urllib.request.Request(self.url + path, data, method=method)
        name, secret = user or (self.account, self.token)
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=20, context=self.trust()) as answer:
                body = answer.read().decode()
                return json.loads(body) if "json" in answer.headers.get("Content-Type", "") else body
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode()) from None

    def calls(self, **filters):
        """The call log as `skyn3t calls --json` gives it, newest first."""
        query = "?" + urllib.parse.urlencode(filters) if filters else ""
        return self.api(f"/2010-04-01/Accounts/{self.account}/Calls.json{query}")["calls"]

    def wait_call(self, condition, timeout=10, what="a call in the log"):
        """The first call of the log for which condition(call) holds. The log is written within milliseconds of a
        call's end."""
        return until(lambda: next((c for c in self.calls() if condition(c)), None), timeout,
                     lambda: f"{what}; the log: {self.calls()}")

    def ended_call(self, caller, timeout=10):
        """The finished row of the call that this peer's call placed, told by its SIP Call-ID."""
        return self.wait_call(lambda c: c["skyn3t"]["sip_call_id"] == caller.call_id and c["status"] in FINAL, timeout,
                              "the finished call in the log")

    def children(self, parent, timeout=5):
        """The finished rows of what a call dialled, in the order of dialling."""
        def of_parent(c):
            return c["parent_call_sid"] == parent["sid"]
        self.wait_call(lambda c: of_parent(c) and c["status"] in FINAL, timeout, "the child call in the log")
        return [c for c in reversed(self.calls()) if of_parent(c)]

    def said(self, sid):
        """What the caller heard, sentence by sentence."""
        return [e["detail"]["text"] for e in self.events(sid) if e["kind"] == "say"]

    def wait_until(self, condition, timeout, what):
        """For what only the API can tell."""
        return until(condition, timeout, lambda: f"{what}\n{self.log()}")

    def health(self):
        """What /healthz says, also when it is a 503."""
        try:
            return self.api("/healthz")
        except ApiError as error:
            return json.loads(error.body)

    def metrics(self):
        lines = self.api("/metrics").splitlines()
        return {n.removeprefix("skyn3t_"): float(v) for n, v in (l.split() for l in lines if l and l[0] != "#")}

    def wait_metrics(self, wanted, timeout=10):
        """Until every named metric has the wanted value; AssertionError with all of them after the timeout."""
        def reached():
            now = self.metrics()
            return all(now[name] == value for name, value in wanted.items())
        until(reached, timeout, lambda: f"{wanted}; the metrics: {self.metrics()}")

    def wait_log(self, pattern, timeout=5):
        """The first line of the server's log in which the regular expression is found."""
        return until(lambda: next((l for l in self.log(None).splitlines() if re.search(pattern, l)), None), timeout,
                     lambda: f"{pattern} in the log\n{self.log()}")

    def events(self, sid):
        return self.api(f"/v1/Calls/{sid}/Events")["events"]

    def credentials(self, code):
        """{role: (user, password)} of a community's phones."""
        shown = self.api(f"/v1/Communities/{code}/Secrets")
        return {p["role"]: (p["username"], p["password"]) for p in shown["phones"]}
