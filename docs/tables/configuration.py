"""``hotfix.toml`` as markdown, read from its model."""

import json
from typing import Any, get_origin

from docs.tables.markdown import code, one_of, table
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from hotfix.config import model, section
from hotfix.config.schema import Json, as_data, every_section

_WORDS = {
    "string": "text",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "array": "list of texts",
    "object": "table of texts",
    "#/$defs/Duration": "duration",
    "#/$defs/Command": "command line",
}
_BOUNDS = {
    "minimum": "at least {}",
    "minItems": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
}


def configuration() -> str:
    """Return a section for every section of the file, with a table of its keys."""
    definitions = as_data()["$defs"]
    return "\n".join(
        _section(name, info, definitions[kind.__name__]) for name, info, kind in every_section()
    )


def _section(name: str, info: FieldInfo, definition: Json) -> str:
    title = f"[[{name}]]" if get_origin(info.annotation) is tuple else f"[{name}]"
    needed = definition.get("required", ())
    rows = (_row(key, each, key in needed) for key, each in definition["properties"].items())
    said = f"{definition['description']} {_presence(info)}".strip()
    return f"## {title}\n\n{said}\n\n" + table(("key", "type", "default", "meaning"), rows)


def _row(key: str, known: Json, is_needed: bool) -> tuple[str, str, str, str]:
    default = "required" if is_needed else _default(known.get("default"))
    return code(key), _type(known), default, known["description"]


def _presence(info: FieldInfo) -> str:
    """Return whether a section may be left out, and how often it may stand there."""
    if info.is_required():
        return "Required."
    if get_origin(info.annotation) is tuple:
        return "Such a section for each of them; there may be none."
    return "May be left out: then it has no part." if info.default is None else ""


def _type(known: Json) -> str:
    if "enum" in known:
        return one_of(map(json.dumps, known["enum"]))
    kind = _TEXTS.get(known.get("pattern", ""), _WORDS[known.get("$ref") or known["type"]])
    bounds = [text.format(known[key]) for key, text in _BOUNDS.items() if key in known]
    return ", ".join([kind, *bounds])


def _default(value: Any) -> str:
    return code(json.dumps(value, ensure_ascii=False)) if value or value is False else "empty"


def _pattern(kind: Any) -> str:
    return str(TypeAdapter(kind).json_schema()["pattern"])


_TEXTS = {
    _pattern(model.BranchName): "name of a branch",
    _pattern(section.ServiceUrl): "address",
    _pattern(section.ServiceUrlOrNone): "address",
}
