"""The pull requests into the base that runs opened, until each is merged, or closed.

They warn in no other run's ``status``, nor does ``start`` wait for them: what is deployed has the
fix. They are asked about by ``doctor``, and at the end of a run, before old records are removed
from the cluster.
"""

import contextlib
from collections.abc import Iterable, Sequence

from hotfix.composition.soon import Asked
from hotfix.domain.bring_back import STEP, BringBack, bring_back
from hotfix.domain.fact_names import APPROVED_SHA, BRING_BACK_SETTLED, MERGE_SHA
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need
from hotfix.runs.owed import Found, Owed, owing, settled, still_owed
from hotfix.runs.session import Session

# At the end of a run nobody waits for more: the older are left to ``doctor``.
_MOST_AT_ONCE = 10
_SECONDS = 3.0


def still_proposed(
    session: Session, runs: Iterable[Progress] | None = None, most: int | None = None
) -> tuple[BringBack, ...]:
    """Ask about each of the ``runs``, by default of all that owe something, newest first.

    Args:
        session: of the repository.
        runs: in the order in which they are asked about.
        most: how many are asked about; None for all.
    """
    return still_owed(session, BRING_BACKS, owing(session) if runs is None else runs, most)


def settle_soon(session: Session, but: str, seconds: float = _SECONDS) -> None:
    """Ask about some of them, but for one run's, waiting so many ``seconds`` at most."""
    asked = Asked(lambda: still_proposed(session, owing(session, but), _MOST_AT_ONCE), seconds)
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


def _left(progress: Progress) -> Sequence[BringBack]:
    back = bring_back(progress) if progress.state.is_over else None
    return () if back is None else (back,)


def _look(ports: Ports, progress: Progress, back: BringBack) -> Found | None:
    because = _because(ports, progress, back)
    if not because:
        return None
    return settled(PlanName.HOTFIX, STEP, f"{because}.", [BRING_BACK_SETTLED(because)])


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


BRING_BACKS = Owed(_left, _look, lambda back: f"it is still to do: {back.mend}")
