"""``hotfix.toml`` as markdown and as a JSON schema, both read from its model."""

import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from docs.tables.markdown import code, one_of, table
from pydantic import BaseModel, BeforeValidator, TypeAdapter
from pydantic.fields import FieldInfo

from hotfix.config import model
from hotfix.config.durations import seconds

Json = dict[str, Any]
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
# The program keeps these as numbers and lists; in the file they are texts.
_AS_WRITTEN: Json = {
    "Duration": {"description": "A text such as 45s, 30m or 1h 30m.", "type": "string"},
    "Command": {
        "description": "A command line, split as a shell would, or its words.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
}


def configuration() -> str:
    """Return a section for every section of the file, with a table of its keys."""
    definitions = _schema()["$defs"]
    return "\n".join(
        _section(name, info, definitions[kind.__name__]) for name, info, kind in every_section()
    )


def schema() -> str:
    """Return the JSON schema of the file, as the file is written: durations are texts."""
    return json.dumps(_schema(), indent=2, ensure_ascii=False) + "\n"


def every_section() -> Iterator[tuple[str, FieldInfo, type[BaseModel]]]:
    """Yield every section of the file: its name, its field in the whole file, its own model."""
    for name, info in model.Config.model_fields.items():
        yield name, info, _model_of(info.annotation)


def as_written(duration: float) -> str:
    """Return a duration in seconds as the file has it: ``1h 30m``."""
    minutes, rest = divmod(duration, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{amount:g}{unit}" for amount, unit in parts if amount) or "0s"


def _model_of(annotation: Any) -> type[BaseModel]:
    """Return the model in ``Git``, ``Slack | None`` or ``tuple[Suite, ...]``."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    raise TypeError(f"{annotation} is no section")


def _schema() -> Json:
    made = model.Config.model_json_schema()
    for name, _, kind in every_section():
        # A section that is left out has the defaults of its keys; here they would stand twice.
        made["properties"][name].pop("default", None)
        properties = made["$defs"][kind.__name__]["properties"]
        for key, info in kind.model_fields.items():
            properties[key] = _as_written(properties[key], info)
    made["$defs"] |= _AS_WRITTEN
    return made


def _as_written(known: Json, info: FieldInfo) -> Json:
    """Return what the schema says of a key, with durations and commands as the file has them."""
    if BeforeValidator(seconds) in info.metadata:
        name = "Duration"
    elif get_args(model.Command)[1] in info.metadata:
        name = "Command"
    else:
        return known
    written = {"$ref": f"#/$defs/{name}", "description": known["description"]}
    if "default" in known:
        default = known["default"]
        written["default"] = as_written(default) if name == "Duration" else default
    return written


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
    _pattern(model.ServiceUrl): "address",
    _pattern(model.ServiceUrlOrNone): "address",
}
