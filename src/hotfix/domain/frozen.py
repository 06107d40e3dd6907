"""``@frozen``: records that never change, as ``@dataclass(frozen=True)`` makes them, but at once.

``dataclass`` writes six functions for every class and compiles them whenever the program starts:
with some two hundred records on the way, a sixth of the time until a rollback's patch was sent.
What the functions do is alike for every class, so they stand here once. The fields, and all that
reads them (``fields``, ``replace``, ``asdict``), are the standard library's; whoever makes many
records of others, as the fold does, takes the ``replace`` that stands here.
"""

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, dataclass_transform

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


class _Shape:
    """What is asked of a class each time that a record of it is made or compared."""

    def __init__(self, shape: Any) -> None:
        known = fields(shape)
        self.fields = known
        self.names = frozenset(each.name for each in known)
        self.defaults = {each.name: each.default for each in known if each.default is not MISSING}
        self.factories = {
            each.name: each.default_factory for each in known if each.default_factory is not MISSING
        }
        compared = [each.name for each in known if each.compare]
        self.compared = attrgetter(*compared) if compared else _nothing
        self.is_finished = hasattr(shape, "__post_init__")


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - it is offered here
else:

    def replace(record: _T, **changes: object) -> _T:
        """Return the record with other values, as the library's does, in a tenth of the time.

        Raises:
            TypeError: it does not have one of the fields.
        """
        kind = type(record)
        shape, held = _shape(kind), record.__dict__
        if not changes.keys() <= shape.names:
            wrong = ", ".join(sorted(changes.keys() - shape.names))
            raise TypeError(f"{kind.__name__} does not have these fields: {wrong}")
        made = object.__new__(kind)
        # What a property has kept there is of the values that it was made of.
        is_bare = len(held) == len(shape.names)
        made.__dict__.update(held if is_bare else {name: held[name] for name in shape.names})
        made.__dict__.update(changes)
        if shape.is_finished:
            made.__post_init__()
        return made


def _nothing(_record: object) -> tuple[()]:
    return ()


_shape: Callable[[Any], _Shape] = cache(_Shape)


def _init(self: Any, *given: Any, **named: Any) -> None:
    kind: Any = type(self)
    shape = _shape(kind)
    values = shape.defaults | named
    if given:
        placed = dict(zip(kind.__match_args__, given, strict=False))
        if len(placed) < len(given) or not named.keys().isdisjoint(placed):
            raise TypeError(f"{kind.__name__} was given a field twice, or more than it has")
        values |= placed
    for name, make in shape.factories.items():
        if name not in values:
            values[name] = make()
    if values.keys() != shape.names:
        wrong = ", ".join(sorted(values.keys() ^ shape.names))
        raise TypeError(f"{kind.__name__} lacks these fields, or does not have them: {wrong}")
    self.__dict__.update(values)
    if shape.is_finished:
        self.__post_init__()


@recursive_repr()
def _repr(self: Any) -> str:
    names = [each.name for each in _shape(type(self)).fields if each.repr]
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: object) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    compared = _shape(type(self)).compared
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(_shape(type(self)).compared(self))


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
