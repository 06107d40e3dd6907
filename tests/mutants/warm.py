"""The quick tests in a process that has imported all of them and all of the product."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest


class Warm:
    """A plugin of pytest that does something with the tests, collected, in place of running them.

    Args:
        do: what it does; it forks a child for each ``run``.
    """

    def __init__(self, do: "Callable[[Warm], None]") -> None:
        self._do = do
        self._session: pytest.Session | None = None
        self._items: dict[str, pytest.Item] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if self._session is not None or session.testsfailed:
            return None
        self._session = session
        self._items = {item.nodeid: item for item in session.items}
        self._do(self)
        return True

    @property
    def names(self) -> set[str]:
        """Return the names of all tests."""
        return set(self._items)

    def run(self, names: Sequence[str]) -> int:
        """Run these tests until one fails, in this order; returns pytest's exit code."""
        session = self._session
        assert session is not None
        session.items[:] = [self._items[name] for name in names]
        session.config.option.maxfail = 1
        with suppress(session.Failed):
            session.config.hook.pytest_runtestloop(session=session)
        return int(pytest.ExitCode.TESTS_FAILED if session.testsfailed else pytest.ExitCode.OK)
