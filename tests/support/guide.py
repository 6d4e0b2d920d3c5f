"""A document whose commands are typed by a test: what it says that they print is what they print.

    ```yaml archivo=skyn3t.yaml        a file that the reader writes
    ```console                         commands after "$ ", each with what it prints; "…" alone on a line is anything
    <!-- prueba: NAME ... -->          something that people do in between: the test's own

What differs from one run to the next (SIDs, passwords, ports, dates, times taken) is compared by its kind only."""
import os
import re
import subprocess

ANYTHING = "…"
KINDS = [
    (re.compile(r"\b(AC|CA|CL|CR|PN|PV|SD|SK|VF|EH)[0-9a-f]{32}\b"), r"\1#"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?Z?"), "<date>"),
    (re.compile(r"\b\d+\.\d+\.\d+\.\d+:\d+"), "<address>"),
    (re.compile(r"enviados \d+, recibidos \d+, perdidos [\d.]+ %, variación [\d.]+ ms, calidad [\d.]+"), "<audio>"),
    (re.compile(r" \(\d+ ms\)"), ""),
    (re.compile(r"\b\d+([.,]\d+)? (ms|s|min)\b"), "<time>"),
    (re.compile(r"\b\d+:\d\d\b"), "<time>"),
    (re.compile(r"\br=-?\d[.,]\d+"), "r=<number>"),
    (re.compile(r"(?<=[ │])(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{16,40}(?=[ │\n]|$)"), "<secret>"),
    (re.compile(r"[─═]+"), "─"),
    (re.compile(r"[ \t]+"), " "),
]


def alike(text):
    """Its lines with all that differs between two runs replaced by its kind."""
    for pattern, kind in KINDS:
        text = pattern.sub(kind, text)
    return [line.strip() for line in text.strip().splitlines()]


def agrees(said, printed):
    """Whether these lines are what was said, where ANYTHING stands for any number of lines."""
    if not said:
        return not printed
    if said[0] == ANYTHING:
        return any(agrees(said[1:], printed[n:]) for n in range(len(printed) + 1))
    return bool(printed) and said[0] == printed[0] and agrees(said[1:], printed[1:])


class Step:
    """kind: "file" (name, text), "command" (text, output) or "act" (words)."""

    def __init__(self, kind, line, name="", text="", output=""):
        self.kind, self.line, self.name, self.text, self.output = kind, line, name, text, output

    def __repr__(self):
        return f"line {self.line}: {self.name or self.text}"


def commands(block, line):
    steps = []
    for number, text in enumerate(block, line):
        if text.startswith("$ "):
            steps.append(Step("command", number, text=text[2:]))
        elif steps and text.startswith("> ") and not steps[-1].output:
            steps[-1].text += "\n" + text[2:]
        else:
            assert steps, f"line {number}: output without a command"
            steps[-1].output += text + "\n"
    return steps


def read_guide(path):
    """The steps of a document, in its order."""
    steps, block, info, begun = [], None, "", 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if block is not None:
            if line.startswith("```"):
                if info.startswith("console"):
                    steps += commands(block, begun + 1)
                elif "archivo=" in info:
                    steps.append(Step("file", begun, info.partition("archivo=")[2].strip(), "\n".join(block) + "\n"))
                block = None
            else:
                block.append(line)
        elif line.startswith("```"):
            block, info, begun = [], line[3:], number
        elif act := re.fullmatch(r"<!-- prueba: (.*) -->", line):
            steps.append(Step("act", number, text=act[1]))
    return steps


class Desk:
    """Where the reader sits: a folder with the files, and the program in the PATH."""

    def __init__(self, folder, binary, environment=()):
        self.folder = folder
        programs = folder / "bin"
        programs.mkdir()
        (programs / "skyn3t").symlink_to(os.path.abspath(binary))
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "America/Santiago", "NO_COLOR": "1",
                            "PATH": f"{programs}:{os.environ['PATH']}", **dict(environment)}

    def type(self, command, timeout=120):
        """What people see of a command, both streams as they come."""
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout)
        return done.stdout

    def check(self, step):
        """Types the step's command; the difference to what the document says, or None."""
        return self.compare(step, self.type(step.text))

    def compare(self, step, printed):
        printed = printed.replace(f"{self.folder}/", "")
        if agrees(alike(step.output), alike(printed)):
            return None
        return f"{step}\n--- the document says\n{step.output}\n--- it prints\n{printed}"
