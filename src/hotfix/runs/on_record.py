"""What is found out about a run that is over goes into its own journal, and the team's record."""

import contextlib
from functools import partial
from threading import Lock

from hotfix.composition.soon import Asked
from hotfix.domain.event_data import EventData
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.mirror import Mirror
from hotfix.runs.session import Session

_SECONDS = 3.0
# Two that are asked about side by side may be of one run.
_IN_TURN = Lock()


def put_on_record(session: Session, run: str, said: EventData, step: str = "") -> None:
    """Append to the run's journal, if that can be: what is not on record is asked about again."""
    with contextlib.suppress(ProblemError, TemporaryTroubleError), _IN_TURN:
        with session.runs.open(run, session.clock, session.operator, session.secrets) as journal:
            journal.append(said, step=step)
            progress = journal.progress()
        Asked(partial(_share, session, progress), _SECONDS).answer()


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
