"""A PostgreSQL of a test's own: in a temporary folder, on a UNIX socket only; it can be stopped and started again."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import urllib.parse

from until import until


def _program(name):
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*"), key=lambda each: int(each.name))
    assert versions, "PostgreSQL is not installed: see tools/packages.txt"
    return str(versions[-1] / "bin" / name)


class Postgres:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="skyn3t-pg-"))
        self.process = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
        self.databases = 0
        subprocess.run(self._as_postgres(_program("initdb"), "-D", str(self.folder / "data"), "-U", "skyn3t", "-A", "trust",
                                         "-E", "UTF8", "--locale=C", "--no-sync"), check=True, capture_output=True, timeout=120)
        self.start()

    def database(self):
        """The URL of a new empty database, as the README writes it: no settings behind a question mark."""
        self.databases += 1
        name = f"test_{self.databases}"
        subprocess.run([_program("createdb"), "-h", str(self.folder), "-U", "skyn3t", name], check=True, timeout=60)
        return f"postgresql://skyn3t@{urllib.parse.quote(str(self.folder), safe='')}/{name}"

    def _as_postgres(self, *command):
        who = ["--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.geteuid() == 0 else []
        return ["setpriv", "--pdeathsig", "QUIT", *who, "--", *command]

    def start(self):
        log = open(self.folder.with_suffix(".log"), "ab")
        self.process = subprocess.Popen(self._as_postgres(
            _program("postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses=", "-c",
            "shared_buffers=16MB", "-c", "dynamic_shared_memory_type=mmap"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        until(lambda: subprocess.run([_program("pg_isready"), "-h", str(self.folder), "-q"]).returncode == 0, 60,
              lambda: f"PostgreSQL does not start\n{self.log()}")

    def stop(self):
        """Connections are cut, as in a restart."""
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        self.process = None

    def log(self):
        return self.folder.with_suffix(".log").read_text(errors="replace")[-4000:]

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".log").unlink(missing_ok=True)
