"""Changes the rules one at a time and counts what the quick tests notice. Run by ``make mutants``.

A sample of the changes (``changes.py``) of what decides: engine, domain, steps, wrappers, journal.
A run of the quick tests with nothing changed learns which of them meet which line; each change is
then tried with those that meet it, in a process of its own, until one fails: first in one that has
imported all before and changes the functions that are there, and if none fails in it, in one that
imports the product and the tests anew. A change that no test can notice stands with its reason in
``equivalent.toml``.
"""

import argparse
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import pkgutil
import random
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import hypothesis
import pytest
from tests.mutants.changes import ROOMS, SOURCE, Change, changes, files, tree_with
from tests.mutants.learnt import ROOT, Tests, Watch, module_of, room_of
from tests.mutants.live import live_functions, put_in
from tests.mutants.warm import Warm

_EQUIVALENT = Path(__file__).with_name("equivalent.toml")
QUICK = (
    *("tests/domain", "tests/engine", "tests/steps", "tests/adapters/journal"),
    *("tests/config", "tests/view", "tests/house/test_courtesies.py"),
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
# What a process may take beyond its tests; where it takes longer, the change makes it hang.
_GRACE_SECONDS = 20.0


class _Changed(importlib.abc.MetaPathFinder):
    """Finds the changed module in place of the true one."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def find_spec(
        self, fullname: str, _path: Any = None, _target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != module_of(self._change.file):
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


@dataclass(frozen=True)
class _Tried:
    """What came of a change."""

    change: Change
    number: int  #: of the tests that it was tried with
    is_noticed: bool


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
    with tempfile.TemporaryDirectory(prefix="hotfix-mutants-") as folder:
        # For the folders of the tests: a child that ends at once clears nothing up.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        tried = list(_all_tried(chosen, options.met, options.minutes * 60))
    return _report(tried, len(chosen))


def _all_tried(chosen: Sequence[Change], met: Path | None, seconds: float) -> Iterator[_Tried]:
    """Try the changes in these seconds; yields what came of each, and prints who survives."""
    _import_all()
    tests = _learnt(met)
    for name in tests.failed:
        print(f"fails with nothing changed, and counts for nothing: {name}", flush=True)
    _forget_the_product()
    until, ended = time.monotonic() + seconds, 0
    # What is begun comes to its end: otherwise those that no test notices would be left out.
    for at in range(0, len(chosen), _SAYS_EVERY):
        if time.monotonic() > until:
            break
        for each in _tried_twice(chosen[at : at + _SAYS_EVERY], tests, until):
            if each.number and not each.is_noticed:
                print(f"survives {each.number} tests: {each.change}", flush=True)
            ended += 1
            yield each
        print(f"... {ended} are tried", flush=True)


def _tried_twice(some: Sequence[Change], tests: Tests, until: float) -> Iterator[_Tried]:
    """Try changes where all is imported already, and those that nothing notices so anew."""
    at_once = _tried_at_once(some, tests, until)
    yield from (each for each in at_once if each.is_noticed)
    left = [each.change for each in at_once if not each.is_noticed]
    yield from _tried(left, tests, math.inf, _imported_anew)


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
    hotfix = importlib.import_module("hotfix")
    for found in pkgutil.walk_packages(hotfix.__path__, "hotfix."):
        if "storefront" not in found.name and not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def _forget_the_product() -> None:
    """Have it imported anew by each child; what it imports from elsewhere stays."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "hotfix"]:
        del sys.modules[name]


def _learnt(kept: Path | None) -> Tests:
    """Return which tests meet which lines, from a run with nothing changed."""
    if kept is not None and kept.exists():
        return Tests(**json.loads(kept.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="hotfix-mutants-") as folder:

        def learn(part: int) -> int:
            watch = Watch(files(), part, _AT_ONCE)
            code = _pytest(QUICK, watch)
            if code in _TO_THE_END:
                Path(folder, str(part)).write_text(json.dumps(vars(watch.tests)), encoding="utf-8")
            return code

        children = [_forked(partial(learn, part)) for part in range(_AT_ONCE)]
        for child in children:
            if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) not in _TO_THE_END:
                sys.exit(
                    "The quick tests do not come to their end with nothing changed: make quick"
                )
        tests = Tests()
        for part in range(_AT_ONCE):
            tests.learn(Tests(**json.loads(Path(folder, str(part)).read_text(encoding="utf-8"))))
    if kept is not None:
        kept.write_text(json.dumps(vars(tests)), encoding="utf-8")
    return tests


def _tried_at_once(some: Sequence[Change], tests: Tests, until: float) -> list[_Tried]:
    """Return what came of the changes where all is imported, and no module is imported anew."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as found:

        def try_all(warm: Warm) -> None:
            if not tests.seconds.keys() <= warm.names:
                pytest.exit("what is known is of other tests", pytest.ExitCode.USAGE_ERROR)
            live = live_functions()
            # The children share what is there by now.
            gc.freeze()

            def attempt(change: Change, names: Sequence[str]) -> int:
                return warm.run(names) if put_in(change, live) else int(pytest.ExitCode.OK)

            for each in _tried(some, tests, until, attempt):
                said = [some.index(each.change), each.number, each.is_noticed]
                print(json.dumps(said), file=found, flush=True)

        def begin() -> int:
            _import_all()
            return _pytest(QUICK, Warm(try_all))

        _, status = os.waitpid(_forked(begin), 0)
        if os.waitstatus_to_exitcode(status):
            sys.exit("The quick tests cannot be collected (make quick), or --met is of other ones")
        found.seek(0)
        lines = [json.loads(line) for line in found]
    return [_Tried(some[at], number, is_noticed) for at, number, is_noticed in lines]


def _tried(
    chosen: Sequence[Change],
    tests: Tests,
    until: float,
    attempt: Callable[[Change, Sequence[str]], int],
) -> Iterator[_Tried]:
    """Try the changes, each in a child; yields what came of it.

    Args:
        chosen: in this order.
        tests: to try them with.
        until: no more are begun after it; of the monotonic clock, in seconds.
        attempt: what the child does; it is noticed where this is not 0, or takes too long.
    """
    waiting = list(reversed(chosen))
    running: dict[int, tuple[Change, int, float]] = {}
    while running or (waiting and time.monotonic() < until):
        while waiting and len(running) < _AT_ONCE and time.monotonic() < until:
            change = waiting.pop()
            names = tests.of(change)
            if not names:
                yield _Tried(change, 0, is_noticed=False)
                continue
            seconds = _GRACE_SECONDS + 2 * sum(tests.seconds[name] for name in names)
            child = _forked(lambda: attempt(change, names))  # noqa: B023 - it is forked at once
            running[child] = (change, len(names), time.monotonic() + seconds)
        yield from _ended(running)
        time.sleep(0.02)


def _ended(running: dict[int, tuple[Change, int, float]]) -> Iterator[_Tried]:
    """Let go of the children that are over, or hang; yields what came of them."""
    for child, (change, number, deadline) in list(running.items()):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            del running[child]
            is_noticed = os.waitstatus_to_exitcode(status) != pytest.ExitCode.OK
            yield _Tried(change, number, is_noticed)


def _imported_anew(change: Change, names: Sequence[str]) -> int:
    sys.meta_path.insert(0, _Changed(change))
    return _pytest([*names, "-x"])


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
    return int(pytest.main([*options, "--rootdir", str(ROOT), *words], plugins=list(plugins)))


def _report(tried: Sequence[_Tried], chosen: int) -> int:
    for each in tried:
        if not each.number:
            print(f"met by no quick test: {each.change}")
    for room in ROOMS:
        here = [each for each in tried if room_of(each.change) == room]
        print(f"{room}: {len(here)} changes, {sum(each.is_noticed for each in here)} noticed")
    noticed = sum(each.is_noticed for each in tried)
    share = noticed / len(tried) if tried else 1.0
    if len(tried) < chosen:
        print(f"{chosen - len(tried)} were not tried: the time was over")
    print(f"{len(tried)} changes, {noticed} noticed: {share:.1%}")
    return int(share < _WANTED)


if __name__ == "__main__":
    sys.exit(main())
