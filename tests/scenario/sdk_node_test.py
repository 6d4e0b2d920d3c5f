"""Twilio's Node.js SDK and its command line, as they are, against this server: in a namespace where it is api.twilio.com."""
import json
import re

import pytest

from as_twilio import AsTwilio
from skyn3t import COMMUNITIES
from twilio_description import PEERS, ROOT

DRIVE = ROOT / "tests/peers/drive.js"
STEPS = re.findall(r"^    async (\w+)\(\) {$", DRIVE.read_text(), re.M)


@pytest.fixture(scope="module")
def as_twilio(server):
    its = AsTwilio(server.url)
    yield its
    its.close()


@pytest.fixture(scope="module")
def driven(server, as_twilio):
    """What each step of drive.js said: {name: why it failed, or nothing}."""
    done = as_twilio.run("node", str(DRIVE), server.account, server.token, "+56225550777", "sip.example.cl",
                         env={"NODE_PATH": str(PEERS)})
    said = re.findall(r"^(ok|not ok) (\w+)(.*)$", done.stdout, re.M)
    assert said, f"drive.js printed nothing\n{done.stdout}{done.stderr}"
    return {name: why if word == "not ok" else "" for word, name, why in said}


@pytest.mark.parametrize("step", STEPS)
def test_the_node_sdk_drives(driven, step):
    assert driven[step] == ""


@pytest.fixture
def twilio_cli(server, as_twilio):
    """twilio_cli("api:core:...:list") is what it prints as JSON."""
    def run(*arguments):
        done = as_twilio.run(str(PEERS / ".bin/twilio"), *arguments, "-o", "json", env={
            "TWILIO_ACCOUNT_SID": server.account, "TWILIO_AUTH_TOKEN": server.token, "HOME": str(as_twilio.folder)})
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout or "[]")  # an empty list prints nothing
    return run


def test_twilio_s_command_line_lists_creates_and_removes(twilio_cli):
    numbers = {each["phoneNumber"] for each in twilio_cli("api:core:incoming-phone-numbers:list")}
    assert numbers == set(COMMUNITIES.values())
    made, = twilio_cli("api:core:sip:credential-lists:create", "--friendly-name", "Desde la consola")
    credential, = twilio_cli("api:core:sip:credential-lists:credentials:create", "--credential-list-sid", made["sid"],
                             "--username", "consola", "--password", "Una-Clave-Larga-1")
    listed = twilio_cli("api:core:sip:credential-lists:credentials:list", "--credential-list-sid", made["sid"])
    assert [each["username"] for each in listed] == ["consola"] == [credential["username"]]
    assert made["sid"] in [each["sid"] for each in twilio_cli("api:core:sip:credential-lists:list")]
    twilio_cli("api:core:sip:credential-lists:remove", "--sid", made["sid"])
    assert made["sid"] not in [each["sid"] for each in twilio_cli("api:core:sip:credential-lists:list")]
