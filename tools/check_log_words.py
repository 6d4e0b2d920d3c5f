#!/usr/bin/env python3
"""Every line that the server logs for people (info, warn, error) has its Spanish words in src/base/log_words.cpp, with the same
values in the same order, and no words there are of a line that is gone. Prints what is missing; exit code 1 when anything is."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
CALL = re.compile(r'\blog::(?:info|warn|error)\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)[,)]')
LEFT_OUT = "lines left out, there were too many of their kind count={} kind={}"  # past the limits that it tells of
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')


def joined(literals):
    return "".join(LITERAL.findall(literals))


def values(text):
    return re.findall(r"\w+=\{\}|\{\}", text)


def logged():
    found = {}
    for path in sorted((ROOT / "src").rglob("*.[ch]pp")):
        if path.name != "log.hpp":
            text = path.read_text()
            for call in CALL.finditer(text):
                found[joined(call.group(1))] = path
    found[LEFT_OUT] = ROOT / "src/base/log.cpp"
    return found


def translated():
    text = (ROOT / "src/base/log_words.cpp").read_text()
    entries = re.findall(r'\{((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', text)
    return {joined(english): joined(spanish) for english, spanish in entries}


def main():
    lines, words = logged(), translated()
    faults = [f"{path.relative_to(ROOT)}: no Spanish for \"{text}\"" for text, path in lines.items() if text not in words]
    faults += [f"log_words.cpp: nobody logs \"{text}\"" for text in words if text not in lines]
    faults += [f"log_words.cpp: other values than in \"{text}\"" for text, spanish in words.items() if values(text) != values(spanish)]
    print("\n".join(faults) if faults else f"{len(lines)} lines, all in Spanish too")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
