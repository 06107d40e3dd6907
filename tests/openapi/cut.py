"""Cuts what we use out of a service's public description of its API: names and types alone.

The sources are named below; with one of them as a file, ``python -m tests.openapi.cut slack FILE``
writes the cut anew. It holds no sentence of theirs, and is JSON Schema: what OpenAPI writes in its
own way is rewritten.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CUTS = Path(__file__).parent / "descriptions"
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
# What a schema says about values; everything else is for people.
_FACTS = (
    *("type", "enum", "format", "pattern", "required", "uniqueItems", "minItems", "maxItems"),
    *("minLength", "maxLength", "minimum", "maximum"),
)
# Statuspage describes a map by a key that some component has.
_SOMEBODYS_ID = re.compile(r"(?=.*\d)[a-z0-9]{12}")


@dataclass(frozen=True)
class Source:
    """Where a description is, and the operations that are used; ``base`` is before each path."""

    repository: str
    commit: str
    file: str
    base: str
    operations: tuple[str, ...]


SOURCES = {
    "slack": Source(
        "https://github.com/slackapi/slack-api-specs",
        "bc08db49625630e3585bf2f1322128ea04f2a7f3",
        "web-api/slack_web_openapi_v2.json",
        "/api",
        (
            *("GET /auth.test", "POST /chat.postMessage", "POST /chat.update"),
            *("GET /conversations.history", "GET /conversations.info", "GET /conversations.list"),
            *("GET /conversations.replies", "GET /users.info", "GET /users.lookupByEmail"),
            "GET /usergroups.list",
        ),
    ),
    "pagerduty": Source(
        "https://github.com/PagerDuty/api-schema",
        "91a06fb3c64b0ab2b2bd6c485d12b327dfb55c18",
        "reference/REST/openapiv3.json",
        "",
        (
            *("GET /change_events", "GET /incidents", "PUT /incidents", "GET /incidents/{id}"),
            *("GET /incidents/{id}/notes", "POST /incidents/{id}/notes"),
            *("GET /oncalls", "GET /schedules/{id}/users", "GET /escalation_policies/{id}"),
            "GET /users",
        ),
    ),
    "pagerduty-events": Source(
        "https://github.com/PagerDuty/api-schema",
        "91a06fb3c64b0ab2b2bd6c485d12b327dfb55c18",
        "reference/events-v2/openapiv3.json",
        "/v2",
        ("POST /enqueue", "POST /change/enqueue"),
    ),
    # Statuspage publishes its own only as a page; this is somebody's copy of the file behind it.
    "statuspage": Source(
        "https://github.com/sbecker59/statuspage-api-client-go",
        "bc4d957c958f5881e11c687068783591c2a58604",
        "swagger.json",
        "/v1",
        (
            *("GET /pages/{page_id}", "GET /pages/{page_id}/components"),
            *("GET /pages/{page_id}/incidents", "POST /pages/{page_id}/incidents"),
            "GET /pages/{page_id}/incidents/unresolved",
            "GET /pages/{page_id}/incidents/{incident_id}",
            "PATCH /pages/{page_id}/incidents/{incident_id}",
        ),
    ),
}


class Cut:
    """Makes the cut of one whole description, Swagger 2.0 or OpenAPI 3.0."""

    def __init__(self, whole: Any, source: Source) -> None:
        self._whole, self._source = whole, source
        self._used: dict[str, Any] = {}

    def made(self) -> dict[str, Any]:
        """Return the operations by method and path, and the schemas that they refer to."""
        operations = {}
        for name in self._source.operations:
            method, path = name.split()
            operations[name] = self._operation(self._whole["paths"][path][method.lower()])
        return {"operations": operations, "definitions": dict(sorted(self._used.items()))}

    def _operation(self, spec: Any) -> dict[str, Any]:
        given = [self._followed(each) for each in spec.get("parameters", ())]
        of = {place: [it for it in given if it["in"] == place] for place in _PLACES}
        bodies = self._followed(spec.get("requestBody", {})).get("content", {})
        if of["formData"]:
            form = {
                "type": "object",
                "properties": {it["name"]: it for it in of["formData"]},
                "required": [it["name"] for it in of["formData"] if it.get("required") is True],
            }
            bodies = {kind: {"schema": form} for kind in spec["consumes"]}
        return {
            "query": {it["name"]: self._parameter(it) for it in of["query"]},
            "headers": [
                it["name"]
                for it in of["header"]
                if it.get("required") and it["name"] not in _SAID_ELSEWHERE
            ],
            "required": [it["name"] for it in of["query"] if it.get("required")],
            "bodies": {kind: self._sent(body["schema"]) for kind, body in bodies.items()},
            "answers": {
                status: self._schema(_schema_of(self._followed(answer)))
                for status, answer in spec["responses"].items()
            },
        }

    def _parameter(self, parameter: Any) -> Any:
        return self._schema(parameter.get("schema", parameter))

    def _sent(self, schema: Any) -> Any:
        """Return what may be sent, whole: a name that is not in it is a mistake of ours."""
        return _closed(self._schema(schema, whole=True))

    def _followed(self, part: Any) -> Any:
        while "$ref" in part:
            found = self._whole
            for escaped in part["$ref"].removeprefix("#/").split("/"):
                name = unquote(escaped).replace("~1", "/").replace("~0", "~")
                found = found[int(name) if isinstance(found, list) else name]
            part = found
        return part

    def _schema(self, schema: Any, *, whole: bool = False) -> Any:
        if "$ref" in schema:
            if whole:
                return self._schema(self._followed(schema), whole=True)
            return {"$ref": self._noted(schema["$ref"])}
        # A required parameter of Swagger 2.0 is no schema with required names.
        plain = {
            name: schema[name]
            for name in _FACTS
            if name in schema and not isinstance(schema[name], bool)
        }
        # Statuspage says in words how long a text may be.
        if most := re.search(r"limit of (\d+) characters", str(schema.get("description", ""))):
            plain["maxLength"] = int(most[1])
        if isinstance(plain.get("type"), str):
            plain["type"] = plain["type"].lower()
        properties = {
            name: self._schema(each, whole=whole)
            for name, each in schema.get("properties", {}).items()
        }
        if any(_SOMEBODYS_ID.fullmatch(name) for name in properties):
            plain["additionalProperties"] = next(iter(properties.values()))
        elif properties:
            plain["properties"] = properties
        if schema.get("additionalProperties") is False:
            plain["additionalProperties"] = False
        self._add_parts(plain, schema, whole=whole)
        if schema.get("nullable") is True:
            return {"anyOf": [plain, {"type": "null"}]}
        return plain

    def _add_parts(self, plain: dict[str, Any], schema: Mapping[str, Any], *, whole: bool) -> None:
        for several in ("allOf", "anyOf", "oneOf"):
            if several in schema:
                # What fits more than one of those that are alike is no mistake.
                name = "anyOf" if several == "oneOf" else several
                plain[name] = [self._schema(each, whole=whole) for each in schema[several]]
        items = schema.get("items")
        if isinstance(items, list):
            # Slack writes a choice so, and a list of choices.
            choice = [self._schema(each, whole=whole) for each in items]
            if schema.get("type") == "array":
                plain["items"] = {"anyOf": choice}
            else:
                plain["anyOf"] = choice
        elif items is not None:
            plain["items"] = self._schema(items, whole=whole)

    def _noted(self, reference: str) -> str:
        name = reference.removeprefix("#/components/schemas/").removeprefix("#/definitions/")
        name = re.sub(r"[^A-Za-z0-9_]+", ".", name)
        if name not in self._used:
            self._used[name] = None
            self._used[name] = self._schema(self._followed({"$ref": reference}))
        return f"#/definitions/{name}"


# OpenAPI itself says that these are no parameters.
_SAID_ELSEWHERE = frozenset({"Accept", "Content-Type", "Authorization"})
_PLACES = ("query", "header", "formData", "path")


def _schema_of(answer: Any) -> Any:
    found = answer.get("schema") or answer.get("content", {}).get(_JSON, {}).get("schema")
    return found or {}


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(each) for name, each in schema.items()}
    if isinstance(closed.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed


def written(cut: Mapping[str, Any], source: Source) -> str:
    """Return a cut as it is kept: an operation and a definition each on its own line."""
    named = {"source": source.repository, "commit": source.commit, "file": source.file}
    lines = [f'"{name}": {json.dumps(value)}' for name, value in named.items()]
    lines.append(f'"base": {json.dumps(source.base)}')
    for part in ("operations", "definitions"):
        inner = [f"{json.dumps(name)}: {json.dumps(each)}" for name, each in cut[part].items()]
        lines.append(f'"{part}": {{\n' + ",\n".join(inner) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    name, file = sys.argv[1:]
    source = SOURCES[name]
    cut = Cut(json.loads(Path(file).read_bytes()), source).made()
    (CUTS / f"{name}.json").write_text(written(cut, source))
