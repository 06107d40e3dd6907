"""What all runs say, from where each says more: this machine's index, or the team's records."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hotfix.composition.journals import Runs
from hotfix.domain.problem import Problem, ProblemError
from hotfix.runs.learned import learned
from hotfix.runs.readable import Say
from hotfix.runs.team_records import Record, TeamRecords


def as_told(
    state: Path, table: str, team: TeamRecords, say: Say
) -> Iterator[tuple[str, Problem | Record | Any]]:
    """Yield each run with what it says, newest first, those that only the cluster has at the end.

    Args:
        state: the state directory.
        table: of the index, what is asked for.
        team: what the cluster has on record.
        say: is told in which the records of a run are not alike, and of a reading that takes long.

    Yields:
        A run, and a problem where its journal cannot be read, the row of the ``table`` where this
        machine alone has the run, else the record that says more, be that damaged.
    """
    runs = Runs(state)
    for run, said in learned(state, table, say).said.items():
        if isinstance(said, Problem) or run not in team.journals():
            # What cannot be read here may be whole in the cluster: it is among the others.
            yield run, said
            continue
        try:
            record = team.of(run, runs.events(run))
        except ProblemError as error:  # it was changed at this moment
            yield run, error.problem
            continue
        for each in record.remarks:
            say(each)
        yield run, record
    for record in team.others():
        yield record.run, record
