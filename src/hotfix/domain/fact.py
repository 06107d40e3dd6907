"""A fact: its name in the journal, its type, and what it means."""

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import read, written
from hotfix.domain.json_value import JsonValue

T_co = TypeVar("T_co", covariant=True)


@frozen
class Reported:
    """A fact with its value, as a step reports it; made by calling the ``Fact``."""

    key: str
    value: JsonValue


@frozen
class Fact(Generic[T_co]):
    """What a step found out, and later steps or readers of the record need to know."""

    key: str  #: its name in the journal, for ever
    #: its type: text, a number, an enum, a ``JsonRecord``, or a tuple of one of those
    shape: type[T_co]
    meaning: str  #: one sentence, without a full stop
    is_record: bool = False  #: whether no code reads it back: it is for people who read the journal

    def __call__(self, value: T_co | None) -> Reported:
        """Report the fact; None takes back what was reported before."""
        return Reported(self.key, written(value))

    def read(self, value: JsonValue) -> T_co:
        """Return the value as the journal holds it; raises ValueError where it is no such."""
        return read(self.shape, value)


@frozen
class Maybe:
    """A fact that may be missing: read where it is known, or reported at times alone."""

    fact: Fact[Any]


# What a step says that it reads, or reports.
Declared = tuple[Fact[Any] | Maybe, ...]


def maybe(*facts: Fact[Any]) -> tuple[Maybe, ...]:
    """Return the facts as such that may be missing."""
    return tuple(Maybe(fact) for fact in facts)


def by_key(reported: Iterable[Reported]) -> dict[str, JsonValue]:
    """Return what was reported as it stands in the journal."""
    return {each.key: each.value for each in reported}
