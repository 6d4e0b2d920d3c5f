"""A SKYN3T server with a generated town of communities, pinned and ready for measuring."""
import os
import pathlib
import shutil
import sys
import tempfile

import processes

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))
from skyn3t import Skyn3t  # noqa: E402  (after the path)

DOMAIN = "bench.test"
CARRIER = "127.0.0.2"
ROLES = ("office", "security", "garden", "pool")

SHORT = """<Response><Say language="es-MX">Buenas noches.</Say></Response>"""
LONG = """<Response><Say language="es-MX" loop="0">Por favor, espere en línea, ya le vamos a atender. Su llamada es
importante para nosotros y la contestaremos en el orden en que llegó.</Say></Response>"""
DIAL = """<Response><Dial answerOnBridge="true"><Sip>sip:{user}@{domain}</Sip></Dial></Response>"""


class Town:
    """`document`: each community's own main document, with {user} for its office; the made menu without one."""

    def __init__(self, communities, roles=1, document=None, cores=processes.SERVER_CORE, sip_port=0):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-town-"))
        self.numbers = [f"+5622{i:07d}" for i in range(2000001, 2000001 + communities)]
        self.users = [(f"{number}-{role}", f"Bench{number[-7:]}{role}") for number in self.numbers
                      for role in ROLES[:roles]]
        self._write(roles, document)
        # Read by the test support: the words before the server's command.
        os.environ["SKYN3T_WRAP"] = " ".join(processes.pinned(cores))
        self.data = self.folder / "data"
        self.data.mkdir()
        self._listen = (f"udp:127.0.0.1:{sip_port}",)
        self.server = None
        self.start()
        self.server.apply(self.folder / "communities.yaml")

    def start(self):
        # The load's phones answer no OPTIONS and its calls come in by few numbers: what guards a real town would be measured.
        self.server = Skyn3t(binary=Town.binary, trunk_hosts=(CARRIER,), domain=DOMAIN, listen=self._listen,
                             keep_data=self.data, sip_extra="probe_interval: 0",
                             extra="calls: { max_legs: 100000, per_community: 100000, per_number: 100000 }")
        self.server.start(120)

    def _write(self, roles, document):
        lines = ["communities:"]
        for i, number in enumerate(self.numbers):
            lines += [f"  - code: BENCH_{i:04d}", "    name: Edificio de Prueba", f'    number: "{number}"',
                      "    type: edificio", "    roles:"]
            lines += [f'      - {{ role: {role}, digit: "{d}", label: "conserjería", '
                      f'password: "Bench{number[-7:]}{role}" }}' for d, role in enumerate(ROLES[:roles], 1)]
            if document:
                lines.append(f"    documents: {{ main: main{i}.xml }}")
                (self.folder / f"main{i}.xml").write_text(
                    document.format(user=f"{number}-{ROLES[0]}", domain=DOMAIN))
        (self.folder / "communities.yaml").write_text("\n".join(lines) + "\n")
        (self.folder / "numbers").write_text("\n".join(self.numbers) + "\n")
        (self.folder / "users").write_text("\n".join(" ".join(user) for user in self.users) + "\n")

    @property
    def address(self):
        return "%s:%d" % self.server.sip

    @property
    def pids(self):
        return [self.server.process.pid]

    def metrics(self):
        lines = self.server.api("/metrics").splitlines()
        return {name: int(value) for name, value in (line.split() for line in lines if not line.startswith("#"))}

    def close(self):
        try:
            self.server.close()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
