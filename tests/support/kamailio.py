"""Kamailio as an edge proxy between peers and a server, with tests/scenario/kamailio/edge.cfg."""
import pathlib
import shutil
import tempfile

from processes import Program
from sip_peer import SipPeer
from sipp import free_port
from until import until

CONFIG = pathlib.Path(__file__).resolve().parents[1] / "scenario/kamailio/edge.cfg"


class Kamailio:
    """`behind` is the address and port of the server. restart() takes the same port again, with nothing remembered."""

    def __init__(self, behind, ip="127.0.0.3"):
        self.address = (ip, free_port(ip))
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kamailio-"))
        (self.folder / "edge.cfg").write_text(CONFIG.read_text().replace("EDGE", f"{ip}:{self.address[1]}").replace(
            "SKYN3T_ADDRESS", f"{behind[0]}:{behind[1]}"))
        self.program = None

    def start(self, timeout=15):
        self.program = Program("kamailio", "-DD", "-E", "-f", str(self.folder / "edge.cfg"), "-Y", str(self.folder),
                               "-P", str(self.folder / "pid"), "-m", "32", "-M", "4")
        probe, uri = SipPeer(), f"sip:{self.address[0]}:{self.address[1]}"

        def answers():  # it says nothing when it is ready; the server behind it answers the OPTIONS
            assert self.program.process.poll() is None, f"Kamailio ended:\n{self.program.output}"
            try:
                return probe.request("OPTIONS", uri, f"<{uri}>", {}, self.address, timeout=0.3)
            except AssertionError:
                return None
        try:
            until(answers, timeout, lambda: f"Kamailio answers:\n{self.program.output}")
            return self
        finally:
            probe.close()

    def stop(self):
        if self.program:
            self.program.close()
        self.program = None

    def restart(self):
        self.stop()
        self.start()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
