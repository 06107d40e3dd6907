"""The pull requests into the base that runs opened, until each is merged, or closed.

They warn in no other run's ``status``, nor does ``start`` wait for them: what is deployed has the
fix. They are asked about by ``doctor``, and at the end of a run, before old records are removed
from the cluster.
"""

import contextlib
from collections.abc import Iterator
from itertools import islice

from hotfix.composition.soon import Asked
from hotfix.domain.bring_back import STEP, BringBack, bring_back
from hotfix.domain.event_data import StepSettled
from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import APPROVED_SHA, BRING_BACK_SETTLED, MERGE_SHA
from hotfix.domain.fold import fold
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.belonging import belongs_here
from hotfix.runs.learned import STATES, State, learned
from hotfix.runs.on_record import put_on_record
from hotfix.runs.session import Session

# At the end of a run nobody waits for more: the older are left to ``doctor``.
_MOST_AT_ONCE = 10
_SECONDS = 3.0


def still_proposed(
    session: Session, but: str = "", most: int | None = None
) -> tuple[BringBack, ...]:
    """Ask about each, the newest first; what is done with is written into its run's journal.

    What cannot be asked about is still held.

    Args:
        session: of the repository.
        but: a run that is not asked about.
        most: how many are asked about; None for all.
    """
    found = (each for each in _held(session) if each.run != but)
    return tuple(
        back
        for progress in islice(found, most)
        if (back := bring_back(progress)) is not None and not _is_settled(session, progress, back)
    )


def settle_soon(session: Session, but: str, seconds: float = _SECONDS) -> None:
    """Ask about some of them, waiting so many ``seconds`` at most."""
    asked = Asked(lambda: still_proposed(session, but, _MOST_AT_ONCE), seconds)
    # Without a token or a clone nobody can ask.
    with contextlib.suppress(ProblemError, TemporaryTroubleError):
        asked.answer()


def as_needs(held: tuple[BringBack, ...]) -> tuple[Need, ...]:
    """Return them as ``hotfix doctor`` shows them."""
    return tuple(
        Need(
            "deploys", "bring-back", Finding.WARNING, f"{each.what} ({each.description})", each.mend
        )
        for each in held
    )


def _held(session: Session) -> Iterator[Progress]:
    """Yield the runs of this repository that are over and proposed something, newest first."""
    for run, said in learned(session.state, STATES).said.items():
        if isinstance(said, Problem) or not State(*said).proposes:
            continue
        with contextlib.suppress(ProblemError):
            progress = fold(session.runs.events(run))
            if progress.state.is_over and belongs_here(session, progress):
                yield progress


def _is_settled(session: Session, progress: Progress, back: BringBack) -> bool:
    try:
        because = _because(session.tools.ports(session.state), progress, back)
    except (ProblemError, TemporaryTroubleError):
        return False
    if because:
        facts = by_key([BRING_BACK_SETTLED(because)])
        said = StepSettled(PlanName.HOTFIX, Settlement.DONE, f"{because}.", facts)
        put_on_record(session, back.run, said, STEP)
    return bool(because)


def _because(ports: Ports, progress: Progress, back: BringBack) -> str:
    """Return how it is known that nothing is to be done any more; empty while it is not."""
    pull = ports.pull_requests.get(back.number)
    if not pull.is_merged:
        return "" if pull.is_open else f"Somebody closed {back.url} without merging it"
    if back.is_bad:
        tip = ports.repository.fetch(pull.base)
        names = [progress.facts.get(each, "") for each in (MERGE_SHA, APPROVED_SHA)]
        sha, *others = (each for each in (pull.merge_sha, pull.head_sha, *names) if each)
        if tip is not None and ports.repository.carries(tip, sha, tuple(others)):
            return ""
        return f"{back.url} was merged, and {pull.base} does not carry the fix any more"
    return f"{pull.base} has the fix by {back.url}"
