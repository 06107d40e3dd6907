"""The values that a journal line can hold, and how a list of words is read."""

from collections.abc import Mapping, Sequence

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]


def texts(value: JsonValue) -> tuple[str, ...]:
    """Return the list that ``value`` is, each item as text; empty where it is none."""
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
