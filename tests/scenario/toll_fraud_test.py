"""What a leaked key of a community could do: dial abroad, dial what is charged extra, show somebody else's number."""
import json

import pytest

from skyn3t import ApiError

ABROAD, PREMIUM, LOCAL = "+5491123456789", "+19005550123", "+56229999999"
NUMBER = "+56229145248"


def dial(number, attributes=""):
    return f'<Response><Dial timeout="5" action="/twiml/documents/none" {attributes}><Number>{number}</Number></Dial></Response>'


DOCUMENTS = {"OFICINA_PRINCIPAL": dial(ABROAD), "PLAZA_NORTE": dial(LOCAL, 'callerId="+56911112222"'),
             "LAS_FLORES": dial(PREMIUM)}


@pytest.mark.parametrize("number, code, reason", [
    (NUMBER, 13227, "destination_not_allowed"), ("+56223456789", 13214, "caller_id_not_allowed"),
    ("+56234567890", 13225, "destination_not_allowed")])
def test_a_document_dials_only_what_its_community_may(server, carrier, number, code, reason):
    call = carrier.call(server.sip, number).wait_answered()
    call.wait_ended(20)
    parent = server.ended_call(call)
    child, = server.children(parent)
    assert (child["status"], child["skyn3t"]["end_reason"], child["skyn3t"]["error_code"]) == ("failed", reason, code)
    assert f"aviso {code}" in server.cli("call", parent["sid"]).stdout
    assert str(code) in [str(a["error_code"]) for a in server.api("/v1/Alerts")["alerts"]]


@pytest.mark.parametrize("changes, code", [
    ({"To": ABROAD}, 21215), ({"To": PREMIUM}, 21202), ({"From": "+56911112222"}, 21210), ({"To": "+56133"}, 21216)])
def test_the_api_refuses_it_before_anything_rings(server, changes, code):
    form = {"To": LOCAL, "From": NUMBER, "Twiml": "<Response/>", **changes}
    with pytest.raises(ApiError) as error:
        server.api(f"/2010-04-01/Accounts/{server.account}/Calls.json", form)
    assert (error.value.status, json.loads(error.value.body)["code"]) == (400, code)


def test_who_may_dial_abroad_says_so_in_its_file(server, tmp_path):
    manifest = tmp_path / "one.yaml"
    manifest.write_text("""communities:
  - code: ABROAD
    name: Oficina & Hijos
    number: "+56225551234"
    type: oficina
    may_dial: [local, mobile, international]
    roles: [{ role: office, digit: "1", label: "oficina" }]
""")
    lint = server.cli("lint", str(manifest))
    assert "se dirá «Oficina e Hijos»" in lint.stdout
    server.apply(manifest)
    assert server.api("/v1/Communities/ABROAD")["may_dial"] == ["local", "mobile", "international"]
    assert "puede llamar a: fijos, celulares, otros países" in server.cli("community", "show", "ABROAD").stdout
    made = server.api(f"/2010-04-01/Accounts/{server.account}/Calls.json",
                      {"To": ABROAD, "From": "+56225551234", "Twiml": "<Response/>"})
    row = server.wait_call(lambda c: c["sid"] == made["sid"] and c["status"] in ("failed", "no-answer"), 60, "the call")
    assert row["skyn3t"]["end_reason"] not in ("destination_not_allowed", "caller_id_not_allowed")
    server.cli("community", "remove", "ABROAD", "--yes")
