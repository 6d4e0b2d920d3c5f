"""Programs that tests run beside the server, and what the kernel knows of processes."""
import os
import pathlib
import signal
import subprocess
import threading
import time

from until import until


def children_of(pid):
    """The processes whose parent this is, and theirs."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # ended meanwhile
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        todo += [child for child, its in parents.items() if its == parent]
        found += [child for child, its in parents.items() if its == parent]
    return found


def alive_in_group(group):
    """The processes of a process group that have not ended; what only waits to be reaped by its parent has."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, _, its = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
            except OSError:
                continue  # ended meanwhile
            if int(its) == group and state not in "ZX":
                found.append(int(entry.name))
    return found


class Program:
    """A child process whose output is kept and can be waited for. It leads a process group of its own, so that close() ends
    what it started, too, even when the program itself has gone already."""

    def __init__(self, *command, **options):
        self.command, self.output, self._grown = command, "", threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True, **options)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while data := os.read(self.process.stdout.fileno(), 65536):
            with self._grown:
                self.output += data.decode("utf-8", "replace")
                self._grown.notify_all()
        with self._grown:
            self._grown.notify_all()

    def type(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def wait_for(self, text, timeout=10, since=0):
        """Until the output from this position on contains the text; returns the position after it."""
        deadline = time.monotonic() + timeout
        with self._grown:
            while (at := self.output.find(text, since)) < 0:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{self.command[0]} did not print {text!r} in {timeout} s:\n{self.output}")
                self._grown.wait(left)
        return at + len(text)

    def wait(self, timeout):
        """Its exit code; AssertionError with its output when it does not end in time."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.close()
            raise AssertionError(f"{self.command[0]} did not end within {timeout} s:\n{self.output}") from None
        self._reader.join(5)
        return code

    def close(self, patience=5):
        """Asks all of them to end; whoever has not after `patience` seconds, or was left behind by its parent, is killed."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.process.wait()
        until(lambda: not alive_in_group(self.process.pid), 30,
              lambda: f"{self.command[0]} is gone: {alive_in_group(self.process.pid)}")

    def _signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass
