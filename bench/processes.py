"""Processes under measurement and the tools that load them: pinned, measured to the nanosecond, ended by their id."""
import contextlib
import json
import os
import pathlib
import queue
import subprocess
import threading
import time

SERVER_CORE, LOAD_CORE = "0", "1"
PRIORITY = "-10" if os.geteuid() == 0 else "0"


def pinned(core):
    """The words before a command that keep it on a core, ahead of what else the machine does."""
    return ["taskset", "-c", core, "nice", "-n", PRIORITY]


@contextlib.contextmanager
def ahead_of_other_sessions():
    """Where the kernel groups by session (sched_autogroup), a process's priority counts in its session only: other
    sessions' builds get as much as the whole measurement, unless the session itself goes first."""
    group = pathlib.Path("/proc/self/autogroup")
    try:
        before = group.read_text().split()[-1]
        group.write_text("-20")
    except OSError:  # no such grouping, or not root
        yield
        return
    try:
        yield
    finally:
        group.write_text(before)


def cpu_seconds(pids):
    """User and system time of all threads so far, those that have ended included."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)  # the kernel's clock id of a process


def memory_kib(pids):
    """Proportional set size: what would be free if these processes ended."""
    def pss(pid):
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
        return 0
    return sum(pss(pid) for pid in pids)


def children(pid):
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += children(int(child))
    return found


def _machine():
    fields = [int(f) for f in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(fields[:8]), fields[7]


class Window:
    """with Window(pids) as w: ...; then w.cpu and w.seconds, and w.steal, the part of the machine's time that its host
    gave to others."""

    def __init__(self, pids):
        self.pids = pids

    def __enter__(self):
        self._machine = _machine()
        self._began, self._cpu = time.monotonic(), cpu_seconds(self.pids)
        return self

    def __exit__(self, *_):
        self.cpu = cpu_seconds(self.pids) - self._cpu
        self.seconds = time.monotonic() - self._began
        total, steal = (after - before for after, before in zip(_machine(), self._machine))
        self.steal = steal / max(total, 1)

    @property
    def core_percent(self):
        return 100 * self.cpu / self.seconds


class Tool:
    """One of our generators: JSON lines out, commands in. The end of its input ends it, also when this program dies."""
    alive = []

    def __init__(self, command, core=LOAD_CORE):
        self.process = subprocess.Popen([*pinned(core), *map(str, command)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self._lines, self._ended = queue.Queue(), False
        threading.Thread(target=self._read, daemon=True).start()
        Tool.alive.append(self)

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)

    def line(self, timeout=60):
        found = self._lines.get(timeout=timeout)
        if found is None:
            raise RuntimeError(f"{self.process.args} ended early with {self.process.wait()}")
        return found

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def ask(self, command):
        self.tell(command)
        return self.line()

    def end(self, timeout=30):
        """The last line, if one came after those that were read. Safe to repeat."""
        last = None
        if self._ended:
            return None
        self._ended = True
        if self.process.poll() is None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        while (found := self._lines.get(timeout=10)) is not None:
            last = found
        if self in Tool.alive:
            Tool.alive.remove(self)
        return last

    def finish(self, timeout=120):
        """Waits until it ends by itself."""
        last = self.line(timeout)
        self.end()
        return last

    @classmethod
    def end_all(cls):
        for tool in list(cls.alive):
            tool.process.kill()
            tool.process.wait()
        cls.alive.clear()
