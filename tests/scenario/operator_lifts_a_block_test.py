"""A phone with a wrong password is blocked after ten tries, until the operator lets it in."""
CODE = "PLAZA_NORTE"


def test_a_blocked_phone_is_listed_and_registers_once_it_is_cleared(server, peers):
    user, password = server.credentials(CODE)["office"]
    peer = peers()
    for _ in range(10):
        assert peer.register(server.sip, user, "equivocada", server.domain).status == 401
    assert peer.register(server.sip, user, password, server.domain).status == 403
    listed = server.cli("blocks").stdout
    assert user in listed and "127.0.0.1" in listed and "bloqueado" in listed

    assert server.cli("blocks", "clear", "--user", "nadie").stdout == "No había nada que liberar.\n"
    assert peer.register(server.sip, user, password, server.domain).status == 403
    assert server.cli("blocks", "clear", "--user", user).stdout == "Se liberó 1 usuario.\n"
    assert peer.register(server.sip, user, password, server.domain).status == 200
    assert "Nadie ha fallado" in server.cli("blocks").stdout
    peer.register(server.sip, user, password, server.domain, expires=0)
