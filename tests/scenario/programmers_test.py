"""The pages for programmers: each example is extracted, and run against a server as somebody would who types it."""
import os
import re
import socket
import subprocess

import pytest

from menu import NUMBER, speaks
from skyn3t import COMMUNITIES
from twilio_description import PEERS, ROOT
from until import until

PAGES = {name: (ROOT / "docs" / name).read_text() for name in ("programmers.md", "programadores.md")}
FENCE = re.compile(r"^```(\w+)\n(?:#|//) ([\w.-]+)\n(.*?)^```$", re.M | re.S)


def examples(page):
    """{file name: text} of a page."""
    return {name: text for _, name, text in FENCE.findall(PAGES[page])}


@pytest.fixture
def folder(tmp_path):
    """A folder with every example under its name."""
    for name, text in examples("programmers.md").items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def environment(server, folder):
    return {**os.environ, "SKYN3T_URL": server.url, "TWILIO_ACCOUNT_SID": server.account, "TWILIO_AUTH_TOKEN": server.token,
            "NODE_PATH": str(PEERS), "PATH": f"{PEERS / '.bin'}:{os.environ['PATH']}", "HOME": str(folder)}


def test_both_languages_have_the_same_examples():
    assert examples("programmers.md") == examples("programadores.md")
    assert set(examples("programmers.md")) == {"numeros.py", "numeros.js", "skyn3t-cli.js", "numeros.sh", "webhook.py", "webhook.js"}


@pytest.mark.parametrize("command", [("/usr/bin/python3", "numeros.py"), ("node", "numeros.js"), ("sh", "numeros.sh")],
                         ids=["python", "node", "cli"])
def test_the_sdk_lists_our_numbers(environment, folder, command):
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(re.findall(r"\+56\d+", done.stdout)) == set(COMMUNITIES.values())


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def webhook(server, environment, folder):
    """webhook(command, secret) runs an example and makes it the document of our first number."""
    number, = (n for n in server.api(f"/2010-04-01/Accounts/{server.account}/IncomingPhoneNumbers.json")["incoming_phone_numbers"]
               if n["phone_number"] == NUMBER)
    path = f"/2010-04-01/Accounts/{server.account}/IncomingPhoneNumbers/{number['sid']}.json"
    running = []

    def start(command, secret):
        port = free_port()
        its = {**environment, "SIGNING_SECRET": secret, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        running.append(subprocess.Popen([*command, str(port)], cwd=folder, env=its, stderr=subprocess.DEVNULL))
        until(lambda: answers(port), 30, "the example listens")
        server.api(path, {"VoiceUrl": f"http://127.0.0.1:{port}/voz?de=casa"})
    yield start
    server.api(path, {"VoiceUrl": number["voice_url"]})
    for process in running:
        process.kill()
        process.wait()


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


WEBHOOKS = pytest.mark.parametrize("command", [("/usr/bin/python3", "webhook.py"), ("node", "webhook.js")], ids=["python", "node"])


@WEBHOOKS
def test_a_web_server_takes_what_is_signed_with_its_community_s_secret(server, carrier, webhook, command):
    webhook(command, server.signing_secret("OFICINA_PRINCIPAL"))
    call = carrier.call(server.sip, NUMBER).wait_answered()
    speaks(call)
    assert call.wait_ended(20) == "them"


@WEBHOOKS
def test_and_nothing_that_is_signed_with_another(server, carrier, webhook, command):
    webhook(command, server.signing_secret("PLAZA_NORTE"))
    call = carrier.call(server.sip, NUMBER).wait_answered()
    assert call.wait_ended(30) == "them"
    row = server.ended_call(call)
    assert (row["skyn3t"]["end_reason"], row["skyn3t"]["error_code"]) == ("document_error", 11200)
