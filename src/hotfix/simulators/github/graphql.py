"""The GraphQL API's one route: reads a document, and picks what it asks for from a tree.

A document is as gh and we write them: one operation, its variables, its fragments. A tree is made
of dictionaries, lists and plain values; a function in it is called with the field's arguments.
``__typename`` in a dictionary decides which fragments are about it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hotfix.simulators.github.answers import Json
from hotfix.simulators.github.call import Call, Reply, Route

_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\.\.\.|-?\d+(?:\.\d+)?|[_A-Za-z]\w*|[{}()\[\]:$!=]', re.ASCII
)
_LITERALS = {"true": True, "false": False, "null": None}


class GraphqlSyntaxError(Exception):
    """The document is none."""


@dataclass(frozen=True)
class Field:
    """A field that is asked for."""

    alias: str  # what it is called in the answer
    name: str
    arguments: dict[str, Any]  # with the variables filled in
    below: tuple["Field", ...]  # what is asked for of its value
    on: str = ""  # the type that the value's owner must have; empty for any


def fields_of(document: str, variables: dict[str, Any]) -> tuple[str, tuple[Field, ...]]:
    """Return ``query`` or ``mutation``, and the fields; raises GraphqlSyntaxError."""
    pieces = _pieces(_TOKEN.findall(document.replace(",", " ")))
    fragments = {it[1]: it for it in pieces if it[0] == "fragment"}
    operations = [it for it in pieces if it[0] != "fragment"]
    if len(operations) != 1:
        raise GraphqlSyntaxError(f"{len(operations)} operations")
    return _Reader(operations[0], dict(variables), fragments).operation()


def _pieces(tokens: list[str]) -> list[list[str]]:
    """Cut a document into its operation and its fragments."""
    found: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        found[-1].append(token)
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(token, 0)
        if token == "}" and depth == 0:
            found.append([])
    if found.pop():
        raise GraphqlSyntaxError("the document ends too early")
    return found


class _Reader:
    def __init__(
        self, tokens: list[str], variables: dict[str, Any], fragments: dict[str, list[str]]
    ) -> None:
        self._tokens = list(tokens)
        self._variables = variables
        self._fragments = fragments

    def operation(self) -> tuple[str, tuple[Field, ...]]:
        kind = "query" if self._is("{") else self._take()
        if kind not in {"query", "mutation"}:
            raise GraphqlSyntaxError(f"{kind} is no operation")
        while not self._is("{", "("):
            self._take()
        if self._is("("):
            self._take()
            self._defaults()
        return kind, self.fields()

    def fragment(self) -> tuple[Field, ...]:
        """Return the fields of ``fragment NAME on TYPE {...}``."""
        _, _, _, on = (self._take() for _ in range(4))
        return tuple(replace(field, on=field.on or on) for field in self.fields())

    def fields(self) -> tuple[Field, ...]:
        found: list[Field] = []
        self._expect("{")
        while not self._is("}"):
            if self._is("..."):
                found += self._spread()
            else:
                found.append(self._field())
        self._take()
        return tuple(found)

    def _spread(self) -> tuple[Field, ...]:
        self._expect("...")
        word = self._take()
        if word == "on":
            on = self._take()
            return tuple(replace(field, on=field.on or on) for field in self.fields())
        if word not in self._fragments:
            raise GraphqlSyntaxError(f"there is no fragment {word}")
        return _Reader(self._fragments[word], self._variables, self._fragments).fragment()

    def _field(self) -> Field:
        alias = name = self._take()
        if self._is(":"):
            self._take()
            name = self._take()
        arguments = self._pairs("(", ")") if self._is("(") else {}
        return Field(alias, name, arguments, self.fields() if self._is("{") else ())

    def _defaults(self) -> None:
        """Read ``$name: Type = value``: the types are the server's own business."""
        name = ""
        while not self._is(")"):
            token = self._take()
            if token == "$":
                name = self._take()
            elif token == "=":
                self._variables.setdefault(name, self._value())
        self._take()

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
        if token == "[":
            listed = []
            while not self._is("]"):
                listed.append(self._value())
            self._take()
            return listed
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
        return self._tokens.pop(0)

    def _expect(self, token: str) -> None:
        found = self._take()
        if found != token:
            raise GraphqlSyntaxError(f"expected {token}, found {found}")


class GraphqlRefusedError(Exception):
    """An entry of ``errors``: GitHub's type and its words."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True)
class GraphqlRoute:
    """Answers GraphQL; as on GitHub, a refusal comes with the status 200."""

    # By ``query`` or ``mutation``: the tree that somebody with a login may ask.
    roots: dict[str, Callable[[str], Json]]

    def route(self) -> Route:
        """Return the one route."""
        return Route("POST", "/graphql", self._answer, "graphql")

    def _answer(self, call: Call) -> Reply:
        document = str(call.body.get("query") or "")
        try:
            kind, fields = fields_of(document, dict(call.body.get("variables") or {}))
            root = self.roots[kind](call.login) if kind in self.roots else {}
            return Reply({"data": picked(root, fields)})
        except GraphqlSyntaxError as error:
            return Reply({"errors": [{"message": f"Parse error: {error}"}]})
        except GraphqlRefusedError as error:
            wrong = {"type": error.kind, "message": error.message}
            return Reply({"data": None, "errors": [wrong]})


def picked(value: Any, fields: tuple[Field, ...]) -> Any:
    """Return what ``fields`` ask for of ``value``; raises GraphqlRefusedError for unknown ones."""
    if isinstance(value, list):
        return [picked(each, fields) for each in value]
    if not fields or value is None:
        return value
    found: Json = {}
    for field in fields:
        if field.on not in {"", value.get("__typename", field.on)}:
            continue
        if field.name not in value:
            kind = value.get("__typename", "it")
            message = f"Field '{field.name}' doesn't exist on type '{kind}'"
            raise GraphqlRefusedError("undefinedField", message)
        part = value[field.name]
        made = part(field.arguments) if callable(part) else part
        found[field.alias] = picked(made, field.below)
    return found
