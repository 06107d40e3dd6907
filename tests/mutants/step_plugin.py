"""Applies a mutation of a step to a run of pytest, or notes which tests would meet one.

``HOTFIX_STEP_MUTANT`` names the mutant as ``module:Class.method``: its ``run`` writes nothing, or
its ``evidence`` finds nothing. Without it, the classes in ``HOTFIX_STEPS`` stay as they are, and
are watched. What came of it goes into the file ``HOTFIX_STEP_REPORT`` as JSON.
"""

import importlib
import json
import os
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.mutants.port_writes import Answer, Watched

from hotfix.domain.outcome import NotDone

_HERE = Path(__file__).parent


@dataclass
class Seen:
    """What came of a run of pytest.

    Attributes:
        met: the mutants, and the tests in which each would have made a difference; a file where
            a fixture for several tests met it.
        seconds: how long each test took.
        failed: the tests that failed, with the first line of why.
        broken: whether what fails is the mutation's own code.
    """

    met: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: dict[str, str] = field(default_factory=dict)
    broken: bool = False


_seen = Seen()
_at = {"test": "", "file": "", "shared": ""}


def pytest_configure() -> None:
    """Put the mutation in, or the watch."""
    mutant = os.environ.get("HOTFIX_STEP_MUTANT", "")
    if mutant:
        step, _, method = mutant.rpartition(".")
        {"run": _write_nothing, "evidence": _find_nothing}[method](_class_of(step))
    else:
        for step in os.environ.get("HOTFIX_STEPS", "").split():
            _watch(step, _class_of(step))


def pytest_runtest_logstart(nodeid: str) -> None:
    """Remember which test is running."""
    _at["test"], _at["file"] = nodeid, nodeid.partition("::")[0]


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Any:
    """Remember whether what runs is done for several tests."""
    before = _at["shared"]
    _at["shared"] = before or (_at["file"] if fixturedef.scope != "function" else "")
    try:
        return (yield)
    finally:
        _at["shared"] = before


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended."""
    _seen.seconds[report.nodeid] += report.duration
    if report.failed:
        crash = getattr(report.longrepr, "reprcrash", None)
        words = crash.message if crash else str(report.longrepr)
        _seen.failed[report.nodeid] = f"{report.when}: {(words.splitlines() or [''])[0]}"
        _seen.broken |= crash is not None and Path(crash.path).is_relative_to(_HERE)


def pytest_sessionfinish() -> None:
    """Write down what was seen."""
    Path(os.environ["HOTFIX_STEP_REPORT"]).write_text(json.dumps(vars(_seen)), encoding="utf-8")


def _class_of(step: str) -> Any:
    module, _, name = step.partition(":")
    return getattr(importlib.import_module(module), name)


def _write_nothing(step: Any) -> None:
    true_run = step.run
    step.run = lambda self, facts, ports: true_run(self, facts, Watched(ports, _only_answer))


def _only_answer(_write: Answer, answer: Answer) -> Any:
    return answer()


def _find_nothing(step: Any) -> None:
    step.evidence = lambda _self, _facts, _ports: NotDone()


def _watch(name: str, step: Any) -> None:
    """Note the tests in which a write is asked for, and those in which there is evidence."""
    true_run = step.run

    def write(true: Answer, _answer: Answer) -> Any:
        _note(f"{name}.run")
        return true()

    step.run = lambda self, facts, ports: true_run(self, facts, Watched(ports, write))
    true_evidence = getattr(step, "evidence", None)
    if true_evidence is None:
        return

    def evidence(self: Any, facts: Any, ports: Any) -> Any:
        found = true_evidence(self, facts, ports)
        if found != NotDone():
            _note(f"{name}.evidence")
        return found

    step.evidence = evidence


def _note(mutant: str) -> None:
    # A thread may do the work of another test than the one that runs.
    if threading.current_thread() is threading.main_thread():
        where = _at["shared"] or _at["test"]
        if where not in _seen.met[mutant]:
            _seen.met[mutant].append(where)
