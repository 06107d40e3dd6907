"""Which run a command is about."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hotfix.composition.journals import Runs
from hotfix.domain.fold import fold
from hotfix.domain.nearest import did_you_mean
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.status import held
from hotfix.runs.known_runs import kept_runs, named_runs, noteworthy
from hotfix.runs.readable import Say, in_silence, passed_over
from hotfix.runs.session import Session
from hotfix.runs.whose import KeptRun, Place, fitting

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_MOST_SHOWN = 5
# What changes the world, so that a colleague's run is taken over first.
_ACTS = frozenset({"rollback", "abort"})
# What tells of a run, be it one whose world is gone.
_TELLS = frozenset({"show", "report", "checklist"})


class UnreadableError(ProblemError):
    """None of the runs that may be meant can be read."""


def new_run(session: Session, slug: str) -> str:
    """Return an id that nobody else has: time, what it is about, and four random letters."""
    stamp = session.clock.now().strftime("%Y%m%d-%H%M")
    tail = "".join(secrets.choice(_LETTERS) for _ in range(4))
    return f"hf-{stamp}-{slug[:30].strip('-')}-{tail}"


def chosen_run(
    state: Path,
    named: str | None,
    place: Place | None = None,
    command: str = "status",
    say: Say = in_silence,
) -> str:
    """Return the named run (a unique part of its id will do), else that of the place.

    Args:
        state: the state directory.
        named: as typed; of whatever repository.
        place: where the command is given; None for the working directory.
        command: what is asked for, such as ``resume``.
        say: is told of newer runs that cannot be read.

    Raises:
        UnreadableError: without a name, there is one, and its journal is of no use.
        ProblemError: there is none, or it may be several: each is listed with its command.
    """
    place = place or Place(os.getcwd(), os.environ)  # noqa: PTH109 - as text
    found = _meant(state, named or "", place, command, say)
    if len(found) == 1:
        return found[0].run
    kept = kept_runs(str(state), settling(state))
    if not kept and not named:
        raise ProblemError(_no_runs(state, command))
    if named:
        raise ProblemError(
            _several_of_that_name(named, found, command)
            if found
            else _not_here(state, named, kept, command)
        )
    raise ProblemError(_which(found, kept, place, command))


def runs_meant(state: Path, place: Place, command: str) -> Sequence[KeptRun]:
    """Return the run that a command without a name is about; none, or several, as for it."""
    kept = noteworthy(str(state), settling(state))
    return fitting(kept, "", place, open_first=command != PlanName.ROLLBACK)


def progress_of(state: Path, run: str) -> Progress:
    """Return where the run stands."""
    return fold(Runs(state).events(run))


def runs_that_hold(session: Session) -> list[str]:
    """Return the runs that hold a warning, or cannot be read: that they do not, is not known."""
    kept = noteworthy(str(session.state), settling(session.state))
    return [each.run for each in kept if each.held or each.is_stale]


def active_runs(session: Session, kept: Sequence[KeptRun], say: Say) -> Iterator[Progress]:
    """Yield the runs of the repository stood in that are not over, newest first.

    Whether one that cannot be read is over is not known; ``say`` is told so.

    Args:
        session: of the repository.
        kept: all runs on this machine, newest first, as their journals say where those can be read.
        say: is told in a line.
    """
    for each in kept:
        if not each.is_stale and (each.is_over or not session.place.has(each.whose)):
            continue
        try:
            yield progress_of(session.state, each.run)
        except ProblemError as error:
            say(passed_over(error.problem))


def _meant(state: Path, named: str, place: Place, command: str, say: Say) -> Sequence[KeptRun]:
    """Return what is meant; without a name, runs that cannot be read are passed over."""
    settle, open_first = settling(state), command != PlanName.ROLLBACK
    if named:
        kept = named_runs(str(state), named, settle)
        return fitting(kept, named, place, open_first=open_first)
    left, is_all = noteworthy(str(state), settle), False
    passed: dict[str, Problem] = {}
    while True:
        found = fitting(
            [each for each in left if each.run not in passed], "", place, open_first=open_first
        )
        unreadable = _unreadable(state, found)
        if unreadable:
            for problem in unreadable.values():
                say(passed_over(problem))
            passed |= unreadable
        elif len(found) == 1:
            return found
        elif is_all:
            break
        if not is_all:
            left, is_all = kept_runs(str(state), settle), True
    if not found and passed:
        raise UnreadableError(next(iter(passed.values())))
    return found


def _unreadable(state: Path, found: Sequence[KeptRun]) -> dict[str, Problem]:
    """Return what is wrong with the one that is meant, or with those of several that are stale."""
    problems = {}
    for each in found:
        if each.is_stale or len(found) == 1:
            try:
                progress_of(state, each.run)
            except ProblemError as error:
                problems[each.run] = error.problem
    return problems


def settling(state: Path) -> Callable[[KeptRun], KeptRun]:
    """Return what returns a run as its journal says, where that can be read."""

    def settled(kept: KeptRun) -> KeptRun:
        try:
            progress = progress_of(state, kept.run)
        except ProblemError:
            # Whose it is has to do as it was last known; whether it is over cannot be told.
            return KeptRun(
                kept.run,
                kept.whose,
                is_over=False,
                status=kept.status,
                is_stale=True,
                held=kept.held,
                about=kept.about,
            )
        return KeptRun(
            kept.run,
            progress.settings.whose(),
            is_over=progress.state.is_over,
            status=kept.status,
            is_stale=False,
            held=held(progress) or "",
            state=progress.state.value,
            about=progress.incident.description,
        )

    return settled


def _no_runs(state: Path, command: str) -> Problem:
    """Return that there is none; of drills, whose records are kept, how they are shown."""
    from hotfix.runs.drill_records import newest_drill

    drilled = newest_drill(state)
    if not drilled:
        return _NO_RUNS
    shows = f"hotfix show {drilled}"
    next_command = f"hotfix {command} {drilled}" if command in _TELLS else _NO_RUNS.next_command
    newest = f"; the newest: {shows}" if next_command != shows else ""
    why = f"Drills alone are on record: hotfix history --drills{newest}"
    return replace(_NO_RUNS, why=why, next_command=next_command)


def _several_of_that_name(named: str, found: Sequence[KeptRun], command: str) -> Problem:
    shown = found[:_MOST_SHOWN]
    return Problem(
        ProblemCode.USAGE,
        what=f"Several runs are called {named}.",
        why=f"Known: {', '.join(each.run for each in shown)}.",
        next_command=", or: ".join(_command(command, each.run) for each in shown),
    )


def _not_here(state: Path, named: str, kept: Sequence[KeptRun], command: str) -> Problem:
    """Return that this machine knows no such run, and what helps where a colleague's does."""
    from hotfix.runs.drill_records import gone_with_its_world

    gone = gone_with_its_world(state, named)
    if gone is not None:
        return gone
    known = [each.run for each in kept]
    meant = did_you_mean(named, known)
    wanted, theirs = _command(command, named), f"hotfix takeover {named}"
    if command == "resume":
        helps = f"to go on with it here: {theirs}"
    elif command in _ACTS:
        helps = f"to do it here: {theirs}, then: {wanted}"
    else:
        helps = f"on its own machine: {wanted}; to go on with it here: {theirs}"
    next_command = f"hotfix status --team, which lists those in the cluster; {helps}"
    elsewhere = "A colleague's run is on its own machine."
    if not known:
        why = f"So none is called {named}. {elsewhere}"
        return Problem(ProblemCode.FAILED, _NO_RUNS.what, why, next_command)
    return Problem(
        ProblemCode.USAGE,
        what=f"No run on this machine is called {named}.{meant}",
        why=f"Known here: {', '.join(known[:_MOST_SHOWN])}. {elsewhere}",
        next_command=next_command,
    )


def _which(
    found: Sequence[KeptRun], kept: Sequence[KeptRun], place: Place, command: str
) -> Problem:
    """Return that no run, or more than one, is meant, with the command for each."""
    # Of another repository, one that is over is of no use to whoever goes on.
    others = found or [each for each in kept if not each.is_over] or kept
    shown = others[:_MOST_SHOWN]
    what = (
        f"Which run? There are {len(found)}, and {place.folder} is in no repository."
        if found
        else f"No run of the repository in {place.folder} is on this machine."
    )
    why = "; ".join(f"{each.run} is of {each.repository}" for each in shown)
    return Problem(
        ProblemCode.USAGE,
        what=what,
        why=f"{why}. Nothing was changed.",
        next_command=", or: ".join(_command(command, each.run) for each in shown),
    )


def _command(command: str, run: str) -> str:
    return f"hotfix note TEXT --run {run}" if command == "note" else f"hotfix {command} {run}"


_NO_RUNS = Problem(
    ProblemCode.FAILED,
    what="There is no hotfix run on this machine.",
    why="Nothing was started here yet, or HOTFIX_STATE_DIR points somewhere else.",
    next_command='hotfix start "what is broken" --category api-errors',
)
