"""The GraphQL API's one route: reads a document, and picks what it asks for from a tree.

A tree is made of dictionaries, lists and plain values; a function in it is called with the
field's arguments. ``__typename`` in a dictionary decides which fragments are about it.
"""

from collections.abc import Callable
from typing import Any

from hotfix.simulators.github.answers import Json
from hotfix.simulators.github.call import Call, Reply, Route
from hotfix.simulators.github.graphql_selection import Field, GraphqlSyntaxError, fields_of


class GraphqlRefusedError(Exception):
    """An entry of ``errors``: GitHub's type and its words."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


class GraphqlRoute:
    """Answers GraphQL; as on GitHub, a refusal comes with the status 200.

    Args:
        roots: by ``query`` or ``mutation``: the tree that somebody with a login may ask.
    """

    def __init__(self, roots: dict[str, Callable[[str], Json]]) -> None:
        self._roots = roots

    def route(self) -> Route:
        """Return the one route."""
        return Route("POST", "/graphql", self._answer, "graphql")

    def _answer(self, call: Call) -> Reply:
        document = str(call.body.get("query") or "")
        try:
            kind, fields = fields_of(document, dict(call.body.get("variables") or {}))
            root = self._roots[kind](call.login) if kind in self._roots else {}
            return Reply({"data": picked(root, fields)})
        except GraphqlSyntaxError as error:
            return Reply({"errors": [{"message": f"Parse error: {error}"}]})
        except GraphqlRefusedError as error:
            wrong = {"type": error.kind, "message": error.message}
            return Reply({"data": None, "errors": [wrong]})


def picked(value: Any, fields: tuple[Field, ...]) -> Any:
    """Return what ``fields`` ask for of ``value``.

    Raises:
        GraphqlRefusedError: a field is unknown.
    """
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
