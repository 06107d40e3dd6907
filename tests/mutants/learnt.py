"""Which of the quick tests meet which line of the product, and which to try a change with."""

import re
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import FrameType
from typing import Any

import pytest
from tests.mutants.changes import ROOMS, SOURCE, Change

ROOT = SOURCE.parent
# More tests than take so long of a processor, for one change, are not tried: the quickest come
# first. That is what they took while their lines were noted; without that it is a third.
_LONGEST_SECONDS = 60.0


@dataclass
class Tests:
    """What is known of the quick tests, by their names: those that passed with nothing changed."""

    #: the tests that meet each line, by ``file:line``
    met: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))  #: of each
    #: the seconds of a processor that each took: those that others take do not count
    busy: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)  #: they count for nothing

    def of(self, change: Change) -> list[str]:
        """Return the tests to try a change with, file by file: the near and the quick first."""
        found = {
            name for line in change.lines for name in self.met.get(f"{change.file}:{line}", ())
        }
        if not found:
            # It is done when the module is imported: whoever uses the module meets it.
            found = self._users(change.file) if not _is_in_function(change) else set()
        known = sorted(found - set(self.failed), key=lambda name: self.busy.get(name, 0.0))
        taken: defaultdict[str, list[str]] = defaultdict(list)
        total = 0.0
        for name in known:
            total += self.busy.get(name, 0.0)
            if taken and total > _LONGEST_SECONDS:
                break
            taken[name.partition("::")[0]].append(name)
        near = f"tests/{room_of(change)}/".replace("/wrappers/", "/steps/")

        def far_and_long(file: str) -> tuple[bool, float]:
            busy = sum(self.busy.get(name, 0.0) for name in taken[file])
            return not file.startswith(near), busy

        return [name for file in sorted(taken, key=far_and_long) for name in taken[file]]

    def learn(self, others: "Tests") -> None:
        """Take over what is known of other tests."""
        for at, names in others.met.items():
            self.met[at] += names
        self.seconds.update(others.seconds)
        self.busy.update(others.busy)
        self.failed += others.failed

    def _users(self, file: str) -> set[str]:
        by_line = {
            name for at, names in self.met.items() if at.startswith(f"{file}:") for name in names
        }
        importers = _importers(module_of(file))
        by_name = {name for name in self.seconds if name.partition("::")[0] in importers}
        return by_line | by_name


class Watch:
    """A plugin of pytest that notes which lines each test meets, and how long it takes.

    Args:
        files: whose lines, relative to ``src``.
        part: which of the ``parts`` into which the tests are divided, file by file; from 0 on.
        parts: of them all.
    """

    def __init__(self, files: Sequence[str], part: int = 0, parts: int = 1) -> None:
        self.tests = Tests()
        self._part, self._parts = part, parts
        self._files = {str(SOURCE / file): file for file in files}
        self._met: set[tuple[str, int]] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        paths = list(dict.fromkeys(item.path for item in items))
        chosen = set(paths[self._part :: self._parts])
        items[:] = [item for item in items if item.path in chosen]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._met = set()
        begun = time.process_time()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.tests.busy[item.nodeid] = time.process_time() - begun
            # A thread that an earlier test left may still add to it.
            for path, line in tuple(self._met):
                self.tests.met[f"{self._files[path]}:{line}"].append(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.tests.seconds[report.nodeid] += report.duration
        if report.failed:
            self.tests.failed.append(report.nodeid)

    def _trace(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        path = frame.f_code.co_filename
        if path not in self._files:
            return None
        self._met.add((path, frame.f_lineno))
        return self._trace


def room_of(change: Change) -> str:
    return next(room for room in ROOMS if change.file.startswith(f"hotfix/{room}/"))


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _is_in_function(change: Change) -> bool:
    # Classes begin with a capital letter here, also private ones.
    return bool(re.search(r"(?:^|\.)_*[a-z]\w*$", change.where))


@cache
def _importers(module: str) -> frozenset[str]:
    """Return the test files that import the module, or the package that it is in, as a whole."""
    parts = module.split(".")
    ways = [
        rf"^from {'.'.join(parts[:at])} import .*\b{parts[at]}\b" for at in range(1, len(parts))
    ]
    wanted = re.compile(f"^(?:from|import) {module}\\b|{'|'.join(ways)}", re.MULTILINE)
    return frozenset(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("test_*.py")
        if wanted.search(path.read_text(encoding="utf-8"))
    )
