"""The least that GitHub's description lets an operation answer: what is required, and no more."""

import json
from typing import Any

from tests.openapi.exchanges import operation_of, whole

_TEXTS = {
    "date-time": "2026-03-12T03:12:09Z",
    "uri": "https://github.example/it",
    "email": "dana@github.example",
}
_DEEPEST = 12


class Least:
    """Makes answers; what may be null is, where ``with_nulls``."""

    def __init__(self, *, with_nulls: bool) -> None:
        self._with_nulls = with_nulls

    def answer(self, method: str, path: str) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of the first success that the operation may answer."""
        operation = operation_of(method, path)
        assert operation is not None, f"the description has no {method} {path}"
        responses = operation.spec["responses"]
        # Where it only sends elsewhere, as for logs, that is its success.
        good = [status for status in responses if status.startswith("2")]
        status = min(good or [status for status in responses if status.startswith("3")])
        content = whole(responses[status]).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        body = "" if schema is None else json.dumps(self._whole_of(schema))
        return int(status), {"Location": "https://127.0.0.1:1/"} if status == "302" else {}, body

    def _whole_of(self, schema: Any) -> Any:
        """Return a whole answer, which is never null: that is said of it where it is a part."""
        return self.value({**whole(schema), "nullable": False})

    def value(self, schema: Any, depth: int = 0) -> Any:
        """Return the least value of a schema."""
        schema = whole(schema)
        assert depth < _DEEPEST, "the description goes round in circles"
        if self._with_nulls and schema.get("nullable"):
            return None
        for several in ("oneOf", "anyOf"):
            if several in schema and "properties" not in schema:
                return self.value(schema[several][0], depth)
        if "allOf" in schema:
            parts = [self.value(part, depth) for part in schema["allOf"]]
            objects = [part for part in parts if isinstance(part, dict)]
            return {name: each for part in objects for name, each in part.items()} or parts[0]
        if "enum" in schema:
            return schema["enum"][0]
        return self._of_type(schema, depth)

    def _of_type(self, schema: Any, depth: int) -> Any:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            properties = schema.get("properties", {})
            return {
                name: self.value(properties.get(name, {}), depth + 1)
                for name in schema.get("required", ())
            }
        if kind == "array":
            items = whole(schema.get("items", {}))
            # One entry of each kind that there may be.
            kinds = items.get("oneOf") or items.get("anyOf") or [items]
            return [self.value(each, depth + 1) for each in kinds]
        if kind in {"integer", "number"}:
            return 1
        if kind == "boolean":
            return True
        return _TEXTS.get(schema.get("format", ""), "text").ljust(schema.get("minLength", 0), "0")
