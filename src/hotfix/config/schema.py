"""The shape of ``hotfix.toml`` as a JSON schema, for editors: made from its model."""

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from hotfix.config import model
from hotfix.config.durations import seconds

Json = dict[str, Any]
# The program keeps these as numbers and lists; in the file they are texts.
_AS_WRITTEN: Json = {
    "Duration": {"description": "A text such as 45s, 30m or 1h 30m.", "type": "string"},
    "Command": {
        "description": "A command line, split as a shell would, or its words.",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    },
}


def schema() -> str:
    """Return the JSON schema of the file, as the file is written: durations are texts."""
    return json.dumps(as_data(), indent=2, ensure_ascii=False) + "\n"


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


def as_data() -> Json:
    """Return the same as data."""
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
