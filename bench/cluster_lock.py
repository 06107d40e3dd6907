"""Operators who claim the hotfix lock at once, each in a process of its own, with journals."""

import multiprocessing
from dataclasses import replace
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.engine.small_plan import ports

from hotfix.adapters.kubernetes import KubernetesDeployments
from hotfix.composition.journals import Runs
from hotfix.composition.tools import system_clock
from hotfix.domain.fact_names import LOCK
from hotfix.domain.fold import fold
from hotfix.domain.incident import Category, Incident
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.step import Phase, Plan
from hotfix.engine import record
from hotfix.engine.run import run as walk
from hotfix.steps.claim_the_lock import ClaimTheLock

_SLOWEST_SECONDS = 60.0
_PLAN = Plan("hotfix", (Phase("prepare", None, (ClaimTheLock(),)),), RunState.DONE)


def contend(kubeconfig: Path, namespace: str, operators: int, rounds: int) -> list[list[str]]:
    """Let ``operators`` open a run and claim the lock at once, ``rounds`` times.

    Returns:
        For each round, the holder that each operator's journal names, read back from disk when all
        is over; an empty text for a journal that is lost or damaged.
    """
    context = multiprocessing.get_context("spawn")
    together, home = context.Barrier(operators), kubeconfig.parent / "operators"
    processes = [
        context.Process(
            target=_operate, args=(kubeconfig, namespace, home, number, rounds, together)
        )
        for number in range(operators)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [[_told(home, number, each) for number in range(operators)] for each in range(rounds)]


def _operate(
    kubeconfig: Path, namespace: str, home: Path, number: int, rounds: int, together: Barrier
) -> None:
    cluster: Any = KubernetesDeployments(namespace=namespace, kubeconfig=kubeconfig)
    outside = replace(ports(system_clock()), cluster=cluster)
    clock, operator = system_clock(), f"operator-{number}"
    for each in range(rounds):
        mine = _run(number, each)
        together.wait(_SLOWEST_SECONDS)
        with Runs(_state(home, number)).create(mine, clock, operator, ()) as journal:
            record.begin(journal, Incident("bench", Category.API_ERRORS), _PLAN, RunSettings())
            for _ in walk(_PLAN, outside, journal):
                pass
        # Nobody may release before everybody has asked.
        together.wait(_SLOWEST_SECONDS)
        cluster.release_lock(mine)


def _told(home: Path, number: int, each: int) -> str:
    """Return the holder that a journal names: its own run, or whose the question is about."""
    try:
        progress = fold(Runs(_state(home, number)).events(_run(number, each)))
    except (ProblemError, OSError):
        return ""
    return _holder(progress)


def _holder(progress: Progress) -> str:
    if LOCK in progress.facts:
        return progress.facts[LOCK]
    options = progress.pending.options if progress.pending else ()
    named = [option.key for option in options if option.key.startswith("takeover:")]
    return named[0].removeprefix("takeover:") if named else ""


def _state(home: Path, number: int) -> Path:
    return home / str(number)


def _run(number: int, each: int) -> str:
    return f"hf-20260101-0000-{each}-{number}"
