"""Holds what goes to and from a service against the cut of its public description (``cut.py``)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema_rs
from tests.openapi.cut import CUTS
from tests.openapi.exchanges import Exchange

# What holds names of anybody's choice.
_FREE = frozenset({"metadata", "custom_details", "blocks"})
# Where the service says itself that it was asked wrongly.
_BAD_REQUEST = frozenset({400, 422})
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_WORDS = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Lack:
    """A name that a description does not have, in the parts that ``where`` matches.

    Such a part is ``GET /oncalls request``. Without a name, complaints that ``where`` matches are
    none: there the description is stricter than the service.
    """

    where: str
    name: str
    why: str


class Description:
    """What the cuts ``names`` say of one service; ``lacks`` are known, those met are in ``met``.

    ``posts`` tells whether the service takes as POST what is described as GET.
    """

    def __init__(self, names: Sequence[str], lacks: Sequence[Lack], *, posts: bool = False) -> None:
        self.lacks, self.met = lacks, set[Lack]()
        self.operations: dict[str, Any] = {}
        self._definitions: dict[str, Any] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for name in names:
            cut = json.loads((CUTS / f"{name}.json").read_bytes())
            self.operations |= cut["operations"]
            self._definitions |= cut["definitions"]
            self._patterns += [(_pattern(it, cut["base"], posts), it) for it in cut["operations"]]
        # The more of a path is given, the better it fits.
        self._patterns.sort(key=lambda it: it[1].count("{"))

    def operation(self, exchange: Exchange) -> str:
        """Return the name of an operation, such as ``GET /incidents/{id}``; empty for none."""
        asked = f"{exchange.method} {exchange.path}"
        return next((each for pattern, each in self._patterns if pattern.fullmatch(asked)), "")

    def complaints(self, exchange: Exchange) -> Iterator[str]:
        """Yield what is wrong with an exchange, in the description's eyes."""
        name = self.operation(exchange)
        if not name:
            yield f"{exchange.method} {exchange.path}: there is no such operation"
            return
        found = []
        if exchange.status not in _BAD_REQUEST:
            found += [f"{name} request {each}" for each in self._of_request(name, exchange)]
        found += [f"{name} answer {each}" for each in self._of_answer(name, exchange)]
        for complaint in found:
            known = {it for it in self.lacks if not it.name and re.search(it.where, complaint)}
            self.met |= known
            if not known:
                yield complaint

    def _of_request(self, name: str, exchange: Exchange) -> Iterator[str]:
        operation, lacking = self.operations[name], self._lacking(f"{name} request")
        kind = exchange.headers.get("content-type", "").partition(";")[0]
        is_form = kind == _FORM and not operation["bodies"]
        # What may be asked for as a form has its parameters there.
        text = exchange.body.decode() if is_form else exchange.query
        asked = _without(dict(parse_qsl(text, keep_blank_values=True)), lacking, self.met)
        for each, value in asked.items():
            schema = operation["query"].get(each)
            if schema is None:
                yield f"parameter {each}: there is none"
            else:
                errors = self._errors(schema, _as_typed(value, schema))
                yield from (f"parameter {each} {error}" for error in errors)
        missing = {it for it in operation["required"] if it not in asked}
        missing |= {it for it in operation["headers"] if it.lower() not in exchange.headers}
        for each in sorted(missing):
            if each in lacking:
                self.met.add(lacking[each])
            else:
                yield f"{each} is missing"
        if not is_form:
            yield from self._of_body(operation["bodies"], kind, exchange.body, lacking)

    def _of_body(
        self, bodies: Mapping[str, Any], kind: str, body: bytes, lacking: Mapping[str, Lack]
    ) -> Iterator[str]:
        if not body:
            if bodies:
                yield "body is missing"
        elif kind not in bodies or kind != _JSON:
            yield f"body is {kind or 'of no kind'}"
        else:
            yield from self._errors(bodies[kind], _without(json.loads(body), lacking, self.met))

    def _of_answer(self, name: str, exchange: Exchange) -> Iterator[str]:
        answers, lacking = self.operations[name]["answers"], self._lacking(f"{name} answer")
        status = _status(exchange)
        if status not in answers:
            yield f"{status}: it never answers that"
            return
        answer = _without(json.loads(exchange.answer), lacking, self.met)
        yield from (f"{status} {error}" for error in self._errors(answers[status], answer))
        names = self._names(json.dumps(answers[status]))
        yield from (f"{status} has no {each}" for each in sorted(set(_names_in(answer)) - names))

    def _lacking(self, part: str) -> Mapping[str, Lack]:
        return {it.name: it for it in self.lacks if it.name and re.fullmatch(it.where, part)}

    def _errors(self, schema: Any, value: Any) -> Iterator[str]:
        for error in self._validator(json.dumps(schema)).iter_errors(value):
            where = "/".join("N" if isinstance(it, int) else str(it) for it in error.instance_path)
            yield f"/{where}: {error.message[:3000]}"

    @cache  # noqa: B019 - there are three of them, for as long as there are tests
    def _validator(self, schema: str) -> Any:
        whole = {"allOf": [json.loads(schema)], "definitions": self._definitions}
        return jsonschema_rs.Draft4Validator(whole, validate_formats=True)

    @cache  # noqa: B019 - as above
    def _names(self, schema: str) -> frozenset[str]:
        """Return every name that a schema and what it refers to has, at any depth."""
        texts, waiting = {""}, [schema]
        while waiting:
            text = waiting.pop()
            texts.add(text)
            for name in re.findall(r'"#/definitions/([^"]+)"', text):
                referred = json.dumps(self._definitions[name])
                if referred not in texts:
                    waiting.append(referred)
        return frozenset(name for text in texts if text for name in _properties(json.loads(text)))


def _pattern(operation: str, base: str, posts: bool) -> "re.Pattern[str]":
    method, path = operation.split()
    method = "(GET|POST)" if posts and method == "GET" else method
    return re.compile(f"{method} {base}" + re.sub(r"{\w+}", "[^/]+", path))


def _status(exchange: Exchange) -> str:
    # Slack's refusals come with 200.
    return "default" if exchange.answer.startswith(b'{"ok":false') else str(exchange.status)


def _as_typed(value: str, schema: Any) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        return _WORDS.get(value, value)
    if kind in {"integer", "number"}:
        return float(value) if "." in value else int(value)
    return [value] if kind == "array" else value


def _without(value: Any, lacking: Mapping[str, Lack], met: set[Lack]) -> Any:
    """Return a value without the names that are lacking, at any depth."""
    if isinstance(value, list):
        return [_without(each, lacking, met) for each in value]
    if not isinstance(value, dict):
        return value
    met |= {lacking[name] for name in value if name in lacking}
    return {name: _without(it, lacking, met) for name, it in value.items() if name not in lacking}


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _names_in(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            if name not in _FREE:
                yield from _names_in(each)


def _properties(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _properties(each)
    elif isinstance(schema, dict):
        yield from (
            schema.get("properties", {}) if isinstance(schema.get("properties"), dict) else ()
        )
        for each in schema.values():
            yield from _properties(each)
