"""What is found out about a run that is over goes into its own journal, and the team's record."""

import contextlib
from functools import partial
from threading import Lock

from hotfix.composition.soon import Asked
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventData
from hotfix.domain.fold import after
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.mirror import Mirror
from hotfix.runs.session import Session

_SECONDS = 3.0
# Two that are asked about side by side may be of one run.
_IN_TURN = Lock()


def put_on_record(
    session: Session, progress: Progress, said: EventData, step: str = ""
) -> Progress:
    """Append to the run's journal, if that can be, and return the run with what was found.

    What is not on record is asked about again.
    """
    known = None
    with contextlib.suppress(ProblemError, TemporaryTroubleError), _IN_TURN:
        run = progress.run
        with session.runs.open(run, session.clock, session.operator, session.secrets) as journal:
            journal.append(said, step=step)
            known = journal.progress()
        Asked(partial(_share, session, known), _SECONDS).answer()
    return known or after(progress, _unwritten(session, progress, said, step))


def _unwritten(session: Session, progress: Progress, said: EventData, step: str) -> Event:
    return Event(
        progress.run,
        progress.events + 1,
        session.clock.now(),
        said.type,
        session.operator,
        step=step,
        data=said.to_json(),
    )


def _share(session: Session, progress: Progress) -> None:
    """Let the cluster's record follow, where there is one: it may be removed by then."""
    cluster = session.tools.cluster
    if cluster is None or cluster.shared_records.find(progress.run) is None:
        return
    mirror = Mirror(
        cluster.shared_records, lambda: session.runs.lines(progress.run), session.for_the_team
    )
    mirror.show(progress)
    mirror.close(_SECONDS)
