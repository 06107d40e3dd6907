"""The warnings that runs hold until every branch that was to get the fix has it."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from hotfix.domain.fact_names import (
    BASE_SHA,
    BROUGHT_TO,
    MERGE_INTO,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
)
from hotfix.domain.fact_records import BroughtTo
from hotfix.domain.facts import Facts
from hotfix.domain.not_everywhere import STEP, NotEverywhere, not_everywhere
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.owed import Found, Owed, holding, settled, still_owed
from hotfix.runs.session import Session


def still_to_bring(
    session: Session, runs: Iterable[Progress] | None = None
) -> tuple[NotEverywhere, ...]:
    """Ask about each of the ``runs``, by default of all that hold a warning."""
    return still_owed(session, BRANCHES, holding(session) if runs is None else runs)


def as_needs(held: tuple[NotEverywhere, ...]) -> tuple[Need, ...]:
    """Return the warnings as ``hotfix doctor`` shows them."""
    return tuple(
        Need("deploys", "fixes elsewhere", Finding.WARNING, each.warning, each.mend)
        for each in held
    )


def _left(progress: Progress) -> Sequence[NotEverywhere]:
    # A run that is open brings it yet, or settles what it began.
    lacking = not_everywhere(progress) if progress.state.is_over else None
    return () if lacking is None else (lacking,)


def _look(ports: Ports, progress: Progress, _lacking: NotEverywhere) -> Found | None:
    """Ask about all branches: some of them may have it by now."""
    before = progress.facts[BROUGHT_TO]
    there = {
        each.branch: because
        for each in before
        if not each.is_settled and (because := _settled(each, progress.facts, ports))
    }
    if not there:
        return None
    now = tuple(replace(each, is_settled=True) if each.branch in there else each for each in before)
    return settled(PlanName.HOTFIX, STEP, f"{'; '.join(there.values())}.", [BROUGHT_TO(now)])


def _settled(brought: BroughtTo, facts: Facts, ports: Ports) -> str:
    """Return how it is known that nothing is to be done for a branch; empty while it is not."""
    with contextlib.suppress(ProblemError, TemporaryTroubleError):
        if brought.number:
            pull = ports.pull_requests.get(brought.number)
            if pull.is_merged:
                return f"{brought.branch} has the fix by {brought.url}"
            return "" if pull.is_open else f"Somebody closed {brought.url} without merging it"
        tip = ports.repository.fetch(brought.branch)
        if tip is None:
            return f"{brought.branch} is gone"
        if ports.repository.resolve(facts[MERGE_SHA]) is None:
            ports.repository.fetch(facts[MERGE_INTO])
        head = ports.pull_requests.get(facts[PULL_REQUEST_NUMBER]).head_sha
        bringing = ports.repository.bring(tip, facts[MERGE_SHA], head, facts[BASE_SHA])
        return f"{brought.branch} has the fix" if bringing.is_there else ""
    return ""


BRANCHES = Owed(_left, _look, lambda lacking: f"it is still to do: {lacking.mend}")
