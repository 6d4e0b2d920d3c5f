"""Wrong passwords and user names: they look alike, guessing is limited, and nobody else at that address is hurt."""
import pytest

from skyn3t import COMMUNITIES

NUMBER = COMMUNITIES["OFICINA_PRINCIPAL"]
WRONG = "Wrong12345678"


def attempt(server, peer, user, password=WRONG):
    return peer.register(server.sip, user, password, server.domain)


def headers_of(reply):
    """What a guesser could tell two refusals apart by."""
    return reply.status, sorted(n.lower() for n, _ in reply.headers)


def test_a_wrong_password_and_an_unknown_user_look_the_same(server, peers):
    wrong = attempt(server, peers(), f"{NUMBER}-office")
    unknown = attempt(server, peers(), "+56299999999-office")
    assert wrong.status == 401 and headers_of(wrong) == headers_of(unknown)


@pytest.mark.parametrize("user", [f"{NUMBER}-security", "+56288888888-office"])
def test_ten_wrong_passwords_are_401_and_then_it_is_403(server, peers, user):
    peer = peers()
    statuses = [attempt(server, peer, user).status for _ in range(12)]
    assert statuses[:9] == [401] * 9 and statuses[-1] == 403, statuses


def test_the_limit_holds_for_one_user_name_only(server, peers):
    """A building is one address: other phones behind it must be able to register meanwhile."""
    guesser, (office, password) = peers(), server.credentials("PLAZA_NORTE")["office"]
    while attempt(server, guesser, server.credentials("PLAZA_NORTE")["security"][0]).status != 403:
        pass
    assert attempt(server, peers(), office, password).status == 200


def test_a_live_phone_keeps_working_while_somebody_at_its_address_guesses_its_password(server, phone, peers):
    living = phone("LAS_FLORES", "office")
    user, password = server.credentials("LAS_FLORES")["office"]
    guesser = peers()
    for _ in range(15):
        attempt(server, guesser, user)
    assert attempt(server, living, user, password).status == 200
