"""Frozen dataclasses as JSON and back: one reading and writing for all that a journal holds.

The annotations of a record are its shape. A field that was added after the first version has a
default, for the journals that lack it; a key that no field is called after is passed over.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from enum import Enum
from functools import cache
from math import isfinite
from types import UnionType
from typing import Any, ClassVar, Self, TypeVar, get_args, get_origin

from hotfix.domain.json_value import JsonObject, JsonValue

T = TypeVar("T")
_PLAIN = (str, int, float)


class JsonRecord:
    """What a frozen dataclass inherits to be written as JSON and read back."""

    #: names of fields that came later: left out while they hold their default, so that what an
    #: earlier version wrote stays as it is
    later: ClassVar[frozenset[str]] = frozenset()

    def to_json(self) -> JsonObject:
        """Return the record as it stands in the journal: a key a field, in their order."""
        shape: Any = type(self)
        return {
            name: written(getattr(self, name))
            for name, (field, _) in _fields(shape).items()
            if name not in self.later or getattr(self, name) != field.default
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> Self:
        """Read back what ``to_json`` wrote.

        Raises:
            ValueError: a field that has no default is missing, or a value has another shape.
        """
        return read(cls, data)


def written(value: object) -> JsonValue:
    """Return ``value`` as JSON.

    Args:
        value: text, number, truth, None, an enum's member, a moment (aware), a record, plain JSON,
            or a tuple of those.
    """
    if isinstance(value, JsonRecord):
        return value.to_json()
    if isinstance(value, Enum):
        return written(value.value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, list | tuple):
        return [written(each) for each in value]
    if value is None or isinstance(value, bool | int | float | str | Mapping):
        return value
    raise TypeError(f"{value!r} is nothing that a journal can hold")


def read(shape: type[T], value: JsonValue) -> T:
    """Return ``value`` as what ``shape`` says: what ``written`` takes; raises ValueError."""
    return _read(shape, value)  # type: ignore[no-any-return]


def utc_text(moment: datetime) -> str:
    """Return ``moment`` (aware) as ISO 8601 in UTC, ending in ``Z``."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Return the moment (aware) that ISO 8601 text names; ValueError where it names none.

    One without an offset is none, and neither is one that other zones have no date for.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not MINYEAR < found.year < MAXYEAR:
        raise ValueError(f"{text!r} is no moment")
    return found


def _read(shape: Any, value: JsonValue) -> Any:
    if isinstance(shape, UnionType):
        (known,) = (each for each in get_args(shape) if each is not type(None))
        return None if value is None else _read(known, value)
    if get_origin(shape) is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{value!r} is no list")
        return tuple(_read(get_args(shape)[0], each) for each in value)
    if get_origin(shape) is not None:
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is no object")
        return value
    return _read_record(shape, value) if is_dataclass(shape) else _read_one(shape, value)


def _read_one(shape: Any, value: JsonValue) -> Any:
    if shape is bool:
        return value if isinstance(value, bool) else _refuse(shape, value)
    if shape is datetime:
        return moment(str(value))
    if shape in _PLAIN:
        found = shape(str(value)) if isinstance(value, _PLAIN) else _refuse(shape, value)
        # JSON has no such numbers, Python reads them all the same.
        is_number = not isinstance(found, float) or isfinite(found)
        return found if is_number else _refuse(shape, value)
    return shape(value)


def _read_record(shape: Any, value: JsonValue) -> Any:
    if not isinstance(value, Mapping):
        return _refuse(shape, value)
    found = {}
    for name, (field, is_needed) in _fields(shape).items():
        if name in value:
            found[name] = _read(field.type, value[name])
        elif is_needed:
            raise ValueError(f"{shape.__name__} lacks {name}")
    return shape(**found)


def _refuse(shape: Any, value: JsonValue) -> Any:
    raise ValueError(f"{value!r} is no {shape.__name__}")


@cache
def _fields(shape: Any) -> Mapping[str, tuple[Field[Any], bool]]:
    """Return the fields of a record by name, and whether each must be there."""
    return {
        each.name: (each, each.default is MISSING and each.default_factory is MISSING)
        for each in fields(shape)
    }
