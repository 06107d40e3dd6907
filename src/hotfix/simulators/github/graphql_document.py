"""A GraphQL document, as far as clients of this GitHub write them: one operation, no fragments."""

import json
import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?|[_A-Za-z]\w*|[{}()\[\]:$!=]')
_LITERALS = {"true": True, "false": False, "null": None}


class GraphqlSyntaxError(Exception):
    """The document is none."""


@dataclass(frozen=True)
class Field:
    """A field that is asked for: name, arguments (variables filled in), and fields below it."""

    alias: str
    name: str
    arguments: dict[str, Any]
    below: tuple["Field", ...]


def fields_of(document: str, variables: dict[str, Any]) -> tuple[str, tuple[Field, ...]]:
    """Return ``query`` or ``mutation``, and the fields that are asked for."""
    return _Reader(document, variables).operation()


class _Reader:
    def __init__(self, document: str, variables: dict[str, Any]) -> None:
        self._tokens = _TOKEN.findall(document.replace(",", " "))
        self._variables = variables

    def operation(self) -> tuple[str, tuple[Field, ...]]:
        kind = "query" if self._is("{") else self._take()
        if kind not in {"query", "mutation"}:
            raise GraphqlSyntaxError(f"{kind} is no operation")
        while not self._is("{", "("):
            self._take()
        if self._is("("):
            # The variables' types are the server's own business.
            while self._take() != ")":
                pass
        return kind, self._fields()

    def _fields(self) -> tuple[Field, ...]:
        found = []
        self._expect("{")
        while not self._is("}"):
            found.append(self._field())
        self._take()
        return tuple(found)

    def _field(self) -> Field:
        alias = name = self._take()
        if self._is(":"):
            self._take()
            name = self._take()
        arguments = self._pairs("(", ")") if self._is("(") else {}
        return Field(alias, name, arguments, self._fields() if self._is("{") else ())

    def _pairs(self, opening: str, closing: str) -> dict[str, Any]:
        self._expect(opening)
        found = {}
        while not self._is(closing):
            name = self._take()
            self._expect(":")
            found[name] = self._value()
        self._take()
        return found

    def _value(self) -> Any:
        if self._is("{"):
            return self._pairs("{", "}")
        token = self._take()
        if token == "$":
            return self._variables.get(self._take())
        if token in _LITERALS:
            return _LITERALS[token]
        is_json = token[0] == '"' or token.lstrip("-")[:1].isdecimal()
        return json.loads(token) if is_json else token

    def _is(self, *tokens: str) -> bool:
        return bool(self._tokens) and self._tokens[0] in tokens

    def _take(self) -> str:
        if not self._tokens:
            raise GraphqlSyntaxError("the document ends too early")
        return str(self._tokens.pop(0))

    def _expect(self, token: str) -> None:
        found = self._take()
        if found != token:
            raise GraphqlSyntaxError(f"expected {token}, found {found}")
