"""The systemd unit gives the server what it uses and nothing else, and systemd agrees."""
import configparser
import shutil
import subprocess

from skyn3t import ROOT

UNIT = ROOT / "deploy/skyn3t.service"


class Repeated(dict):
    """Of a key that stands several times every value counts."""

    def __setitem__(self, key, value):
        super().__setitem__(key, self[key] + value if isinstance(value, list) and isinstance(self.get(key), list) else value)


def settings():
    parser = configparser.ConfigParser(dict_type=Repeated, strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(UNIT)
    return parser["Service"]


def test_what_it_keeps_and_drops_is_nobody_elses():
    service = settings()
    assert (service["UMask"], service["StateDirectoryMode"], service["LimitCORE"]) == ("0077", "0700", "0")


def test_it_may_do_no_more_than_it_does():
    service = settings()
    assert service["CapabilityBoundingSet"] == "CAP_NET_BIND_SERVICE"
    assert service["SystemCallFilter"].split() == ["@system-service", "~@chown", "@keyring", "@memlock", "@setuid"]
    assert service["MemoryMax"] and service["NoNewPrivileges"] == "yes" and service["MemoryDenyWriteExecute"] == "yes"


def test_systemd_finds_no_fault_with_it():
    if shutil.which("systemd-analyze") is None:
        return  # a machine without systemd: the settings above are looked at all the same
    judged = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--threshold=25", "--no-pager", str(UNIT)],
                            capture_output=True, text=True, timeout=60)
    assert judged.returncode == 0, judged.stdout
