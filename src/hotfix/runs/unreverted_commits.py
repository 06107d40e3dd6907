"""The warnings that rolled back runs hold until their revert is merged."""

from collections.abc import Iterable, Sequence

from hotfix.domain.bad_commit import BadCommit, bad_commit
from hotfix.domain.event_data import BadCommitSettled
from hotfix.domain.problem import Problem, ProblemError
from hotfix.domain.progress import Progress
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.runs.belonging import belongs_here
from hotfix.runs.learned import STATES, learned
from hotfix.runs.owed import Found, Owed, holding, still_owed
from hotfix.runs.session import Session


def bad_commits(session: Session, besides: str = "") -> tuple[BadCommit, ...]:
    """Return what journals here, but for ``besides``, remember as rolled back and not undone."""
    return tuple(
        bad
        for progress in holding(session, besides)
        for bad in _left(progress)
        if belongs_here(session, progress)
    )


def still_held(session: Session, runs: Iterable[Progress] | None = None) -> tuple[BadCommit, ...]:
    """Ask the remote about each of the ``runs``, by default of all that hold a warning."""
    return still_owed(session, BAD_COMMITS, holding(session) if runs is None else runs)


def unreadable(session: Session) -> tuple[Need, ...]:
    """Return what keeps runs from being kept, and the journals that cannot be read.

    As ``hotfix doctor`` shows them. Without a record there is no run.
    """
    trouble = session.runs.trouble()
    if trouble is not None:
        return (unmet("runs", "kept on this machine", Finding.FAILED, ProblemError(trouble)),)
    return tuple(
        unmet("runs", run, Finding.WARNING, ProblemError(said))
        for run, said in learned(session.state, STATES).said.items()
        if isinstance(said, Problem)
    )


def as_needs(held: tuple[BadCommit, ...]) -> tuple[Need, ...]:
    """Return the warnings as ``hotfix doctor`` shows them."""
    return tuple(
        Need(
            "deploys",
            "rolled back commits",
            Finding.WARNING,
            bad.warning,
            f"Merge {bad.revert_url}" if bad.revert_url else bad.by_hand or _look(bad),
        )
        for bad in held
    )


def _look(bad: BadCommit) -> str:
    return f"git log --stat {bad.sha[:12]}; git revert all that its merge brought"


def _left(progress: Progress) -> Sequence[BadCommit]:
    bad = bad_commit(progress)
    return () if bad is None else (bad,)


def _look_for(ports: Ports, _progress: Progress, bad: BadCommit) -> Found | None:
    tip = ports.repository.fetch(bad.merge_into)
    if tip is not None and is_aboard(bad, tip, ports):
        return None
    return Found(BadCommitSettled(f"{bad.merge_into} does not carry {bad.sha[:8]} any more"))


BAD_COMMITS = Owed(_left, _look_for, lambda bad: f"it is still to do: {bad.command}")
