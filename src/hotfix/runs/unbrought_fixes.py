"""The warnings that runs hold until every branch that was to get the fix has it."""

import contextlib
from dataclasses import replace

from hotfix.domain.event_data import StepSettled
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import (
    BASE_SHA,
    BROUGHT_TO,
    MERGE_INTO,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
)
from hotfix.domain.fact_records import BroughtTo
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.not_everywhere import STEP, NotEverywhere, not_everywhere
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.belonging import belongs_here
from hotfix.runs.chosen import runs_that_hold
from hotfix.runs.on_record import put_on_record
from hotfix.runs.session import Session


def still_to_bring(session: Session) -> tuple[NotEverywhere, ...]:
    """Ask about each; what is there by now is written into its run's journal.

    What cannot be asked about is still held.
    """
    found = []
    for run in runs_that_hold(session):
        with contextlib.suppress(ProblemError):
            progress = fold(session.runs.events(run))
            # A run that is open brings it yet, or settles what it began.
            if (
                progress.state.is_over
                and not_everywhere(progress) is not None
                and belongs_here(session, progress)
            ):
                found.append(not_everywhere(_looked(session, progress)))
    return tuple(each for each in found if each is not None)


def as_needs(held: tuple[NotEverywhere, ...]) -> tuple[Need, ...]:
    """Return the warnings as ``hotfix doctor`` shows them."""
    return tuple(
        Need("deploys", "fixes elsewhere", Finding.WARNING, each.warning, each.mend)
        for each in held
    )


def _looked(session: Session, progress: Progress) -> Progress:
    """Return the progress with what is there by now, which is on record."""
    ports = session.tools.ports(session.state)
    before = progress.facts[BROUGHT_TO]
    settled = {
        each.branch: because
        for each in before
        if not each.is_settled and (because := _settled(each, progress.facts, ports))
    }
    if not settled:
        return progress
    now = tuple(
        replace(each, is_settled=True) if each.branch in settled else each for each in before
    )
    saying = f"{'; '.join(settled.values())}."
    facts = by_key([BROUGHT_TO(now)])
    said = StepSettled(PlanName.HOTFIX, Settlement.DONE, saying, facts)
    put_on_record(session, progress.run, said, STEP)
    return replace(progress, known={**progress.known, **facts})


def _settled(brought: BroughtTo, facts: Facts, ports: Ports) -> str:
    """Return how it is known that nothing is to be done for a branch; empty while it is not."""
    try:
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
    except (ProblemError, TemporaryTroubleError):
        return ""
    return f"{brought.branch} has the fix" if bringing.is_there else ""
