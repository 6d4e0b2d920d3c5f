"""`number: buy`: the plan says what would be bought and what Twilio asks for; apply buys it once, and only when told to."""
import pytest

from cloud import NUMBERS, Cloud
from twilio_stand_in import FAULTS

CODE, OTHER = NUMBERS
FREE, SPARE, NORTH = "+56221110001", "+56221110002", "+56321110003"
BUY = "{ buy: { country: CL, area: \"2\", max_price: 5.00 } }"


@pytest.fixture(scope="module")
def running():
    cloud = Cloud()
    try:
        yield cloud.start()
    finally:
        cloud.close()


@pytest.fixture
def cloud(running):
    """An account without a number, which can buy three, and one community that asks for one."""
    running.refill()
    running.account.clear()
    running.account.price, running.account.price_unit = "4.00", "USD"
    running.account.available = {FREE: "none", SPARE: "none", NORTH: "none"}
    yield running.write(numbers={CODE: BUY})
    running.twilio.after_write = None
    running.server.cli("community", "remove", CODE, "--yes", check=False)
    running.server.cli("community", "remove", OTHER, "--yes", check=False)
    assert running.twilio.problems == []


def needs(cloud, what):
    cloud.account.available = {FREE: what}
    return cloud


def says(done, *texts):
    shown = done.stdout + done.stderr
    assert all(text in shown for text in texts), shown


def assert_nothing_bought(cloud):
    assert cloud.account.bought == [] and cloud.twilio.writes() == []
    assert cloud.server.api("/v1/Communities")["communities"] == []


def assert_bought(cloud, code, number):
    """Exactly this, and the community works with it; neither this file nor one with the number has anything left to do."""
    assert cloud.account.bought == [number]
    cloud.assert_serves(code, number)
    cloud.twilio.begin()
    for again in (cloud, cloud.write(numbers={code: number})):
        done = again.apply("--buy")
        assert done.returncode == 0 and "No hay nada que cambiar" in done.stdout, done.stdout + done.stderr
        assert again.run("plan").returncode == 0
    assert cloud.twilio.writes() == [] and cloud.account.bought == [number]


def test_the_plan_says_what_would_be_bought_for_how_much_and_buys_nothing(cloud):
    plan = cloud.run("plan")
    assert plan.returncode == 2
    says(plan, f"{CODE}: comprar {FREE} (local, CL), 4.00 USD al mes (límite 5.00); se cobra de inmediato",
         "papeles que Twilio pide", "la cuenta no tiene papeles aprobados", f"ajustar el número {FREE}",
         f"{FREE}-office")
    assert_nothing_bought(cloud)


def test_yes_alone_buys_nothing(cloud):
    refused = cloud.apply()
    assert refused.returncode == 1
    says(refused, "agregue --buy")
    assert_nothing_bought(cloud)


def test_the_api_refuses_to_buy_without_being_told(cloud):
    with pytest.raises(Exception) as refused:
        cloud.server.api("/v1/Communities", {"Manifest": cloud.file.read_text(), "DryRun": "false"})
    assert "buy-not-agreed" in str(refused.value)
    assert_nothing_bought(cloud)


def test_apply_with_buy_buys_it_once_and_prints_the_line_for_the_file(cloud):
    done = cloud.apply("--buy")
    assert done.returncode == 0, done.stdout + done.stderr
    says(done, f'number: "{FREE}"  # {CODE}')
    says(cloud.server.cli("community", "show", CODE), FREE)
    assert FREE in cloud.server.cli("import", "--target", "twilio").stdout
    entry = next(each for each in cloud.server.api("/v1/Events")["events"] if each["event_type"] == "number.buy")
    assert FREE in str(entry)
    assert_bought(cloud, CODE, FREE)


def test_the_short_form_buys_any_local_number(cloud):
    cloud.account.available = {NORTH: "none"}
    assert cloud.write(numbers={CODE: "buy"}).apply("--buy").returncode == 0
    assert_bought(cloud, CODE, NORTH)


def test_two_communities_get_two_numbers(cloud):
    assert cloud.write(numbers={CODE: BUY, OTHER: BUY}).apply("--buy").returncode == 0
    assert sorted(cloud.account.bought) == [FREE, SPARE]
    for code in (CODE, OTHER):
        cloud.assert_serves(code, cloud.server.api(f"/v1/Communities/{code}")["number"])


@pytest.mark.parametrize("price, unit, why", [
    ("5.01", "USD", "cuesta 5.01 USD al mes y el límite (max_price) es 5.00"),
    (None, "USD", "Twilio no dice cuánto cuesta"), ("4.00", "EUR", "Twilio no dice cuánto cuesta")])
def test_what_costs_more_than_the_limit_or_nobody_knows_what_is_not_bought(cloud, price, unit, why):
    cloud.account.price, cloud.account.price_unit = price, unit
    for done in (cloud.run("plan"), cloud.apply("--buy")):
        assert done.returncode == 1
        says(done, why, "number-not-for-sale")
    assert_nothing_bought(cloud)


@pytest.mark.parametrize("what, elsewhere", [("any", "AR"), ("local", "CL"), ("foreign", "AR")])
def test_an_address_that_twilio_asks_for_is_named_when_it_is_missing_and_sent_when_it_is_there(cloud, what, elsewhere):
    needs(cloud, what)
    refused = cloud.apply("--buy")
    assert refused.returncode == 1
    says(refused, "Twilio pide una dirección", "Regulatory Compliance > Addresses")
    assert_nothing_bought(cloud)
    cloud.account.add("Address", friendly_name="Casa matriz", customer_name="Operador", iso_country=elsewhere)
    says(cloud.run("plan"), "«Casa matriz»")
    assert cloud.apply("--buy").returncode == 0
    assert_bought(cloud, CODE, FREE)


def test_among_two_addresses_the_file_chooses(cloud):
    needs(cloud, "local")
    one, two = (cloud.account.add("Address", friendly_name=name, customer_name="x", iso_country="CL") for name in "AB")
    says(cloud.apply("--buy"), "diga cuál con «address»", one.sid, two.sid)
    assert_nothing_bought(cloud)
    assert cloud.write(numbers={CODE: f"{{ buy: {{ address: {two.sid} }} }}"}).apply("--buy").returncode == 0
    number, = cloud.account.of("IncomingPhoneNumber")
    assert number.values["address_sid"] == two.sid


def test_papers_that_twilio_insists_on_are_explained_and_sent_when_they_are_approved(cloud):
    needs(cloud, "bundle")
    refused = cloud.apply("--buy")
    assert refused.returncode == 1
    says(refused, "21649", "Faltan papeles aprobados", "papeles que Twilio pide («Chile: Local - Individual»)")
    assert cloud.account.bought == [] and cloud.server.api("/v1/Communities")["communities"] == []
    papers = cloud.account.add("Bundle", friendly_name="Papeles", status="pending-review")
    assert cloud.apply("--buy").returncode == 1
    papers.values["status"] = "twilio-approved"
    says(cloud.run("plan"), f"aprobados en la cuenta: «Papeles» ({papers.sid})")
    assert cloud.apply("--buy").returncode == 0
    assert_bought(cloud, CODE, FREE)


def test_who_has_paid_for_one_number_is_told_so_when_the_next_is_refused(cloud):
    cloud.account.available = {FREE: "none", SPARE: "bundle"}
    refused = cloud.write(numbers={CODE: BUY, OTHER: BUY}).apply("--buy")
    assert refused.returncode == 1 and cloud.account.bought == [FREE]
    says(refused, f"no se pudo comprar {SPARE}", f"Se compró {FREE}; lo demás no se aplicó", f"comprado {FREE}")
    assert "no se cambió nada" not in refused.stdout + refused.stderr
    assert cloud.server.api("/v1/Communities")["communities"] == []
    cloud.account.available[SPARE] = "none"
    done = cloud.apply("--buy")
    assert done.returncode == 0 and cloud.account.bought == [FREE, SPARE], done.stdout + done.stderr
    for code, number in {CODE: FREE, OTHER: SPARE}.items():
        cloud.assert_serves(code, number)


def test_nothing_is_bought_for_a_file_that_cannot_be_applied(cloud):
    """Asked by the API, without the plan in which the command line would have seen it."""
    local = cloud.write("local", numbers={OTHER: NUMBERS[OTHER]}).apply()
    assert local.returncode == 0, local.stdout + local.stderr
    cloud.write(numbers={CODE: BUY, OTHER: "+56226660000", "TERCERA": NUMBERS[OTHER]})
    with pytest.raises(Exception) as refused:
        cloud.server.api("/v1/Communities", {"Manifest": cloud.file.read_text(), "DryRun": "false", "Buy": "true"})
    assert "moved-number" in str(refused.value) and "nothing was changed" in str(refused.value)
    assert cloud.account.bought == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_purchase_whose_answer_fails_is_made_once(cloud, fault):
    cloud.twilio.inject(fault, operation="CreateIncomingPhoneNumber")
    if (done := cloud.apply("--buy")).returncode != 0:
        assert cloud.apply("--buy").returncode == 0, done.stdout + done.stderr
    assert_bought(cloud, CODE, FREE)


def test_a_purchase_that_nobody_learns_of_is_found_by_its_name_before_another_is_made(cloud):
    """The answer is lost and no list can be read any more: apply gives up. The number is ours all the same."""
    def blind(_):
        cloud.twilio.after_write = None
        for _ in range(8):
            cloud.twilio.inject("500", operation="ListIncomingPhoneNumber")
    cloud.twilio.after_write = blind
    cloud.twilio.inject("lost", operation="CreateIncomingPhoneNumber")
    lost = cloud.apply("--buy")
    assert lost.returncode == 1 and cloud.account.bought == [FREE]
    says(lost, f"no se pudo comprar {FREE}")
    says(cloud.run("plan"), f"usar {FREE}, que ya se compró")
    assert cloud.apply().returncode == 0, "what is bought already needs no --buy"
    assert_bought(cloud, CODE, FREE)


def test_a_number_is_not_bought_for_this_server(cloud):
    refused = cloud.write("local", numbers={CODE: "buy"}).apply("--buy")
    assert refused.returncode == 1
    says(refused, "solo en Twilio se compran números", "buy-not-twilio")
    assert_nothing_bought(cloud)
