"""Fails when a call can raise a warning code that src/model/warning.cpp has no words for, or has words for none."""
import pathlib
import re
import sys

# Where codes are raised: documents, their calls, and what is fetched for them. The schema is lint's: no call raises it.
RAISED_IN = [*(path for path in pathlib.Path("src").glob("twiml/*.?pp") if not path.stem.startswith("schema")),
             *pathlib.Path("src").glob("call/*.?pp"), *pathlib.Path("src").glob("http/*.?pp"),
             pathlib.Path("src/model/not_built.hpp"), pathlib.Path("src/server/document_fetcher.cpp"), pathlib.Path("src/model/dialling.cpp"),
             pathlib.Path("src/speech/voices.cpp")]
TABLE = pathlib.Path("src/model/warning.cpp")
CODE = re.compile(r"(?<![\w.'])(1[0-6]\d{3}|3[12]\d{3})(?![\w.'])")
NO_CODES = {"10000", "14400", "15000"}  # milliseconds of a fetch, seconds of a Dial


def codes(path):
    text = re.sub(r"//.*", "", path.read_text())
    return set(CODE.findall(text)) - NO_CODES


raised = {code: path for path in RAISED_IN for code in codes(path)}
known = codes(TABLE)
bad = [f"{raised[code]}: {code} has no words in {TABLE}" for code in sorted(raised.keys() - known)]
bad += [f"{TABLE}: nothing raises {code}" for code in sorted(known - raised.keys())]
sys.exit("\n".join(bad) or 0)
