"""A carrier sends its calls from an address that trunks.hosts does not name: somebody hears of it, and of what to do."""
from skyn3t import COMMUNITIES

NUMBER = COMMUNITIES["OFICINA_PRINCIPAL"]
NEW = "127.0.0.31"


def place(server, peer, number=NUMBER):
    call = peer.call(server.sip, number)
    peer.wait(lambda: call.final, 10, "an answer")
    return call


def alerts(server):
    return [a for a in server.api("/v1/Alerts")["alerts"] if a["error_code"] == "32201"]


def test_the_call_is_in_the_log_and_an_alert_names_the_address(server, peers):
    carrier = peers(NEW)
    call = place(server, carrier)
    assert call.final == 401
    row = server.wait_call(lambda c: c["skyn3t"]["sip_call_id"] == call.call_id)
    assert row["skyn3t"]["end_reason"] == "not_a_trunk" and row["to"] == NUMBER and row["status"] == "failed"
    assert row["sid"] in [c["sid"] for c in server.calls(Refused="true")]
    told = server.cli("calls", "--refused").stdout
    assert "no es de ninguna troncal" in told, told
    server.wait_until(lambda: len(alerts(server)) == 1, 5, "the alert")
    assert "trunks.hosts" in str(alerts(server)) and NEW in str(alerts(server))
    server.wait_log(f"warn.*no trunk.*trunks.hosts.*address={NEW}")

    again = place(server, carrier)
    server.wait_call(lambda c: c["skyn3t"]["sip_call_id"] == again.call_id)
    assert len(alerts(server)) == 1, "once an hour and address"


def test_a_scanner_and_a_phone_that_is_about_to_show_its_password_leave_nothing(server, peers, phone):
    before = len(server.calls(Refused="true"))
    assert place(server, peers("127.0.0.32"), "+56200000000").final == 401
    user, password = server.credentials("OFICINA_PRINCIPAL")["security"]
    office = peers("127.0.0.33")
    office.user = user
    call = office.call(server.sip, NUMBER, domain=server.domain, credentials=(user, password), caller=user)
    office.wait(lambda: call.final, 10, "an answer")
    if not call.ended_by:
        call.hang_up()
    assert len(server.calls(Refused="true")) == before
