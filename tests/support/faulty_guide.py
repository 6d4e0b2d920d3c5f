"""An account set up by hand exactly as the faulty guide says (DESIGN.md, section 2): what `lint` must find, and nothing else.

It is made through Twilio's SDK, so the same hands make it in the Twilio stand-in and on our own server."""

CODE, NAME, NUMBER = "OFICINA_PRINCIPAL", "Oficina Principal", "+56229145248"
BINS = {"main": "EH" + "a1" * 16, "route": "EH" + "b2" * 16}
USERS = {"office": f"{NUMBER}-office", "security": f"{NUMBER}-security"}
PASSWORDS = {"office": f"SKyn3t2025_{CODE}_Office!", "security": f"SKyn3t2025_{CODE}_Security!"}


def bin_url(name):
    return f"https://handler.twilio.com/twiml/{BINS[name]}"


def documents(domain):
    """The two TwiML bins as the guide prints them: {file name: text}."""
    return {
        # The greeting stands before the Gather: keys pressed during it are lost.
        f"{CODE}_Main_IVR.xml": f"""<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Say language="es-MX" voice="alice">Bienvenido a {NAME}. Para oficina de administración, presione 1. \
Para conserjería, presione 2. Por favor, seleccione una opción.</Say>
    <Gather numDigits="1" timeout="10" action="{bin_url('route')}" method="POST"/>
    <Say language="es-MX" voice="alice">No se detectó ninguna selección. Adiós.</Say>
    <Hangup/>
</Response>
""",
        # No logic: every key rings the office; and the failure sentence follows every Dial.
        f"{CODE}_Call_Routing.xml": f"""<?xml version="1.0" encoding="UTF-8"?>
<Response>
    <Say language="es-MX" voice="alice">Conectando con oficina de administración.</Say>
    <Dial timeout="30" callerId="{NUMBER}">
        <Sip>sip:{USERS['office']}@{domain}</Sip>
    </Dial>
    <Say language="es-MX" voice="alice">No se pudo completar la conexión. Adiós.</Say>
    <Hangup/>
</Response>
"""}


def set_up(client, domain_name):
    """What the guide's hands do in the console; returns the SIDs. The number is owned already, or it is made."""
    credentials = client.sip.credential_lists.create(friendly_name=f"{CODE}_Credentials")
    for role, user in USERS.items():
        credentials.credentials.create(username=user, password=PASSWORDS[role])
    # The domain's voice URL stays empty, so calls that phones place fail.
    domain = next((its for its in client.sip.domains.list() if its.domain_name == domain_name), None)
    if domain is None:
        domain = client.sip.domains.create(domain_name=domain_name, friendly_name="SKYN3T Communities Platform",
                                           sip_registration=True)
    else:
        domain = domain.update(voice_url="", sip_registration=True)
    # Mapped to calls only: no phone ever registers.
    domain.auth.calls.credential_list_mappings.create(credential_list_sid=credentials.sid)
    owned = client.incoming_phone_numbers.list(phone_number=NUMBER)
    number = owned[0] if owned else client.incoming_phone_numbers.create(phone_number=NUMBER)
    number = number.update(friendly_name=NAME, voice_url=bin_url("main"), voice_method="POST")
    return {"list": credentials.sid, "domain": domain.sid, "number": number.sid}
