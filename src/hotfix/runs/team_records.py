"""Runs as the team has them on record: this machine's journals, and what the cluster has of them.

The one reader of all that tells of runs afterwards. The cluster is asked in the background, and
waited for as long as ``[team] wait`` says, two seconds: what it says comes on top of what is here.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.journals import Runs
from hotfix.composition.soon import Asked
from hotfix.domain.event import Event
from hotfix.domain.figures import counted
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.json_value import JsonObject
from hotfix.domain.open_elsewhere import open_elsewhere
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.redacted_values import is_redaction
from hotfix.domain.run_settings import RecordedConfig
from hotfix.ports.shared_records import SharedJournal
from hotfix.runs.chosen import chosen_run, runs_meant
from hotfix.runs.drill_records import record_of_drill
from hotfix.runs.readable import Say
from hotfix.runs.whose import Place
from hotfix.view.foreign_text import one_line

if TYPE_CHECKING:
    from hotfix.runs.session import Session


HERE, CLUSTER, DRILL = "here", "cluster", "drill"
_MOST_SHOWN = 5


@frozen
class Record:
    """The record of one run, from one of both places."""

    run: str  #: its id
    events: tuple[Event, ...]  #: in order, as far as they can be trusted
    damage: Problem | None = None  #: why they are not all; None where they are
    kept: str = HERE  #: ``here``, ``cluster``, or ``drill`` for one whose world is gone
    host: str = ""  #: the machine that wrote the cluster's record; empty where not known
    remarks: tuple[str, ...] = ()  #: what a person is told of the other place, each one sentence
    not_reached: str = ""  #: why the cluster's records are not known; empty where they are

    @property
    def shared_by(self) -> str | None:
        """Return the machine that wrote the cluster's record; None where it is this machine's."""
        return self.host if self.kept == CLUSTER else None

    @property
    def is_gone(self) -> bool:
        """Tell whether nothing that it names is there any more."""
        return self.kept == DRILL

    def to_json(self) -> JsonObject:
        """Return where the record is from, as ``show --json`` has it. Keys are only ever added."""
        return {
            "kept": self.kept,
            "host": self.host or None,
            "remarks": list(self.remarks),
            "not_reached": self.not_reached or None,
        }


class TeamRecords:
    """What the cluster has on record, beside what this machine has.

    Args:
        runs: the journals here.
        say: is told once why the cluster's records are not known.
        asked: for them, and how many seconds are waited for that; None where nobody is.
        run: the only one that was asked for; None for all.
        trouble: why nobody was asked; empty where somebody was, or nobody is to be.
    """

    def __init__(
        self,
        runs: Runs,
        say: Say,
        asked: tuple[Asked[Sequence[SharedJournal]], float] | None = None,
        run: str | None = None,
        trouble: str = "",
    ) -> None:
        self._runs = runs
        self._say = say
        self._asked = asked
        self._run = run
        self._found: dict[str, SharedJournal] | None = None
        self._told: set[str] = set()
        self._not_reached = ""
        if trouble:
            self._miss(trouble)

    @property
    def not_reached(self) -> str:
        """Return why the cluster's records are not known; empty where they are, or nobody asks."""
        self.journals()
        return self._not_reached

    def journals(self) -> Mapping[str, SharedJournal]:
        """Return what the cluster has, by run, newest first; it is waited for here."""
        if self._found is None:
            self._found = {}
            for each in self._answer():
                self._found.setdefault(self._run or each.run, each)
        return self._found

    def of(self, run: str, here: tuple[Event, ...], damage: Problem | None = None) -> Record:
        """Return the record of a run that this machine has: where it says more.

        Args:
            run: its id.
            here: the events of this machine's journal, as far as it is sound.
            damage: why that is not all of it; None where it is.
        """
        self._told.add(run)
        journal = self.journals().get(run)
        mine = Record(run, here, damage)
        if journal is None:
            return mine
        theirs = self._shared(journal)
        if not here:
            return theirs if theirs.events else mine
        says_more = len(theirs.events) > len(here) or (
            damage is not None and len(theirs.events) == len(here)
        )
        remarks = [*_disagreement(run, here, theirs)]
        if theirs.damage is not None or not says_more:
            return replace(mine, host=theirs.host, remarks=tuple(remarks))
        more = f"it has {counted(len(theirs.events), 'event')}, this machine's has {len(here)}"
        remarks.insert(0, f"Run {run} is told by the cluster's record{_by(journal)}: {more}.")
        return replace(theirs, remarks=tuple(remarks))

    def others(self) -> Iterator[Record]:
        """Yield the cluster's records of the runs that ``of`` was not asked for, newest first."""
        for run, journal in self.journals().items():
            if run not in self._told:
                yield self._shared(journal)

    def _shared(self, journal: SharedJournal) -> Record:
        shared = journal.shared
        events, damage = self._runs.shared_as_far_as_sound(journal.run, journal.lines)
        host = shared.host if shared is not None else ""
        return Record(journal.run, events, journal.damage or damage, CLUSTER, host)

    def _answer(self) -> Sequence[SharedJournal]:
        try:
            found = self._asked[0].answer() if self._asked is not None else ()
        except ProblemError as error:
            return self._miss(error.problem.what)
        except TemporaryTroubleError as trouble:
            return self._miss(trouble.saying)
        if found is not None or self._asked is None:
            return found or ()
        return self._miss(f"The cluster did not answer within {self._asked[1]:g} s.")

    def _miss(self, why: str) -> Sequence[SharedJournal]:
        self._not_reached = why
        told = f"The team's records in the cluster were not read: {why} This machine's are shown."
        self._say(one_line(told))
        return ()


def team_records(
    state: Path,
    say: Say,
    *,
    only_here: bool = False,
    run: str | None = None,
    recorded: RecordedConfig | None = None,
) -> TeamRecords:
    """Ask the configured cluster for its records, in the background; returns at once.

    Args:
        state: the state directory.
        say: is told in one line what could not be reached.
        only_here: whether nobody is to be asked.
        run: the only one to ask for; None for all.
        recorded: what says where the cluster is where there is no ``hotfix.toml``.
    """
    runs = Runs(state)
    if only_here:
        return TeamRecords(runs, say)
    try:
        session = cluster_session(recorded)
        cluster = session.tools.cluster if session is not None else None
    except ProblemError as error:
        return TeamRecords(runs, say, trouble=error.problem.what)
    if session is None or cluster is None:
        return TeamRecords(runs, say)
    seconds = session.config.team.wait
    asked = Asked(lambda: cluster.shared_records.journals(run), seconds)
    return TeamRecords(runs, say, (asked, seconds), run)


def record_of(
    state: Path, named: str | None, command: str, say: Say, *, only_here: bool = False
) -> Record:
    """Return the record of the run that is meant, from where it says more; ``say`` is told so.

    Without one here, it is that of a named drill that is over, or that of the cluster: the named
    run; else the newest of the repository stood in, of those that are not over where there are any.

    Raises:
        ProblemError: there is none, it cannot be told which, or nothing of it can be read.
    """
    try:
        run = chosen_run(state, named, command=command, say=say)
    except ProblemError as error:
        drilled = record_of_drill(state, named) if named else None
        if drilled is not None:
            return Record(*drilled, kept=DRILL)
        if only_here or _may_be_here(state, named, command):
            raise
        record = _elsewhere(state, named, say, error)
    else:
        record = _here(state, run, say, only_here=only_here)
    for each in record.remarks:
        say(one_line(each))
    return record


def _here(state: Path, run: str, say: Say, *, only_here: bool) -> Record:
    try:
        events, damage = Runs(state).as_far_as_sound(run)
    except ProblemError as error:
        events, damage = (), error.problem
    progress = fold(events) if events else None
    recorded = progress.settings.config if progress is not None else None
    theirs = team_records(state, say, only_here=only_here, run=run, recorded=recorded)
    told: Sequence[str] = ()
    if progress is not None and damage is None and not only_here:
        told = _chase(progress)
        events = Runs(state).events(run)
    record = theirs.of(run, events, damage)
    if not record.events and record.damage is not None:
        raise ProblemError(record.damage)
    remarks = (*record.remarks, *told)
    return replace(record, remarks=remarks, not_reached=theirs.not_reached)


def _chase(progress: Progress) -> Sequence[str]:
    """Ask about what a run left open elsewhere; return what may be open yet, in sentences."""
    if not open_elsewhere(progress):
        return ()
    from hotfix.runs.chased import chase

    try:
        session = session_for(progress.settings.config)
    except ProblemError:
        return ()  # whoever asks for the cluster's records says why
    if session is None:
        return ()
    return chase(session, (progress,), session.config.team.wait)[1]


def session_for(recorded: RecordedConfig | None) -> "Session | None":
    """Return the session by what is configured here, else by what a run keeps; None without.

    Raises:
        ProblemError: the configuration is of no use.
    """
    from hotfix.config.finding import found_config

    here = Path.cwd()
    if found_config(str(here), os.environ, "") is not None:
        from hotfix.runs.session import open_session

        return open_session()
    from hotfix.runs.session import config_of, session_by
    from hotfix.runs.taken_up import on_this_machine

    config, _ = config_of(recorded)
    if config is None or recorded is None:
        return None
    return session_by(on_this_machine(config, recorded), here, recorded)


def _may_be_here(state: Path, named: str | None, command: str) -> bool:
    """Tell whether the run may be one of this machine's, which only a clearer word would choose."""
    if named:
        return any(named in each for each in Runs(state).ids())
    return bool(runs_meant(state, Place(os.getcwd(), os.environ), command))  # noqa: PTH109 - as text


def _elsewhere(state: Path, named: str | None, say: Say, error: ProblemError) -> Record:
    theirs = team_records(state, say)
    fitting = [each for each in theirs.others() if named == each.run] or [
        each for each in theirs.others() if (named in each.run if named else _is_ours(each))
    ]
    if not named:
        is_open = [each for each in fitting if not fold(each.events).state.is_over]
        fitting = (is_open or fitting)[:1]
    if not fitting:
        raise error
    if len(fitting) > 1:
        raise ProblemError(_several(str(named), fitting))
    record = fitting[0]
    if not record.events and record.damage is not None:
        raise ProblemError(record.damage)
    journal = theirs.journals()[record.run]
    return replace(record, remarks=(_not_here(journal),))


def _is_ours(record: Record) -> bool:
    place = Place(os.getcwd(), os.environ)  # noqa: PTH109 - as text
    return bool(record.events) and place.has(fold(record.events).settings.whose())


def cluster_session(recorded: RecordedConfig | None) -> "Session | None":
    """Return the session by what is configured here, else where the run began; None without.

    Raises:
        ProblemError: the configuration is of no use.
    """
    from hotfix.config.finding import found_config

    files = recorded.kubeconfig.split(os.pathsep) if recorded is not None else ()
    if found_config(str(Path.cwd()), os.environ, "") is None and not any(
        map(os.path.isfile, files)
    ):
        return None  # nobody here knows the way
    return session_for(recorded)


def first_difference(here: Sequence[Event], shared: Sequence[Event]) -> Event | None:
    """Return the first event here that the cluster's record has otherwise; None where none is.

    What was redacted there, and what one side has beyond the other, is no difference.
    """
    return next(
        (
            mine
            for mine, theirs in zip(here, shared, strict=False)
            if mine != theirs and not is_redaction(theirs.to_json(), mine.to_json())
        ),
        None,
    )


def _disagreement(run: str, here: Sequence[Event], theirs: Record) -> Iterator[str]:
    """Yield in which the cluster's record is not what this machine's would have it be."""
    if theirs.damage is not None:
        yield f"{theirs.damage.what} {theirs.damage.why} This machine's record is told."
        return
    differs = first_difference(here, theirs.events)
    if differs is not None:
        yield (
            f"The cluster's record of run {run} and this machine's say different things from "
            f"event {differs.seq} on: it went on on two machines, or somebody edited one."
        )


def _not_here(journal: SharedJournal) -> str:
    return f"Run {journal.run} is not on this machine: told by the cluster's record{_by(journal)}."


def _by(journal: SharedJournal) -> str:
    if journal.shared is None:
        return ""
    at = f" on {journal.shared.host}" if journal.shared.host else ""
    return f", which {journal.shared.operator}{at} wrote"


def _several(named: str, fitting: Sequence[Record]) -> Problem:
    known = ", ".join(each.run for each in fitting[:_MOST_SHOWN])
    return Problem(
        ProblemCode.USAGE,
        what=f"Several runs in the cluster are called {named}.",
        why=f"Known: {known}.",
        next_command="hotfix status --team",
    )
