"""``@frozen`` is held against what it stands in for: the same class made by ``dataclass``."""

import copy
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from functools import cached_property, partial
from typing import Any, ClassVar

import pytest

from hotfix.domain import frozen as ours_of
from hotfix.domain.frozen import frozen


def _shapes(record: Callable[[type], Any]) -> Any:
    @record
    class Base:
        place: str
        count: int = 3
        known: ClassVar[int] = 7

    @record
    class Whole(Base):
        names: list[str] = field(default_factory=list)
        secret: str = field(default="hidden", repr=False)
        aside: float = field(default=0.0, compare=False)
        by: str = field(default="", kw_only=True)

    class Undecorated(Whole):
        pass

    @record
    class Own:
        value: str

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and self.value.casefold() == other.value.casefold()

        def __hash__(self) -> int:
            return hash(self.value.casefold())

        def __repr__(self) -> str:
            return f"<{self.value}>"

    @record
    class Checked:
        value: str

        def __post_init__(self) -> None:
            if not self.value:
                raise ValueError("nothing")

    return Base, Whole, Undecorated, Own, Checked


ours, theirs = _shapes(frozen), _shapes(dataclass(frozen=True))
# What is done with the shapes; the answers, and the kinds of the errors, are compared.
DEEDS: dict[str, Callable[[Any, Any, Any, Any, Any], Any]] = {
    "by position": lambda base, *_: asdict(base("here", 4)),
    "by name": lambda base, *_: asdict(base(count=1, place="there")),
    "defaults": lambda _, whole, *__: asdict(whole("here")),
    "a default is made anew": lambda _, whole, *__: whole("a").names is whole("a").names,
    "keyword only": lambda _, whole, *__: whole("here", by="dana").by,
    "keyword only by position": lambda _, whole, *__: whole("here", 1, [], "s", 0.0, "dana"),
    "one is missing": lambda base, *_: base(),
    "one too many": lambda base, *_: base("here", 1, 2),
    "one twice": lambda base, *_: base("here", place="there"),
    "one that is none": lambda base, *_: base("here", where="there"),
    "another for a default": lambda base, *_: base("here", where=1),
    "repr": lambda _, whole, *__: repr(whole("here", 1, ["a"], "s", 2.0, by="dana")),
    "equal": lambda base, *_: base("here") == base("here", 3),
    "unequal": lambda base, *_: base("here") == base("there"),
    "equal but for what is not compared": lambda _, whole, *__: whole("a", aside=1.0) == whole("a"),
    "another class": lambda base, whole, *_: whole("here") == base("here"),
    "something else": lambda base, *_: base("here") == ("here", 3),
    "hash": lambda base, *_: hash(base("here")) == hash(base("here")),
    "hash of a list": lambda _, whole, *__: hash(whole("here")),
    "in a set": lambda base, *_: len({base("a"), base("a"), base("b")}),
    "set": lambda base, *_: setattr(base("here"), "place", "there"),
    "set what is no field": lambda base, *_: setattr(base("here"), "where", "there"),
    "delete": lambda base, *_: delattr(base("here"), "place"),
    "replace": lambda _, whole, *__: asdict(replace(whole("here", by="dana"), count=9)),
    "replace what is none": lambda base, *_: replace(base("here"), where=9),
    "copy": lambda _, whole, *__: asdict(copy.deepcopy(copy.copy(whole("here", 1, ["a"])))),
    "fields": lambda _, whole, *__: [(each.name, each.kw_only) for each in fields(whole)],
    "match": lambda _, whole, *__: whole.__match_args__,
    "a class variable": lambda base, *_: base.known,
    "a class below": lambda *shapes: asdict(shapes[2]("here", by="dana")),
    "own equality": lambda *shapes: shapes[3]("A") == shapes[3]("a"),
    "own hash": lambda *shapes: len({shapes[3]("A"), shapes[3]("a")}),
    "own repr": lambda *shapes: repr(shapes[3]("A")),
    "checked": lambda *shapes: asdict(shapes[4]("a")),
    "refused": lambda *shapes: shapes[4](""),
}


def _answer(deed: Callable[..., Any], shapes: Any) -> object:
    try:
        return deed(*shapes)
    except (TypeError, ValueError, FrozenInstanceError) as error:
        return type(error)


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_a_record_behaves_as_a_frozen_dataclass(deed):
    assert _answer(deed, ours) == _answer(deed, theirs)


@pytest.mark.parametrize(
    "change",
    [
        lambda change, _, whole, *__: asdict(change(whole("here", by="dana"), count=9)),
        lambda change, *shapes: asdict(change(shapes[2]("here", by="dana"), by="")),
        lambda change, base, *_: change(base("here"), where=9),
        lambda change, *shapes: change(shapes[4]("a"), value=""),
        lambda change, _, whole, *__: change(whole("here"), names=[]) == whole("here"),
    ],
)
def test_a_record_is_changed_as_it_is_replaced(change):
    assert _answer(partial(change, ours_of.replace), ours) == _answer(
        partial(change, replace), theirs
    )


def test_what_a_property_keeps_is_not_taken_over_by_a_changed_record():
    @frozen
    class Doubled:
        number: int

        @cached_property
        def twice(self) -> int:
            return 2 * self.number

    one = Doubled(1)
    assert one.twice == 2
    assert ours_of.replace(one, number=5).twice == 10
    assert one == Doubled(1)
