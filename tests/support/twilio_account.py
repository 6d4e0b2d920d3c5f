"""An account of Twilio as tests need it: its resources, and what Twilio refuses (rest-api.md, errors.md).

Rendered by Twilio's own description: an answer has the properties of its schema. Where Twilio's documents leave a doubt,
this is the stricter of both."""
import collections
import datetime
import email.utils
import hashlib
import itertools
import re
import threading

from twilio_description import twilio_cloud

API = "/2010-04-01"
REALM = "sip.twilio.com"
MAPPINGS = {  # what the operations are called after List, Create ...: (what is mapped, where)
    "SipAuthCallsCredentialListMapping": ("SipCredentialList", "calls"),
    "SipCredentialListMapping": ("SipCredentialList", "calls"),
    "SipAuthCallsIpAccessControlListMapping": ("SipIpAccessControlList", "addresses"),
    "SipIpAccessControlListMapping": ("SipIpAccessControlList", "addresses"),
    "SipAuthRegistrationsCredentialListMapping": ("SipCredentialList", "registrations"),
}
Kind = collections.namedtuple("Kind", "prefix parent limit over", defaults=(None, 10**6, 0))
KINDS = {
    "SipDomain": Kind("SD", None, 100, 21230),
    "SipCredentialList": Kind("CL", None, 100, 21239),
    "SipCredential": Kind("CR", "SipCredentialList", 1000, 21242),
    "SipIpAccessControlList": Kind("AL", None, 1000, 21255),
    "SipIpAddress": Kind("IP", "SipIpAccessControlList", 100, 21237),
    "IncomingPhoneNumber": Kind("PN"),
    "Application": Kind("AP"),
    "Address": Kind("AD"),
    "Bundle": Kind("BU"),
    "Call": Kind("CA"),
    "Notification": Kind("NO"),
}
PARENTS = {"DomainSid": "SipDomain", "CredentialListSid": "SipCredentialList",
           "IpAccessControlListSid": "SipIpAccessControlList"}
BAD_VALUE = {"SipDomain": 21231, "SipCredentialList": 21240, "SipCredential": 21240, "SipIpAccessControlList": 21235,
             "SipIpAddress": 21235}


class Refusal(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status, self.code = status, code

    def body(self):
        return {"code": self.code, "message": str(self), "status": self.status,
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}"}


class Row:
    def __init__(self, kind, sid, parent, values, now):
        self.kind, self.sid, self.parent, self.values, self.secret = kind, sid, parent, values, {}
        self.created = self.updated = now


class Moment(collections.namedtuple("Moment", "domains mapped credentials voice_urls")):
    def phone_may(self, place, domain_name, username, password):
        for domain, values in self.domains:
            if values["domain_name"] != domain_name or (place == "registrations" and not values.get("sip_registration")):
                continue
            lists = {its for at, its, where in self.mapped if at == domain and where == place}
            return any(its in lists and (user, secret) == (username, ha1(username, password))
                       for its, user, secret in self.credentials)
        return False


def snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class TwilioAccount:
    """`available` are numbers that can be bought: {E.164: what they need, "none", "any", "local", "foreign" or "bundle"};
    `price` is what each costs a month, None when Twilio does not tell. `taken` are domain names of other customers."""

    def __init__(self, sid="AC" + "7" * 32, token="7" * 32, available=None, taken=()):
        self.sid, self.token, self.available, self.taken = sid, token, dict(available or {}), set(taken)
        self.price, self.price_unit = "4.00", "USD"
        self.description = twilio_cloud()
        self.lock = threading.RLock()
        self._sids, self._seconds = itertools.count(1), itertools.count()
        self.on_call = None  # told of the row of a call that was placed, and of each that was changed (cloud_voice.py)
        self.clear()

    def clear(self):
        self.rows, self.mapped, self.bought = {}, [], []  # mapped: (domain, list, place), in the order of mapping

    # -- for tests

    def of(self, kind, **values):
        return [row for row in self.rows.values() if row.kind == kind
                and all(row.values.get(name) == value for name, value in values.items())]

    def add(self, kind, parent=None, **values):
        """Puts a resource there without asking the rules: what was done by hand long ago, a call that happened."""
        row = self._row(kind, parent, values)
        self.rows[row.sid] = row
        return row

    def _row(self, kind, parent, values):
        return Row(kind, KINDS[kind].prefix + f"{next(self._sids):032x}", parent and parent.sid, values, self._now())

    def _now(self):
        """Every write is a second later than the one before."""
        start = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.timezone.utc)
        return email.utils.format_datetime(start + datetime.timedelta(seconds=next(self._seconds)))

    def add_credential(self, credentials, username, password):
        row = self.add("SipCredential", credentials, username=username)
        row.secret["ha1"] = ha1(username, password)
        return row

    def phone_may(self, place, domain_name, username, password):
        """Whether a phone with these credentials may register ("registrations") or call ("calls")."""
        return self.moment().phone_may(place, domain_name, username, password)

    def moment(self):
        """What decides about phones and calls now, to be asked later."""
        return Moment(
            [(its.sid, dict(its.values)) for its in self.of("SipDomain")], list(self.mapped),
            [(its.parent, its.values["username"], its.secret["ha1"]) for its in self.of("SipCredential")],
            {its.values["phone_number"]: its.values.get("voice_url") or "" for its in self.of("IncomingPhoneNumber")})

    def snapshot(self):
        """All that can be told from outside, without SIDs and dates: to compare accounts."""
        def name(sid):
            values = self.rows[sid].values
            return values.get("domain_name") or values.get("friendly_name") or values.get("username")
        rows = sorted((row.kind, row.parent and name(row.parent) or "", tuple(sorted(
            (key, str(value)) for key, value in {**row.values, **row.secret}.items() if value not in (None, ""))))
            for row in self.rows.values())
        return rows, sorted((name(domain), name(its), place) for domain, its, place in self.mapped)

    # -- the API: one request that the description knows

    def answer(self, operation, path, query, form):
        """(status, body, whether something was written). Raises Refusal."""
        verb, kind = re.fullmatch(r"(List|Fetch|Create|Update|Delete)(\w+)", operation.id).groups()
        if path.get("AccountSid", self.sid) != self.sid:
            raise not_found(operation, path)
        if kind == "Account" and verb == "Fetch":
            return 200, self._render(operation, {"sid": self.sid, "friendly_name": "Operador", "status": "active",
                                                 "type": "Full"}), False
        if kind in MAPPINGS:
            return self._answer_mapping(operation, verb, kind, path, query, form)
        if kind.startswith("AvailablePhoneNumber"):
            return 200, self._available(operation, path, dict(query)), False
        if kind.startswith("IncomingPhoneNumber"):
            kind = "IncomingPhoneNumber"
        if kind == "Regulation":
            return 200, self._regulations(operation, dict(query)), False
        if kind == "Bundle" and verb == "List":
            return 200, self._bundles(operation, dict(query)), False
        if kind == "PhoneNumberCountry" and verb == "Fetch":
            return 200, self._prices(operation, path), False
        if kind == "Alert":
            return 200, self._page(operation, path, [], dict(query)), False
        if kind not in KINDS:
            raise Refusal(404, 20404, f"The stand-in has no {kind}")
        return getattr(self, "_" + verb.lower())(operation, kind, path, query, form)

    def _parent(self, operation, path):
        for name, kind in PARENTS.items():
            if name in path and operation.template.partition(name)[2] != "}.json":
                return self._find(operation, kind, path, name)
        return None

    def _find(self, operation, kind, path, name="Sid", parent=None):
        row = self.rows.get(path[name])
        if row is None or row.kind != kind or (parent is not None and row.parent != parent.sid):
            raise not_found(operation, path)
        return row

    def _list(self, operation, kind, path, query, form):
        parent, query = self._parent(operation, path), dict(query)
        rows = [row for row in reversed(self.rows.values()) if row.kind == kind
                and row.parent == (parent and parent.sid)]
        if wanted := query.get("PhoneNumber"):
            pattern = re.compile(re.escape(wanted).replace(r"\*", r"\d"))
            rows = [row for row in rows if pattern.search(row.values["phone_number"])]
        for name in ("FriendlyName", "To", "From", "Status"):
            if name in query:
                rows = [row for row in rows if row.values.get(snake(name)) == query[name]]
        return 200, self._page(operation, path, [(row.sid, self._values(row)) for row in rows], query), False

    def _fetch(self, operation, kind, path, query, form):
        row = self._find(operation, kind, path, parent=self._parent(operation, path))
        return 200, self._render(operation, self._values(row)), False

    def _create(self, operation, kind, path, query, form):
        parent, values = self._parent(operation, path), dict(form)
        if len([row for row in self.rows.values() if row.kind == kind and row.parent == (parent and parent.sid)]) >= \
                KINDS[kind].limit:
            raise Refusal(400, KINDS[kind].over, f"Too many of {kind}")
        row = self._row(kind, parent, self._defaults(kind))
        self._change(operation, row, values)
        self.rows[row.sid] = row
        if kind == "Call" and self.on_call:
            self.on_call(row)
        return 201, self._render(operation, self._values(row)), True

    def _update(self, operation, kind, path, query, form):
        row = self._find(operation, kind, path, parent=self._parent(operation, path))
        self._change(operation, row, dict(form))
        if kind == "Call" and self.on_call:
            self.on_call(row)
        return 200, self._render(operation, self._values(row)), True

    def _delete(self, operation, kind, path, query, form):
        row = self._find(operation, kind, path, parent=self._parent(operation, path))
        # That a domain may go with its mappings is documented nowhere: this one refuses (rest-api.md, 3.1).
        if any(row.sid in pair[:2] for pair in self.mapped):
            code = {"SipCredentialList": 21241, "SipIpAccessControlList": 21236}.get(kind, 21231)
            raise Refusal(400, code, f"{row.sid} is still mapped")
        if kind == "IncomingPhoneNumber":
            self.available[row.values["phone_number"]] = "none"
        for each in [each for each in self.rows.values() if row.sid in (each.sid, each.parent)]:
            del self.rows[each.sid]
        return 204, None, True

    def _answer_mapping(self, operation, verb, kind, path, query, form):
        domain = self._find(operation, "SipDomain", path, "DomainSid")
        listed, place = MAPPINGS[kind]
        if verb == "List":
            lists = [its for at, its, where in reversed(self.mapped) if (at, where) == (domain.sid, place)]
            shown = [(sid, self._mapping(domain, sid)) for sid in lists]
            return 200, self._page(operation, path, shown, dict(query)), False
        sid = path.get("Sid") or next(value for name, value in form if name.endswith("Sid"))
        mapping = (domain.sid, sid, place)
        if verb == "Create":
            if sid not in self.rows or self.rows[sid].kind != listed:
                raise Refusal(400, 21231, f"{sid} does not exist")
            if mapping in self.mapped:
                raise Refusal(400, 21231, f"{sid} is mapped already")
            if len([m for m in self.mapped if m[::2] == mapping[::2]]) >= 100:
                raise Refusal(400, 21231, "Too many lists")
            self._refuse_ambiguous(mapping)
            self.mapped.append(mapping)
            return 201, self._render(operation, self._mapping(domain, sid)), True
        if mapping not in self.mapped:
            raise not_found(operation, path)
        if verb == "Delete":
            self.mapped.remove(mapping)
            return 204, None, True
        return 200, self._render(operation, self._mapping(domain, sid)), False

    def _refuse_ambiguous(self, mapping):
        domain, sid, place = mapping
        if place == "addresses":
            return
        mine = {row.values["username"] for row in self.of("SipCredential") if row.parent == sid}
        others = {its for at, its, where in self.mapped if (at, where) == (domain, place)}
        if mine & {row.values["username"] for row in self.of("SipCredential") if row.parent in others}:
            raise Refusal(400, 21231, "A user of the list is in a mapped list already")

    def _mapping(self, domain, sid):
        return {**self._values(self.rows[sid]), "domain_sid": domain.sid}

    # -- values

    def _defaults(self, kind):
        values = {"SipDomain": {"voice_method": "POST", "sip_registration": False, "secure": False,
                                "emergency_calling_enabled": False, "voice_fallback_method": "POST",
                                "voice_status_callback_method": "POST"},
                  "SipIpAddress": {"cidr_prefix_length": 32},
                  "IncomingPhoneNumber": {"voice_method": "POST", "voice_fallback_method": "POST",
                                          "status_callback_method": "POST", "beta": False, "origin": "twilio",
                                          "address_requirements": "none", "emergency_status": "Inactive",
                                          "voice_caller_id_lookup": False, "status": "in-use",
                                          "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False}},
                  "Call": {"status": "queued", "direction": "outbound-api"},
                  "Application": {"voice_method": "POST", "voice_fallback_method": "POST"}}
        return dict(values.get(kind, {}))

    def _change(self, operation, row, parameters):
        """Checks the parameters and takes them over; nothing is taken when one is refused."""
        values, secret = dict(row.values), dict(row.secret)
        for name, value in parameters.items():
            if name not in operation.form:
                continue  # Twilio ignores what it does not know
            kind = operation.form[name].get("type")
            typed = value.lower() == "true" if kind == "boolean" else int(value) if kind == "integer" else value
            values[snake(name)] = typed
        if missing := operation.required - parameters.keys():
            raise Refusal(400, BAD_VALUE.get(row.kind, 20422), f"{sorted(missing)[0]} is required")
        getattr(self, "_check_" + snake(row.kind), lambda *_: None)(row, values, secret)
        row.values, row.secret, row.updated = values, secret, self._now()

    def _check_sip_domain(self, row, values, secret):
        name = values["domain_name"] = values["domain_name"].lower()
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?\.sip\.twilio\.com", name):
            raise Refusal(400, 21232, f"Domain name is invalid: {name}")
        if name in self.taken or any(each is not row for each in self.of("SipDomain", domain_name=name)):
            raise Refusal(400, 21232, f"Domain name is in use: {name}")
        check_text(values.get("friendly_name"), 64, 21231)
        check_urls(values, 21231, 21231)

    def _check_sip_credential_list(self, row, values, secret):
        self._check_name(row, values, 64, 21240)

    def _check_sip_ip_access_control_list(self, row, values, secret):
        self._check_name(row, values, 255, 21235)

    def _check_name(self, row, values, longest, code):
        check_text(values.get("friendly_name"), longest, code, shortest=1)
        if any(each is not row for each in self.of(row.kind, friendly_name=values["friendly_name"])):
            raise Refusal(400, code, f"There is a {row.kind} of this FriendlyName already")

    def _check_sip_credential(self, row, values, secret):
        username, password = values["username"], values.pop("password", None)
        if not re.fullmatch(r"[A-Za-z0-9+._-]{1,32}", username):
            raise Refusal(400, 21240, "Username has characters that are not allowed, or more than 32")
        if any(each is not row and each.parent == row.parent for each in self.of("SipCredential", username=username)):
            raise Refusal(400, 21240, f"{username} is in this list already")
        if password is None:
            return
        if len(password) < 12 or not all(re.search(its, password) for its in ("[0-9]", "[a-z]", "[A-Z]")):
            raise Refusal(400, 21240, "The password needs 12 characters, a digit, lower and upper case")
        secret["ha1"] = ha1(username, password)

    def _check_sip_ip_address(self, row, values, secret):
        octets = values["ip_address"].split(".")
        if len(octets) != 4 or not all(octet.isdecimal() and int(octet) < 256 for octet in octets):
            raise Refusal(400, 21235, "IpAddress is invalid")
        if not 1 <= values["cidr_prefix_length"] <= 32:
            raise Refusal(400, 21235, "CidrPrefixLength is invalid")
        check_text(values.get("friendly_name"), 255, 21235, shortest=1)
        for each in self.rows.values():
            if each.kind == row.kind and each is not row and each.parent == row.parent and (
                    each.values["friendly_name"] == values["friendly_name"] or
                    each.values["ip_address"] == values["ip_address"]):
                raise Refusal(400, 21235, "The name or the address is in this list already")

    def _check_call(self, row, values, secret):
        if row.sid in self.rows:
            return
        if not self.of("IncomingPhoneNumber", phone_number=values["from"]):
            raise Refusal(400, 21210, f"From is not a number of this account: {values['from']}")
        for name in ("sip_auth_password", "twiml"):  # asked for, never shown
            secret[name] = values.pop(name, None)

    def _check_application(self, row, values, secret):
        check_urls(values, 21402, 21403)

    def _check_incoming_phone_number(self, row, values, secret):
        check_text(values.get("friendly_name"), 64, 21421)
        check_urls(values, 21402, 21403)
        if values.get("voice_fallback_url") and not values.get("voice_url"):
            raise Refusal(400, 21405, "VoiceFallbackUrl without VoiceUrl")
        application = values.get("voice_application_sid")
        if application and (application not in self.rows or self.rows[application].kind != "Application"):
            raise Refusal(400, 21420, f"{application} is not accessible")
        if row.sid not in self.rows:
            self._buy(values)

    def _buy(self, values):
        number = values.get("phone_number") or ""
        if not re.fullmatch(r"\+[1-9]\d{6,14}", number):
            raise Refusal(400, 21421, f"PhoneNumber is invalid: {number}")
        if number not in self.available:
            raise Refusal(400, 21422, f"{number} is not available")
        needs = self.available[number]
        address = self.rows.get(values.get("address_sid"))
        if values.get("address_sid") and not address:
            raise Refusal(400, 21631, "AddressSid does not exist")
        is_local = address is not None and address.values["iso_country"] == "CL"
        if (needs == "any" and not address) or (needs == "foreign" and (not address or is_local)):
            raise Refusal(400, 21631, "AddressSid is required")
        if needs == "local" and not is_local:
            raise Refusal(400, 21615, "A local AddressSid is required")
        bundle = self.rows.get(values.get("bundle_sid"))
        if (needs == "bundle" or values.get("bundle_sid")) and (not bundle or bundle.values["status"] != "twilio-approved"):
            raise Refusal(400, 21649, "An approved BundleSid is required")
        values.setdefault("friendly_name", number)
        del self.available[number]
        self.bought.append(number)

    # -- answers

    def _auth_type(self, row):
        places = {where for domain, _, where in self.mapped if domain == row.sid}
        return ",".join(name for name, where in (("IP_ACL", "addresses"), ("CREDENTIAL_LIST", "calls")) if where in places)

    def _values(self, row):
        values = {**row.values, "sid": row.sid, "date_created": row.created, "date_updated": row.updated}
        if row.kind == "SipDomain":
            values["auth_type"] = self._auth_type(row)
        for name, kind in PARENTS.items():
            if row.parent and self.rows[row.parent].kind == kind:
                values[snake(name)] = row.parent
        return values

    def _render(self, operation, values):
        schema = operation.answers[operation.status]
        return self._render_as(schema, values, operation.template)

    def _render_as(self, schema, values, template):
        values = {"account_sid": self.sid, "api_version": "2010-04-01", **values}
        shape = self.description.shape(schema)
        if "uri" in shape:
            base = template.removesuffix("/{Sid}.json").removesuffix(".json")
            for name, value in {"AccountSid": self.sid, **{PASCAL: values.get(snake(PASCAL)) for PASCAL in PARENTS}}.items():
                base = base.replace("{" + name + "}", value or "")
            values["uri"] = f"{base}/{values['sid']}.json"
        if "subresource_uris" in shape:
            values["subresource_uris"] = {}
        return {name: values.get(name) for name in shape}

    def _page(self, operation, path, rows, query):
        size = int(query.get("PageSize", 50))
        if size > 1000 or size < 1:
            raise Refusal(400, 20007, "Page size is invalid")
        page, token, start = int(query.get("Page", 0)), query.get("PageToken"), 0
        if token is not None:
            start = next((index + 1 for index, (sid, _) in enumerate(rows) if token == "PA" + sid), None)
        if start is None or (page and token is None):
            raise Refusal(400, 21481, "PageToken is invalid")
        shown, key = rows[start:start + size], operation.list_key
        schema = operation.answers[200]["properties"]
        filters = "".join(f"&{name}={value}" for name, value in query.items() if not name.startswith("Page"))
        where = fill(operation.template, path)

        def uri(number, after=""):
            return f"{where}?PageSize={size}&Page={number}{after}{filters}"
        more = f"&PageToken=PA{shown[-1][0]}" if start + size < len(rows) else ""
        return {key: [self._render_as(schema[key]["items"], values, operation.template) for _, values in shown],
                "page": page, "page_size": size, "start": start, "end": start + max(len(shown) - 1, 0),
                "uri": uri(page), "first_page_uri": uri(0), "previous_page_uri": None,
                "next_page_uri": uri(page + 1, more) if more else None}

    def _available(self, operation, path, query):
        if path["CountryCode"] != "CL" or operation.id not in ("ListAvailablePhoneNumberLocal",):
            raise not_found(operation, path)
        wanted = re.escape(query.get("Contains", "")).replace(r"\*", r"\d")
        schema = operation.answers[200]["properties"]["available_phone_numbers"]["items"]
        found = [{"phone_number": number, "friendly_name": number, "iso_country": "CL", "beta": False,
                  "address_requirements": needs if needs in ("any", "local", "foreign") else "none",
                  "capabilities": {"voice": True, "SMS": False, "MMS": False, "fax": False}}
                 for number, needs in sorted(self.available.items()) if re.search(wanted, number)]
        return {"uri": fill(operation.template, path),
                "available_phone_numbers": [{**self.description.shape(schema), **each}
                                            for each in found[:int(query.get("PageSize", 50))]]}

    def _regulations(self, operation, query):
        """Those of Chile are not documented (rest-api.md, 4.3); these are Australia's under its name."""
        _, example = self.description.by_id["FetchRegulation"].examples[0]
        asked = {name: query.get(name) for name in ("IsoCountry", "NumberType", "EndUserType") if query.get(name)}
        shown = {**example, "friendly_name": "Chile: Local - Individual", "iso_country": "CL"}
        found = all(str(shown.get(snake(name))).lower() == value.lower() for name, value in asked.items())
        return self._results(operation, [shown] if found else [])

    def _bundles(self, operation, query):
        schema = operation.answers[200]["properties"]["results"]["items"]
        shape = self.description.shape(schema)
        found = [row for row in self.of("Bundle") if row.values["status"] == query.get("Status", row.values["status"])]
        return self._results(operation, [
            {**{name: None for name in shape}, "sid": row.sid, "account_sid": self.sid, **row.values} for row in found])

    def _results(self, operation, results):
        url = f"https://numbers.twilio.com{operation.template}?PageSize=50&Page=0"
        return {"results": results,
                "meta": {"page": 0, "page_size": 50, "first_page_url": url, "previous_page_url": None, "next_page_url": None,
                         "url": url, "key": "results"}}

    def _prices(self, operation, path):
        if path["IsoCountry"] != "CL":
            raise not_found(operation, path)
        prices = [{"number_type": "local", "base_price": self.price, "current_price": self.price}] if self.price else []
        return {"country": "Chile", "iso_country": "CL", "price_unit": self.price_unit, "phone_number_prices": prices,
                "url": "https://pricing.twilio.com/v1/PhoneNumbers/Countries/CL"}


def ha1(username, password):
    return hashlib.md5(f"{username}:{REALM}:{password}".encode()).hexdigest()


def fill(template, path):
    for name, value in path.items():
        template = template.replace("{" + name + "}", value)
    return template


def not_found(operation, path):
    return Refusal(404, 20404, f"The requested resource {fill(operation.template, path)} was not found")


def check_text(value, longest, code, shortest=0):
    if len(value or "") > longest or len(value or "") < shortest:
        raise Refusal(400, code, f"FriendlyName must have {shortest} to {longest} characters")


def check_urls(values, bad_url, bad_method):
    for name, value in values.items():
        if name.endswith("_url") and value and not re.fullmatch(r"https?://[^/\s]+(/\S*)?", value):
            raise Refusal(400, bad_url, f"{name} is invalid: {value}")
        if name.endswith("_method") and value not in (None, "", "GET", "POST"):
            raise Refusal(400, bad_method, f"{name} is invalid: {value}")
