"""Fails when a file includes a module, or a library, that its module may not know; and when a coroutine is
written in one of the forms that g++ 12 miscompiles (it destroys an aggregate temporary in a co_await twice)."""
import pathlib
import re
import sys

MAY = {
    "base": "",
    "model": "base",
    "http": "base",
    "media": "base",
    "speech": "base model media",
    "twiml": "base model",
    "sip": "base model",
    "store": "base model",
    "devices": "base model",
    "twilio": "base model http",
    "call": "base model twiml sip media",
    "provision": "base model speech twiml store twilio devices",
    "rest": "base model http store twiml call provision",
    "verify": "base model http media speech twiml sip store call rest",
    "web": "base model http store call devices provision",
    "cli": "base model http twiml store twilio devices provision",
    "server": "base model http media speech twiml sip store devices twilio call provision rest verify web cli",
}
OWNER = {
    "restinio/": "http",
    "curl/": "http",
    "soci/": "store",
    "soci.h": "store",
    "spandsp": "media",
    "pugixml": "twiml",
    "soxr": "speech",
    "sndfile": "speech",
    "ebur128": "speech",
    "phonenumbers/": "model",
    "ares": "sip",
    "CLI/": "cli",
}
# An unbound braced aggregate, or an immediately invoked lambda, inside a co_await expression.
CO_AWAIT = re.compile(r"co_await\s+[\w:.>\-]+\([^;]*[({,]\s*(\w+(::\w+)*)?\{[^}]|co_await\s*\[")


def violations(path):
    module = path.parts[1]
    allowed = {module, *MAY[module].split()}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f"{path}:{number}"
        ours = re.match(r'\s*#include "(\w+)/', line)
        theirs = re.match(r"\s*#include <(.+)>", line)
        if ours and ours[1] not in allowed:
            yield f"{where}: {module}/ may not include {ours[1]}/"
        if theirs and any(theirs[1].startswith(k) and module != m for k, m in OWNER.items()):
            yield f"{where}: <{theirs[1]}> belongs to another module"
        if CO_AWAIT.search(line):
            yield f"{where}: bind the aggregate to a named local before co_await (g++ 12 destroys it twice)"


if __name__ == "__main__":
    bad = [v for path in sorted(pathlib.Path("src").rglob("*.[ch]pp")) for v in violations(path)]
    sys.exit("\n".join(bad) or 0)
