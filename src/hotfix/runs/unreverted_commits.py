"""The warnings that rolled back runs hold until their revert is merged."""

import contextlib

from hotfix.domain.bad_commit import BadCommit, bad_commit
from hotfix.domain.event_data import BadCommitSettled
from hotfix.domain.fold import fold
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.ports.bad_commits import is_aboard
from hotfix.ports.bundle import Ports
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.runs.belonging import belongs_here
from hotfix.runs.chosen import runs_that_hold
from hotfix.runs.learned import STATES, learned
from hotfix.runs.on_record import put_on_record
from hotfix.runs.session import Session


def bad_commits(session: Session, besides: str = "") -> tuple[BadCommit, ...]:
    """Return what journals here, but for ``besides``, remember as rolled back and not undone."""
    found = []
    for run in runs_that_hold(session):
        if run == besides:
            continue
        with contextlib.suppress(ProblemError):
            progress = fold(session.runs.events(run))
            bad = bad_commit(progress)
            if bad is not None and belongs_here(session, progress):
                found.append(bad)
    return tuple(found)


def still_held(session: Session) -> tuple[BadCommit, ...]:
    """Ask the remote about each; what is undone by now is written into its run's journal.

    What cannot be asked about is still held.
    """
    known = bad_commits(session)
    if not known:
        return ()
    ports = session.tools.ports(session.state)
    return tuple(bad for bad in known if not _is_settled(session, bad, ports))


def unreadable(session: Session) -> tuple[Need, ...]:
    """Return the runs whose journals cannot be read, as ``hotfix doctor`` shows them."""
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


def _is_settled(session: Session, bad: BadCommit, ports: Ports) -> bool:
    try:
        tip = ports.repository.fetch(bad.merge_into)
        if tip is not None and is_aboard(bad, tip, ports):
            return False
    except (ProblemError, TemporaryTroubleError):
        return False
    because = f"{bad.merge_into} does not carry {bad.sha[:8]} any more"
    put_on_record(session, bad.run, BadCommitSettled(because))
    return True
