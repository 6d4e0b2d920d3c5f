"""A community's passwords are rotated: the old one stays good until the phone has the new one, or as long as it is told."""
import pytest

from skyn3t import Skyn3t

CODE, ROLE = "LAS_FLORES", "security"


def rotate(server, *more):
    return server.cli("community", "rotate", CODE, "--role", ROLE, "--yes", *more).stdout


def phone_of(server, peers):
    """A phone registered with today's password: (peer, register(password) -> status, user, password)."""
    peer, (user, password) = peers(), server.credentials(CODE)[ROLE]

    def register(secret):
        return peer.register(server.sip, user, secret, server.domain).status
    assert register(password) == 200
    return register, user, password


def registrations(server, user):
    return [r for r in server.api(f"/v1/Registrations?CommunityCode={CODE}")["registrations"] if r["username"] == user]


def role(server):
    return next(r for r in server.api(f"/v1/Communities/{CODE}")["roles"] if r["role"] == ROLE)


def test_the_old_password_is_good_until_the_phone_has_the_new_one(server, peers):
    register, user, old = phone_of(server, peers)
    assert f"{user}: sigue con la anterior" in rotate(server)
    new = server.credentials(CODE)[ROLE][1]
    assert new != old
    # It stays registered, and may refresh with what it has.
    assert [r["old_password"] for r in registrations(server, user)] == [True]
    assert register(old) == 200
    assert role(server)["contacts_with_old_password"] == 1 and role(server)["old_password_until"]
    assert "la anterior" in server.cli("registrations").stdout
    assert "con la contraseña anterior" in server.cli("community", "show", CODE).stdout
    assert register(new) == 200
    server.wait_until(lambda: role(server)["old_password_until"] is None, 15, "the old password ends")
    assert [r["old_password"] for r in registrations(server, user)] == [False]
    assert peers().register(server.sip, user, old, server.domain).status == 401
    ended = next(e for e in server.api("/v1/Events")["events"] if e["event_type"] == "credential.old_password_ended")
    assert user in str(ended)


def test_without_a_grace_the_old_password_stops_at_once(server, peers):
    register, user, old = phone_of(server, peers)
    rotate(server, "--grace", "0")
    assert registrations(server, user) == []
    assert register(old) == 401
    assert register(server.credentials(CODE)[ROLE][1]) == 200


def test_a_password_that_is_changed_twice_is_not_good_any_more(server, peers):
    register, user, first = phone_of(server, peers)
    rotate(server)
    second = server.credentials(CODE)[ROLE][1]
    rotate(server)
    assert registrations(server, user) == []
    assert register(first) == 401
    assert register(second) == 200
    assert register(server.credentials(CODE)[ROLE][1]) == 200


def test_the_old_password_is_good_across_a_restart(peers):
    server = Skyn3t()
    try:
        server.start().apply()
        register, user, old = phone_of(server, peers)
        rotate(server)
        server.stop()
        server.start()
        assert [r["old_password"] for r in registrations(server, user)] == [True]
        assert role(server)["old_password_until"]
        assert peers().register(server.sip, user, old, server.domain).status == 200
    finally:
        server.close()


@pytest.mark.parametrize("grace", ["soon", "31d"])
def test_a_grace_that_is_no_time_is_refused(server, grace):
    assert server.cli("community", "rotate", CODE, "--yes", "--grace", grace, check=False).returncode == 64
