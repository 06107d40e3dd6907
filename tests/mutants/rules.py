"""Changes the rules one at a time and counts what the quick tests notice. Run by ``make mutants``.

A sample of the changes (``changes.py``) of what decides: engine, domain, steps, wrappers, journal.
A run of the quick tests with nothing changed learns which of them meet which line; each change is
then tried with those that meet it, in a process of its own, until one fails. A change that no test
can notice stands with its reason in ``equivalent.toml``.
"""

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pkgutil
import random
import re
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import hypothesis
import pytest
from tests.mutants.changes import ROOMS, SOURCE, Change, changes, files, tree_with

_ROOT = SOURCE.parent
_EQUIVALENT = Path(__file__).with_name("equivalent.toml")
QUICK = (
    *("tests/domain", "tests/engine", "tests/steps", "tests/adapters/journal"),
    *("tests/config", "tests/view"),
    # Steps on a simulated GitHub, and in a clone.
    *(f"tests/adapters/git/test_{name}.py" for name in ("what_is_aboard", "suggested_reviewer")),
    *(
        f"tests/adapters/github/test_{name}.py"
        for name in ("review_steps", "workflow_run_life", "lost_answers_after_the_fix")
    ),
)
_WANTED = 0.9
_AT_ONCE = 2
_SAYS_EVERY = 50
_TO_THE_END = {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
# More tests than take so long, for one change, are not tried: the quickest come first.
_LONGEST_SECONDS = 20.0
# What a process may take beyond its tests; where it takes longer, the change makes it hang.
_GRACE_SECONDS = 20.0


@dataclass
class Tests:
    """What is known of the quick tests, by their names: those that passed with nothing changed."""

    #: the tests that meet each line, by ``file:line``
    met: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))  #: of each
    failed: list[str] = field(default_factory=list)  #: they count for nothing

    def of(self, change: Change) -> list[str]:
        """Return the tests to try a change with, the quickest first."""
        found = {
            name for line in change.lines for name in self.met.get(f"{change.file}:{line}", ())
        }
        if not found:
            # It is done when the module is imported: whoever uses the module meets it.
            found = self._users(change.file) if not _is_in_function(change) else set()
        known = sorted(found - set(self.failed), key=lambda name: self.seconds.get(name, 0.0))
        taken: list[str] = []
        total = 0.0
        for name in known:
            total += self.seconds.get(name, 0.0)
            if taken and total > _LONGEST_SECONDS:
                break
            taken.append(name)
        return taken

    def _users(self, file: str) -> set[str]:
        by_line = {
            name for at, names in self.met.items() if at.startswith(f"{file}:") for name in names
        }
        importers = _importers(_module(file))
        by_name = {name for name in self.seconds if name.partition("::")[0] in importers}
        return by_line | by_name


class _Watch:
    """A plugin of pytest that notes which lines each test meets, and how long it takes."""

    def __init__(self, files: Sequence[str]) -> None:
        self.tests = Tests()
        self._files = {str(SOURCE / file): file for file in files}
        self._met: set[tuple[str, int]] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self._met = set()
        threading.settrace(self._trace)
        sys.settrace(self._trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
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


class _Changed(importlib.abc.MetaPathFinder):
    """Finds the changed module in place of the true one."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def find_spec(
        self, fullname: str, _path: Any = None, _target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _module(self._change.file):
            return None
        path = str(SOURCE / self._change.file)
        loader = _ChangedLoader(fullname, path)
        loader.change = self._change
        return importlib.util.spec_from_file_location(fullname, path, loader=loader)


class _ChangedLoader(importlib.machinery.SourceFileLoader):
    """Loads the module from its changed code."""

    change: Change

    def get_code(self, _fullname: str) -> CodeType:
        tree = tree_with(self.change.file, self.change.number)
        return compile(tree, self.path, "exec")


def main() -> int:
    """Try a sample; returns the exit code: 1 where too few are noticed or an entry is stale."""
    options = _options()
    every = [change for file in files() for change in changes(file)]
    equivalent = equivalent_changes(every)
    chosen = [each for each in every if options.only in str(each) and each.key not in equivalent]
    if len(chosen) > options.sample:
        chosen = random.Random(options.seed).sample(chosen, options.sample)  # noqa: S311 - it chooses what is looked at
    print(
        f"{len(every)} changes, {len(equivalent)} of them equivalent; {len(chosen)} are tried, "
        f"seed {options.seed}",
        flush=True,
    )
    _import_all()
    tests = _learnt(options.met)
    for name in tests.failed:
        print(f"fails with nothing changed, and counts for nothing: {name}", flush=True)
    survivors, tried = _tried(chosen, tests, time.monotonic() + options.minutes * 60)
    return _report(survivors, tried, len(chosen))


def equivalent_changes(every: Sequence[Change]) -> Mapping[tuple[str, str, str, str], str]:
    """Return the changes that no test can notice, with the reason for each.

    Args:
        every: all changes of the code as it is.

    Raises:
        SystemExit: an entry names no change of the code any more.
    """
    entries = tomllib.loads(_EQUIVALENT.read_text(encoding="utf-8")).get("change", [])
    found = {
        (each["file"], each["where"], each["before"], each["after"]): each["because"]
        for each in entries
    }
    stale = found.keys() - {change.key for change in every}
    if stale:
        words = "\n".join(f"  {' | '.join(key)}" for key in sorted(stale))
        sys.exit(f"{_EQUIVALENT.name} names what is not in the code any more:\n{words}")
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="how many changes are tried")
    parser.add_argument("--seed", type=int, default=11, help="which ones")
    parser.add_argument("--minutes", type=float, default=30.0, help="after which no more are begun")
    parser.add_argument("--only", default="", help="a part of the line that is printed of a change")
    parser.add_argument("--met", type=Path, help="keeps, from run to run, which tests meet what")
    return parser.parse_args()


def _import_all() -> None:
    """Import once what all children need; the product and the tests are imported anew by each."""
    hotfix = importlib.import_module("hotfix")
    for found in pkgutil.walk_packages(hotfix.__path__, "hotfix."):
        if "storefront" not in found.name and not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    for name in [name for name in sys.modules if name.partition(".")[0] == "hotfix"]:
        del sys.modules[name]


def _learnt(kept: Path | None) -> Tests:
    """Return which tests meet which lines, from a run with nothing changed."""
    if kept is not None and kept.exists():
        return Tests(**json.loads(kept.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="hotfix-mutants-") as folder:
        path = kept or Path(folder, "met.json")

        def learn() -> int:
            watch = _Watch(files())
            code = _pytest(QUICK, watch)
            if code in _TO_THE_END:
                path.write_text(json.dumps(vars(watch.tests)), encoding="utf-8")
            return code

        _, status = os.waitpid(_forked(learn), 0)
        if os.waitstatus_to_exitcode(status) not in _TO_THE_END:
            sys.exit("The quick tests did not come to their end with nothing changed: make quick")
        return Tests(**json.loads(path.read_text(encoding="utf-8")))


def _tried(
    chosen: Sequence[Change], tests: Tests, until: float
) -> tuple[list[tuple[Change, int]], Counter[str]]:
    """Try the changes; returns the survivors with their numbers of tests, and all by room."""
    waiting = list(reversed(chosen))
    running: dict[int, tuple[Change, int, float]] = {}
    survivors: list[tuple[Change, int]] = []
    tried: Counter[str] = Counter()
    while running or (waiting and time.monotonic() < until):
        while waiting and len(running) < _AT_ONCE and time.monotonic() < until:
            change = waiting.pop()
            names = tests.of(change)
            tried[_room(change)] += 1
            if not names:
                survivors.append((change, 0))
                continue
            seconds = _GRACE_SECONDS + 2 * sum(tests.seconds[name] for name in names)
            child = _forked(lambda: _is_survived(change, names))  # noqa: B023 - it is forked at once
            running[child] = (change, len(names), time.monotonic() + seconds)
            if not tried.total() % _SAYS_EVERY:
                print(f"... {tried.total()} are tried", flush=True)
        survivors += _ended(running)
        time.sleep(0.02)
    return survivors, tried


def _ended(running: dict[int, tuple[Change, int, float]]) -> Iterator[tuple[Change, int]]:
    """Let go of the children that are over, or hang; yields the changes that were not noticed."""
    for child, (change, number, deadline) in list(running.items()):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            del running[child]
            if os.waitstatus_to_exitcode(status) == pytest.ExitCode.OK:
                print(f"survives {number} tests: {change}", flush=True)
                yield change, number


def _is_survived(change: Change, names: Sequence[str]) -> int:
    """Try the tests of the same room first: they import the least, and notice the most."""
    sys.meta_path.insert(0, _Changed(change))
    room = f"tests/{_room(change)}/".replace("/wrappers/", "/steps/")
    near = [name for name in names if name.startswith(room)]
    far = [name for name in names if not name.startswith(room)]
    codes = (_pytest([*some, "-x"]) for some in (near, far) if some)
    return next((code for code in codes if code), int(pytest.ExitCode.OK))


def _forked(do: Callable[[], int]) -> int:
    """Do it in a child, in a group of its own; returns the child's id."""
    child = os.fork()
    if child:
        return child
    code = 3
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = do()
    finally:
        os._exit(code)


def _pytest(words: Sequence[str], *plugins: Any) -> int:
    # The same examples each time: whether a change is noticed is no matter of luck.
    hypothesis.settings.register_profile("mutants", derandomize=True, deadline=None, database=None)
    options = ["-q", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile", "mutants"]
    # hypothesis is imported already, for all children at once.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, "--rootdir", str(_ROOT), *words], plugins=list(plugins)))


def _report(survivors: list[tuple[Change, int]], tried: Counter[str], chosen: int) -> int:
    alive = Counter(_room(change) for change, _ in survivors)
    for change, number in survivors:
        if not number:
            print(f"met by no quick test: {change}")
    for room in ROOMS:
        noticed = tried[room] - alive[room]
        print(f"{room}: {tried[room]} changes, {noticed} noticed")
    total = tried.total()
    share = (total - len(survivors)) / total if total else 1.0
    if total < chosen:
        print(f"{chosen - total} were not tried: the time was over")
    print(f"{total} changes, {total - len(survivors)} noticed: {share:.1%}")
    return int(share < _WANTED)


def _room(change: Change) -> str:
    return next(room for room in ROOMS if change.file.startswith(f"hotfix/{room}/"))


def _module(file: str) -> str:
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
        path.relative_to(_ROOT).as_posix()
        for path in (_ROOT / "tests").rglob("test_*.py")
        if wanted.search(path.read_text(encoding="utf-8"))
    )


if __name__ == "__main__":
    sys.exit(main())
