"""Takes away what each step does to the world, then its evidence. Run by ``make step-mutants``.

A step that reports its effect without having it, and one that never finds it in the world again,
must each be noticed by a test. The tests that meet a mutant are found by a run of pytest in which
nothing is mutated; they must pass in it. Names of classes, as arguments, try these steps alone.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.house.test_layout import STEPS, effect_of, steps_in
from tests.mutants.port_writes import ANSWERS

_ROOT = Path(__file__).parents[2]
_SURVIVES, _KILLED, _NO_TESTS = 0, 1, 5
# The quickest first. The matrix of faults walks what the walks that are killed walk, much longer.
_STAGES: tuple[tuple[str, ...], ...] = (
    ("tests/steps", "tests/engine", "tests/adapters"),
    ("tests/faults", "-k", "killed"),
    ("tests/cli", "tests/contracts", "tests/stories"),
)
_IMPORTS = re.compile(r"^from (tests(?:\.\w+)+) import", re.MULTILINE)
_PORT_CALLS = re.compile(r"\bports\.(\w+)\.(\w+)")


@dataclass(frozen=True)
class Step:
    """A step with an effect: its file's name, its class, and whether it can look for it."""

    file: str
    name: str
    has_evidence: bool

    @property
    def path(self) -> str:
        """Return what the plugin takes."""
        return f"hotfix.steps.{self.file}:{self.name}"

    @property
    def mutants(self) -> tuple[str, ...]:
        """Return the names of its mutants."""
        return tuple(
            f"{self.path}.{method}" for method in ("run", "evidence")[: 1 + self.has_evidence]
        )


@dataclass
class Tests:
    """What is known of a stage's tests: those that passed with nothing mutated.

    Attributes:
        met: the tests that meet each mutant.
        seconds: how long each took.
        failed: those that failed, and count for nothing.
    """

    met: dict[str, list[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def of(self, mutant: str) -> list[str]:
        """Return the tests that meet ``mutant``, the quickest first; whole files last."""
        known = [name for name in self.met.get(mutant, ()) if name not in self.failed]
        return sorted(known, key=lambda name: ("::" not in name, self.seconds.get(name, 0.0)))


def main() -> int:
    """Try all mutants; returns the exit code: 1 where one was not noticed."""
    began = time.monotonic()
    steps = list(_steps())
    wanted = set(sys.argv[1:]) or {step.name for step in steps}
    if unknown := wanted - {step.name for step in steps}:
        sys.exit(f"no step with an effect: {', '.join(sorted(unknown))}")
    chosen = [step for step in steps if step.name in wanted]
    left = [mutant for step in chosen for mutant in step.mutants]
    number = len(left)
    for stage in _STAGES:
        tests = _tried(stage, [step for step in chosen if {*step.mutants} & {*left}])
        left = [mutant for mutant in left if not _is_noticed(mutant, tests)]
        if not left:
            break
    print(f"{len(chosen)} steps have an effect: {number} mutants, {number - len(left)} noticed")
    print("".join(f"  survives: {mutant}\n" for mutant in left), end="")
    print(f"{time.monotonic() - began:.0f} s")
    return int(bool(left))


def _steps() -> Iterator[Step]:
    """Find the steps with an effect; each calls a write that is known as one, and no other does."""
    writes = {(port, name) for port, names in ANSWERS.items() for name in names}
    for path in STEPS:
        (found,) = steps_in(path)
        has_effect = effect_of(found) != "none."
        calls = {(port, name) for port, name in _PORT_CALLS.findall(path.read_text("utf-8"))}
        if bool(calls & writes) is not has_effect:
            sys.exit(f"{path.name}: what it writes is not what its Effect: says, or ANSWERS is old")
        if has_effect:
            has_evidence = any(getattr(each, "name", "") == "evidence" for each in found.body)
            yield Step(path.stem, found.name, has_evidence)


def _tried(stage: Sequence[str], steps: Sequence[Step]) -> Tests:
    """Run the tests of a stage that name the steps, with nothing mutated."""
    folders = [word for word in stage if word.startswith("tests/")]
    files = [path for folder in folders for path in _files_that_name(folder, steps)]
    if not files:
        return Tests()
    options = [word for word in stage if word not in folders]
    watched = {"HOTFIX_STEPS": " ".join(step.path for step in steps)}
    code, seen = _pytest([*files, *options], watched)
    if code not in {0, 1, _NO_TESTS}:
        sys.exit(f"pytest ends with {code} in {' '.join(folders)}")
    tests = Tests(seen["met"], seen["seconds"], seen["failed"])
    for name in tests.failed:
        print(f"fails with nothing mutated, and counts for nothing: {name}", flush=True)
    return tests


def _files_that_name(folder: str, steps: Sequence[Step]) -> list[str]:
    # The name of a file stands in records; without quotes it may be a port's method.
    wanted = re.compile("|".join(rf'\b{step.name}\b|"{step.file}"' for step in steps))
    paths = sorted((_ROOT / folder).rglob("test_*.py"))
    return [path.relative_to(_ROOT).as_posix() for path in paths if wanted.search(_text_with(path))]


@cache
def _text_with(path: Path) -> str:
    """Return the text of a test file, and of what it imports from the tests of its own folder."""
    text = path.read_text(encoding="utf-8")
    imported = (_ROOT / f"{name.replace('.', '/')}.py" for name in _IMPORTS.findall(text))
    return text + "".join(_text_with(it) for it in imported if it.parent == path.parent)


def _is_noticed(mutant: str, tests: Tests) -> bool:
    """Tell whether one of the tests that meet the mutant fails with it; says which."""
    short = mutant.rpartition(":")[2]
    selected = tests.of(mutant)
    if not selected:
        return False
    code, seen = _pytest([*selected, "-x"], {"HOTFIX_STEP_MUTANT": mutant})
    if code not in {_SURVIVES, _KILLED} or seen["broken"]:
        sys.exit(f"{short}: pytest ends with {code}: {seen['failed']}")
    for name, why in seen["failed"].items():
        print(f"noticed: {short} by {name}: {why[:120]}", flush=True)
    if code == _SURVIVES:
        print(f"not noticed by {len(selected)} tests: {short}", flush=True)
    return code == _KILLED


def _pytest(words: Sequence[str], environ: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Run pytest with the plugin; returns its exit code and what the plugin saw."""
    with tempfile.TemporaryDirectory(prefix="hotfix-mutants-") as folder:
        report = Path(folder, "report.json")
        options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-p", "tests.mutants.step_plugin"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *words],
            cwd=_ROOT,
            env={**os.environ, **environ, "HOTFIX_STEP_REPORT": str(report)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if not report.exists():
            sys.exit(done.stdout)
        return done.returncode, json.loads(report.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
