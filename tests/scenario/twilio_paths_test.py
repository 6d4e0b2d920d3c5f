"""Every path of Twilio's API is either here, or said to be not built here: never what a mistyped path gets."""
import json
import re

import pytest

from skyn3t import ApiError
from twilio_description import FOLDER

PATHS = sorted(json.loads((FOLDER / "twilio_api_v2010.json").read_text())["paths"])


def refusal(server, path):
    with pytest.raises(ApiError) as error:
        server.api(path, method="PUT")
    return error.value.status, json.loads(error.value.body)["code"]


def test_every_path_of_twilio_s_is_here_or_said_to_be_not_built(server):
    said = {}
    for path in PATHS:
        asked = path.replace("/Accounts/{AccountSid}", f"/Accounts/{server.account}")
        said[path] = refusal(server, re.sub(r"{\w+}", server.account if path.endswith("Accounts/{Sid}.json") else "X", asked))
    # Nothing answers PUT: a path that is here says so, with the methods that it has.
    assert {path: its for path, its in said.items() if its not in ((405, 20004), (404, 20010))} == {}
    assert (404, 20010) in said.values() and (405, 20004) in said.values()


def test_a_mistyped_path_is_not_found(server):
    assert refusal(server, f"/2010-04-01/Accounts/{server.account}/Mesages.json") == (404, 20404)
