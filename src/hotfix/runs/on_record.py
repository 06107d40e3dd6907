"""What is found out about a run that is over goes into its own journal."""

import contextlib

from hotfix.domain.event_data import EventData
from hotfix.domain.problem import ProblemError
from hotfix.runs.session import Session


def put_on_record(session: Session, run: str, said: EventData, step: str = "") -> None:
    """Append to the run's journal, if that can be: what is not on record is asked about again."""
    with (
        contextlib.suppress(ProblemError),
        session.runs.open(run, session.clock, session.operator, session.secrets) as journal,
    ):
        journal.append(said, step=step)
