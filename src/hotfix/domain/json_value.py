"""The values that a journal line can hold, and how lists of them are read."""

from collections.abc import Mapping, Sequence

JsonValue = str | int | float | bool | None | Sequence["JsonValue"] | Mapping[str, "JsonValue"]
JsonObject = Mapping[str, JsonValue]


def items(value: JsonValue) -> Sequence[JsonValue]:
    """Return the list that ``value`` is; empty where it is none."""
    return value if isinstance(value, list | tuple) else ()


def objects(value: JsonValue) -> list[JsonObject]:
    """Return the objects of the list that ``value`` is."""
    return [item for item in items(value) if isinstance(item, Mapping)]


def texts(value: JsonValue) -> tuple[str, ...]:
    """Return the list that ``value`` is, each item as text."""
    return tuple(str(item) for item in items(value))
