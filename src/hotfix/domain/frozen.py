"""``@frozen``: records that never change, as ``@dataclass(frozen=True)`` makes them, but at once.

``dataclass`` writes six functions for every class and compiles them whenever the program starts:
with some two hundred records on the way, a sixth of the time until a rollback's patch was sent.
What the functions do is alike for every class, so they stand here once. The fields, and all that
reads them (``fields``, ``replace``, ``asdict``), are the standard library's.
"""

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(shape: type[_T]) -> type[_T]:
    """Make a frozen dataclass of a class; a method that the class defines itself is kept."""
    made = dataclass(init=False, repr=False, eq=False)(shape)
    for name, method in _METHODS.items():
        # None: Python's own mark of a class that says how it is compared, and not how it is hashed.
        if shape.__dict__.get(name) is None:
            setattr(made, name, method)
    return made


@cache
def _fields(shape: Any) -> tuple[Field[Any], ...]:
    return fields(shape)


def _compared(self: Any) -> tuple[Any, ...]:
    shape: Any = type(self)
    return tuple(getattr(self, each.name) for each in _fields(shape) if each.compare)


def _init(self: Any, *given: Any, **named: Any) -> None:
    shape: Any = type(self)
    values = dict(zip(shape.__match_args__, given, strict=False))
    if len(values) < len(given) or values.keys() & named.keys():
        raise TypeError(f"{shape.__name__} was given a field twice, or more than it has")
    values |= named
    known = _fields(shape)
    for each in known:
        if each.name in values:
            continue
        if each.default is not MISSING:
            values[each.name] = each.default
        elif each.default_factory is not MISSING:
            values[each.name] = each.default_factory()
        else:
            raise TypeError(f"{shape.__name__} lacks {each.name}")
    if len(values) > len(known):
        raise TypeError(f"{shape.__name__} has not all of these fields: {', '.join(named)}")
    self.__dict__.update(values)
    if hasattr(self, "__post_init__"):
        self.__post_init__()


@recursive_repr()
def _repr(self: Any) -> str:
    shape: Any = type(self)
    names = [each.name for each in _fields(shape) if each.repr]
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
    return f"{shape.__qualname__}({shown})"


def _eq(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _setattr(self: Any, name: str, _value: object) -> NoReturn:  # noqa: ARG001 - as Python calls it
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> NoReturn:  # noqa: ARG001 - as Python calls it
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_METHODS = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
}
