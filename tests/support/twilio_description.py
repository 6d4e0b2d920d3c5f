"""Descriptions of APIs - Twilio's own, from npm @twilio/cli-core, and ours - and what is wrong with a request or an answer by
them.

Stricter than an OpenAPI validator: an answer has every property that the schema names and none beyond it and the
description's own examples, a request no parameter that the operation does not have, and formats are looked at. Ours is held
strictest: it says what may be null or absent, and which errors there are."""
import functools
import json
import pathlib
import re
import urllib.parse

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "build/peers/node_modules"
FOLDER = PEERS / "@twilio/cli-core/src/services/twilio-api"

FORMATS = {
    "date-time-rfc-2822": re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
                                     r" \d{4} \d\d:\d\d:\d\d [+-]\d{4}"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uri": re.compile(r"(/|https?://)\S*"),
    "phone-number": re.compile(r"\S.*"),
    "iso-country-code": re.compile(r"[A-Z]{2}"),
    "currency": re.compile(r"[A-Za-z]{3}"),
}
ERROR = {"code", "message", "more_info", "status"}
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": (int, float)}
# Twilio's lists of available numbers leave the frame out (rest-api.md, 1.5).
FRAME = {"end", "first_page_uri", "next_page_uri", "page", "page_size", "previous_page_uri", "start"}


def _names(values):
    for value in values:
        if isinstance(value, dict):
            yield from value
            yield from _names(value.values())
        elif isinstance(value, list):
            yield from _names(value)


class Operation:
    """One method of one path of the description."""

    def __init__(self, description, template, method, raw):
        self.template, self.method, self.id = template, method.upper(), raw["operationId"]
        self.own, self.summary = description.own, raw.get("summary", "")
        names = re.findall(r"{(\w+)}", template)
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template))
        self.path, self.path_names = re.compile(pattern), names
        parameters = [description.resolve(p) for p in raw.get("parameters", [])]
        self.path_parameters = {p["name"]: p["schema"] for p in parameters if p["in"] == "path"}
        self.query = {p["name"]: description.resolve(p["schema"]) for p in parameters if p["in"] == "query"}
        body = description.resolve(raw.get("requestBody", {})).get("content", {}).get("application/x-www-form-urlencoded", {})
        form = description.resolve(body.get("schema", {}))
        # Parameters of any name: variables of a document.
        self.open_form = "additionalProperties" in form
        self.open_query = any(schema.get("type") == "object" for schema in self.query.values())
        self.form = {name: description.resolve(schema) for name, schema in form.get("properties", {}).items()}
        self.required = set(form.get("required", []))
        self.answers, self.examples, self.media = {}, [], {}
        for status, answer in raw["responses"].items():
            answer = description.resolve(answer)
            content = answer.get("content", {}).get("application/json", {})
            self.answers[int(status)] = description.resolve(content["schema"]) if "schema" in content else None
            self.media[int(status)] = next((its for its in answer.get("content", {}) if its != "application/json"), None)
            self.examples += [(int(status), each["value"]) for each in content.get("examples", {}).values()]
        self.status = min(self.answers)
        self.in_examples = set(_names(value for _, value in self.examples))
        self.optional = FRAME if self.id.startswith("ListAvailablePhoneNumber") else set()

    @property
    def list_key(self):
        """The name of the list in this operation's answer, None when it answers one resource."""
        schema = self.answers[self.status] or {}
        if not self.id.startswith("List"):
            return None
        return next(name for name, its in schema["properties"].items() if its.get("type") == "array")

    def __repr__(self):
        return f"{self.id} ({self.method} {self.template})"


class Description:
    """`own`: of this project, without holes."""

    def __init__(self, *documents, own=False):
        self.operations, self.parts, self.own = [], {}, own
        for raw in documents:
            for kind, its in raw["components"].items():
                self.parts.setdefault(kind, {}).update(its)
            for template, methods in raw["paths"].items():
                self.operations += [Operation(self, template, m, methods[m]) for m in ("get", "post", "delete")
                                    if m in methods]
        # A literal segment beats a parameter: /IncomingPhoneNumbers/Local.json is no number.
        self.operations.sort(key=lambda each: (len(each.path_names), each.template))
        self.by_id = {each.id: each for each in self.operations}

    def resolve(self, part):
        """What a reference stands for, also one that is nullable."""
        while "$ref" in part:
            _, _, kind, name = part["$ref"].split("/")
            part = self.parts[kind][name]
        if "allOf" in part:
            base, = part["allOf"]
            part = {**self.resolve(base), **{name: its for name, its in part.items() if name != "allOf"}}
        return part

    def find(self, method, path):
        """(operation, values of the path's parameters), or (None, {})."""
        for each in self.operations:
            if each.method == method and (found := each.path.fullmatch(path)):
                return each, {name: urllib.parse.unquote(value) for name, value in found.groupdict().items()}
        return None, {}

    def methods(self, path):
        return {each.method for each in self.operations if each.path.fullmatch(path)}

    # -- requests

    def request_problems(self, operation, query, form):
        """What is wrong with the parameters: lists of (name, value) pairs."""
        problems = []
        for where, known, given, is_open in (("query", operation.query, query, operation.open_query),
                                             ("form", operation.form, form, operation.open_form)):
            seen = {}
            for name, value in given:
                seen.setdefault(name, []).append(value)
            for name, values in seen.items():
                if name not in known and is_open:
                    continue
                if name not in known:
                    problems.append(f"{operation.id}: {where} parameter {name} is unknown")
                    continue
                problems += [f"{operation.id}: {name}={value!r}: {problem}" for value in values
                             for problem in self._parameter_problems(known[name], value, len(values))]
        missing = operation.required - {name for name, _ in form}
        return problems + [f"{operation.id}: {name} is missing" for name in sorted(missing)]

    def _parameter_problems(self, schema, value, count):
        if schema.get("type") == "array":
            schema, count = self.resolve(schema["items"]), 1
        if count > 1:
            yield "given more than once"
        kind = schema.get("type")
        if kind == "boolean" and value.lower() not in ("true", "false"):
            yield "is no boolean"
        elif kind == "integer" and not re.fullmatch(r"-?\d+", value):
            yield "is no integer"
        elif kind == "integer":
            if int(value) < schema.get("minimum", int(value)) or int(value) > schema.get("maximum", int(value)):
                yield "is out of range"
        elif kind == "string" and value:
            yield from string_problems(schema, value, request=True)

    # -- answers

    def answer_problems(self, operation, status, body):
        """What is wrong with an answer of this operation; of Twilio's, with one that is none of an error."""
        if status not in operation.answers:
            return [f"{operation.id}: status {status}, not {sorted(operation.answers)}"]
        schema = operation.answers[status]
        if schema is None:
            return [f"{operation.id}: a body where there is none: {body!r}"] if body not in (None, "") else []
        return [f"{operation.id}: {problem}" for problem in self._value_problems(operation, schema, body, "")]

    def _value_problems(self, operation, schema, value, at):
        schema = self.resolve(schema)
        if value is None:
            # Twilio's forgets to call most properties nullable; lists and counts never are null.
            if not schema.get("nullable") and (self.own or schema.get("type") in ("array", "integer")):
                yield f"{at or 'the answer'} is null"
            return
        kind = schema.get("type")
        if kind == "number" and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return  # prices, in all examples
        if kind and (not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool))):
            yield f"{at or 'the answer'} is {type(value).__name__} {value!r}, not {kind}"
        elif kind == "object":
            yield from self._object_problems(operation, schema, value, at)
        elif kind == "array":
            for index, each in enumerate(value):
                yield from self._value_problems(operation, schema["items"], each, f"{at}[{index}]")
        elif kind == "string":
            yield from (f"{at} {value!r} {problem}" for problem in string_problems(schema, value))

    def _object_problems(self, operation, schema, value, at):
        if schema.get("format") in ("uri-map", "phone-number-capabilities"):
            kind = str if schema["format"] == "uri-map" else bool
            yield from (f"{at}.{name} is {each!r}" for name, each in value.items() if not isinstance(each, kind))
            return
        known = schema.get("properties")
        if known is None:
            if isinstance(beyond := schema.get("additionalProperties"), dict):
                for name, each in value.items():
                    yield from self._value_problems(operation, beyond, each, f"{at}.{name}")
            return
        for name, each in value.items():
            if name in known:
                yield from self._value_problems(operation, known[name], each, f"{at}.{name}")
            elif name not in operation.in_examples:
                yield f"{at}.{name} is unknown"
        needed = schema.get("required", ()) if self.own else known
        yield from (f"{at}.{name} is missing" for name in needed if name not in value and name not in operation.optional)

    def error_problems(self, status, body):
        """What is wrong with an error's body (rest-api.md, 1.3)."""
        if not isinstance(body, dict):
            return [f"an error {status} without a JSON body: {body!r}"]
        problems = []
        if body.get("status") != status:
            problems.append(f"status is {body.get('status')!r} in the body of a {status}")
        if not isinstance(body.get("message"), str) or not body["message"]:
            problems.append(f"message is {body.get('message')!r}")
        if not isinstance(body.get("code"), int) or isinstance(body["code"], bool):
            problems.append(f"code is {body.get('code')!r}")
        elif body.get("more_info") != f"https://www.twilio.com/docs/errors/{body['code']}":
            problems.append(f"more_info is {body.get('more_info')!r}")
        known = ERROR | (set(self.resolve({"$ref": "#/components/schemas/Error"})["properties"]) if self.own else set())
        return problems + [f"{name} is unknown" for name in body if name not in known]

    def shape(self, schema):
        """A resource of this schema with every property null: what an answer is made from."""
        return {name: None for name in self.resolve(schema)["properties"]}


def string_problems(schema, value, request=False):
    if value == "" and schema.get("nullable"):
        return  # how Twilio says of many that there is none
    if "enum" in schema and value not in schema["enum"]:
        yield f"is none of {schema['enum']}"
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield f"does not match {schema['pattern']}"
    pattern = FORMATS.get(schema.get("format"))
    if pattern and value and not request and not pattern.fullmatch(value):
        yield f"is no {schema['format']}"


def _twilio(*names):
    for name in names:
        path = FOLDER / f"twilio_{name}.json"
        assert path.exists(), f"{path} is missing: ./run test installs it"
        yield json.loads(path.read_text())


@functools.cache
def twilio_api():
    """api.twilio.com/2010-04-01 and monitor.twilio.com/v1, whose paths do not collide."""
    return Description(*_twilio("api_v2010", "monitor_v1"))


@functools.cache
def own_api():
    """What this server has beyond Twilio's API."""
    return Description(yaml.safe_load((ROOT / "docs/openapi.yaml").read_text()), own=True)


@functools.cache
def twilio_cloud():
    """The same with numbers.twilio.com/v2 and pricing.twilio.com/v1, for what is bought."""
    return Description(*_twilio("api_v2010", "monitor_v1", "numbers_v2", "pricing_v1"))
