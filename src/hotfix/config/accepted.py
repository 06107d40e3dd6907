"""A configuration that was found right, without what it was checked by.

Everything that is told from ``hotfix.toml`` is read from these records. Their attributes are those
of ``model.Config``, as which they are typed: the library that checks it is not imported for them.
"""

from collections.abc import Mapping
from typing import Any, NoReturn

_SECTION, _TABLE = "section", "table"


class Accepted:
    """A section, or all of them; never changed."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} is not set to {value!r}: what is accepted does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Accepted) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self)))

    def __repr__(self) -> str:
        return f"Accepted({vars(self)!r})"

    def model_copy(self, update: Mapping[str, Any]) -> "Accepted":
        """Return a copy with other values, which are not checked."""
        return Accepted({**vars(self), **update})


def as_json(value: Any) -> Any:
    """Return a value of a section as JSON that ``from_json`` reads."""
    if isinstance(value, Accepted):
        return {_SECTION: {name: as_json(each) for name, each in vars(value).items()}}
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    return {_TABLE: value} if isinstance(value, dict) else value


def from_json(value: Any) -> Any:
    """Return what ``as_json`` was given."""
    if isinstance(value, list):
        return tuple(from_json(each) for each in value)
    if not isinstance(value, dict):
        return value
    if _TABLE in value:
        return dict(value[_TABLE])
    return Accepted({name: from_json(each) for name, each in value[_SECTION].items()})
