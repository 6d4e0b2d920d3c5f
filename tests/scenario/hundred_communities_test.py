"""A hundred communities are applied to an empty server at once. It prints how long that took (pytest -s; goal: 10 s)."""
import time

import pytest

from skyn3t import Skyn3t
from twilio_sdk import sdk

COUNT = 100
NUMBERS = [f"+562255{index:05}" for index in range(COUNT)]


def manifest():
    return "communities:\n" + "".join(f"""
  - code: TORRE_{index}
    name: Torre {index}
    number: "{number}"
    type: edificio
    roles:
      - {{ role: office,   digit: "1", label: "oficina de administración" }}
      - {{ role: security, digit: "2", label: "conserjería" }}
""" for index, number in enumerate(NUMBERS))


@pytest.fixture
def empty_server():
    running = Skyn3t()
    try:
        yield running.start()
    finally:
        running.close()


def test_a_hundred_communities_are_there_after_one_apply_and_the_next_changes_nothing(empty_server):
    server, file = empty_server, empty_server.data / "communities.yaml"
    file.write_text(manifest())
    started = time.monotonic()
    server.apply(file)
    print(f"\n{COUNT} communities onto an empty server: {time.monotonic() - started:.1f} s")
    client = sdk(server.url, server.account, server.token)
    assert {its.phone_number for its in client.incoming_phone_numbers.list(page_size=30)} == set(NUMBERS)
    assert len(client.sip.credential_lists.list()) == COUNT
    domain, = client.sip.domains.list()
    assert len(domain.auth.registrations.credential_list_mappings.list()) == COUNT
    assert server.cli("plan", "-f", str(file), check=False).returncode == 0
