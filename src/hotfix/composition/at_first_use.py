"""A tool that is made, and its library imported, when somebody uses it."""

import threading
from collections.abc import Callable
from typing import TypeVar, cast

_Tool = TypeVar("_Tool")
# Two threads that import libraries at once would see each other's half-made modules.
_ONE_AT_A_TIME = threading.RLock()


class _AtFirstUse:
    """Stands in for a tool until it is used."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object | None = None

    def __getattr__(self, name: str) -> object:
        # Who uses what is there does not wait for what is being imported for somebody else.
        if self._made is None:
            with _ONE_AT_A_TIME:
                if self._made is None:
                    self._made = self._make()
        return getattr(self._made, name)


def at_first_use(make: Callable[[], _Tool]) -> _Tool:
    """Return what stands in for the tool that ``make`` makes, until it is used."""
    return cast("_Tool", _AtFirstUse(make))
