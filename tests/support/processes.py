"""Programs that tests run beside the server, and what the kernel knows of processes."""
import os
import pathlib
import subprocess
import threading
import time


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


class Program:
    """A child process whose output is kept and can be waited for; close() ends it and its children by their ids."""

    def __init__(self, *command, **options):
        self.command, self.output, self._grown = command, "", threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, **options)
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

    def close(self):
        for pid in [*children_of(self.process.pid), self.process.pid] if self.process.poll() is None else []:
            try:
                os.kill(pid, 15)
            except ProcessLookupError:
                pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
