"""Records what goes over the wire, and holds it against GitHub's description."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.openapi.npm_package import NotThereError, description

# Answers that any operation may have, whether or not the description repeats them.
_ANYWHERE = frozenset({301, 304, 401, 403, 404, 422})
# Of these parts of a path, GitHub takes slashes as they are.
_WITH_SLASHES = frozenset({"ref", "branch", "basehead"})
# Where the description is stricter than GitHub: a label without a description has null there,
# as the description itself says of every other answer with labels.
_TOO_STRICT = re.compile(r"/labels/\d+/description: null is not")
_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: str
    body: bytes
    status: int
    kind: str
    answer: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Recorder:
    """Middleware that keeps every exchange in ``kept``."""

    def __init__(self, app: ASGIApp, kept: list[Exchange]) -> None:
        self._app = app
        self._kept = kept

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, answered, head = bytearray(), bytearray(), {"status": 0, "kind": ""}

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                kinds = [value for name, value in message["headers"] if name == b"content-type"]
                head.update(status=message["status"], kind=b"".join(kinds).decode())
            answered.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, hear, say)
        self._kept.append(
            Exchange(
                scope["method"],
                scope["path"],
                scope["query_string"].decode(),
                bytes(asked),
                int(str(head["status"])),
                str(head["kind"]),
                bytes(answered),
                {name.decode(): value.decode("latin-1") for name, value in scope["headers"]},
            )
        )


@dataclass(frozen=True)
class Operation:
    """One operation of the description."""

    method: str
    template: str
    spec: Any

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the query's parameters."""
        listed = [whole(parameter) for parameter in self.spec.get("parameters", [])]
        return frozenset(it["name"] for it in listed if it["in"] == "query")

    @cached_property
    def body(self) -> Any:
        """What a request's body must be."""
        return _validator(_json_schema(self.spec.get("requestBody", {})))

    def answer(self, status: int) -> Any:
        """Return what an answer's body must be."""
        return _validator(_json_schema(whole(self.spec["responses"][str(status)])))


def complaints(exchange: Exchange) -> Iterator[str]:
    """Yield what is wrong with an exchange, in the description's eyes."""
    said = f"{exchange.method} {exchange.path} ({exchange.status})"
    if exchange.path.startswith(("/_logs/", "/repositories/", "/graphql")):
        return  # the storage of logs, where renamed repositories are, GraphQL: not described
    operation = operation_of(exchange.method, exchange.path)
    if operation is None:
        yield f"{said}: there is no such operation"
        return
    for name, _ in parse_qsl(exchange.query, keep_blank_values=True):
        if name not in operation.parameters:
            yield f"{said}: there is no parameter {name}"
    is_json = exchange.kind.startswith("application/json")
    if exchange.body and exchange.status < 300:
        yield from _errors(f"{said} request", operation.body, json.loads(exchange.body))
    if str(exchange.status) not in operation.spec["responses"]:
        if exchange.status not in _ANYWHERE and exchange.status < 500:
            yield f"{said}: it never answers that"
    elif exchange.answer and is_json:
        answer = json.loads(exchange.answer)
        yield from _errors(f"{said} answer", operation.answer(exchange.status), answer)


def _errors(said: str, validator: Any, value: Any) -> Iterator[str]:
    if validator is None:
        return
    for error in validator.iter_errors(value):
        where = "/".join(str(part) for part in error.instance_path)
        complaint = f"{said} /{where}: {error.message[:300]}"
        if not _TOO_STRICT.search(complaint):
            yield complaint


@cache
def _description() -> Any:
    return description()


def is_there() -> str:
    """Return why the description is not there, or an empty text; fails where it must be."""
    try:
        _description()
    except NotThereError as error:
        return str(error)
    return ""


@cache
def _operations() -> tuple[tuple[str, "re.Pattern[str]", Operation], ...]:
    found = []
    for template, methods in _description()["paths"].items():
        pattern = re.sub(
            r"\\{(\w+)\\}",
            lambda part: "(.+)" if part[1] in _WITH_SLASHES else "([^/]+)",
            re.escape(template),
        )
        for method, spec in methods.items():
            operation = Operation(method.upper(), template, spec)
            found.append((method.upper(), re.compile(pattern), operation))
    # The more of a path is given, the better it fits.
    literal = re.compile(r"{\w+}")
    return tuple(sorted(found, key=lambda it: -len(literal.sub("", it[2].template))))


@cache
def operation_of(method: str, path: str) -> Operation | None:
    for of, pattern, operation in _operations():
        if of == method and pattern.fullmatch(path):
            return operation
    return None


def whole(part: Any) -> Any:
    """Follow a reference to the end."""
    while "$ref" in part:
        found = _description()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _json_schema(content: Any) -> Any:
    return content.get("content", {}).get("application/json", {}).get("schema")


def _validator(schema: Any) -> Any:
    if schema is None:
        return None
    used: dict[str, Any] = {}
    root = _plain(schema, used)
    schemas = _description()["components"]["schemas"]
    while missing := [name for name, found in used.items() if found is None]:
        for name in missing:
            used[name] = _plain(schemas[name], used)
    whole = {"allOf": [root], "components": {"schemas": used}}
    return jsonschema_rs.Draft4Validator(whole, validate_formats=True)


def _plain(schema: Any, used: dict[str, Any]) -> Any:
    """Return a schema of OpenAPI 3.0 as JSON Schema, and note what it refers to in ``used``."""
    if isinstance(schema, list):
        return [_plain(each, used) for each in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if isinstance(reference, str):
        used.setdefault(reference.removeprefix(_REFERENCE), None)
        return {"$ref": reference}
    plain = {name: _plain(value, used) for name, value in schema.items()}
    if schema.get("nullable") is True:
        return {"anyOf": [plain, {"enum": [None]}]}
    return plain
