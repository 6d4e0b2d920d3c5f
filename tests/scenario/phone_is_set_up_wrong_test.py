"""Somebody mistypes a phone's user or password: the phone sees a 401, and the operator sees what is wrong."""
from skyn3t import COMMUNITIES

CODE, NUMBER = "PLAZA_NORTE", COMMUNITIES["PLAZA_NORTE"]


def failures(server, **query):
    code = query.get("code")
    return server.api("/v1/Registrations" + (f"?CommunityCode={code}" if code else ""))["failures"]


def test_the_operator_sees_when_from_where_and_what_is_wrong(server, peers):
    user, password = server.credentials(CODE)["office"]
    wrong = peers("127.0.0.21").register(server.sip, user, "equivocada", server.domain)
    mistyped = peers("127.0.0.22").register(server.sip, f"{NUMBER}-oficina", password, server.domain)
    nobody = peers("127.0.0.23").register(server.sip, "admin", "admin", server.domain)
    assert wrong.status == mistyped.status == nobody.status == 401
    assert sorted(n for n, _ in wrong.headers) == sorted(n for n, _ in mistyped.headers), "the phone must not see which"

    mine = {f["address"]: f for f in failures(server, code=CODE)}
    assert mine["127.0.0.21"]["wrong"] == "password" and mine["127.0.0.21"]["username"] == user
    assert mine["127.0.0.22"]["wrong"] == "user" and mine["127.0.0.22"]["username"] == f"{NUMBER}-oficina"
    assert "127.0.0.23" not in mine, "it is no mistake of this community's"
    assert "127.0.0.23" in [f["address"] for f in failures(server)]
    assert failures(server, code="LAS_FLORES") == []

    shown = server.cli("community", "show", CODE).stdout
    assert "127.0.0.21" in shown and "la contraseña" in shown and "el usuario no existe" in shown, shown
    assert "127.0.0.23" in server.cli("registrations").stdout
    metrics = server.metrics()
    assert metrics["sip_wrong_passwords_total"] >= 1 and metrics["sip_unknown_users_total"] >= 2
    server.wait_log("warn.*wrong credentials wrong=password source=127.0.0.21")


def test_a_phone_of_one_community_can_not_guess_another_s_password(server, phone, peers):
    """It has a live binding at that address, which is no leave to guess for ever."""
    phone("LAS_FLORES")
    user, password = server.credentials("OFICINA_PRINCIPAL")["office"]
    guesser = peers()
    statuses = [guesser.register(server.sip, user, "equivocada", server.domain).status for _ in range(12)]
    assert statuses[:9] == [401] * 9 and statuses[-1] == 403, statuses
    assert guesser.register(server.sip, user, password, server.domain).status == 403
    assert server.api(f"/v1/Blocks?User={user.replace('+', '%2B')}", method="DELETE")["cleared"] == 1
    assert guesser.register(server.sip, user, password, server.domain).status == 200
    guesser.register(server.sip, user, password, server.domain, expires=0)
