"""What runs leave to people, where a service can tell whether it is done: chased until it is.

There is one walk for all kinds of it. What is done by now is written into the journal of its run,
so that nobody asks about it again; what cannot be asked about is still owed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from hotfix.domain.event_data import EventData, StepSettled
from hotfix.domain.fact import Reported, by_key
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.plan_name import PlanName
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.ports.bundle import Ports
from hotfix.runs.belonging import belongs_here
from hotfix.runs.chosen import runs_that_hold
from hotfix.runs.learned import STATES, State, learned
from hotfix.runs.on_record import put_on_record
from hotfix.runs.session import Session

T = TypeVar("T")


@frozen
class Found:
    """How it is known that something is done: an event, and the step that it is about."""

    said: EventData
    step: str = ""


@frozen
class Owed(Generic[T]):
    """One kind of it."""

    #: what a run leaves of it, by its record alone
    left: Callable[[Progress], Sequence[T]]
    #: asks whether one of them is done; None while it is not. Raises ProblemError and
    #: TemporaryTroubleError where that cannot be asked.
    look: Callable[[Ports, Progress, T], Found | None]
    #: says of one that was asked about that it is not done, such as ``issue 4 is still open``
    still: Callable[[T], str]


@frozen
class Asked:
    """What came of asking about one thing."""

    still: str  #: what holds while it is not done
    found: Found | None = None  #: how it is known that it is done; None where it is not
    trouble: str = ""  #: why it could not be asked about; empty where it was


def settled(plan: str, step: str, saying: str, facts: Sequence[Reported]) -> Found:
    """Return that the world was asked what became of a step's effect, and said that it is done."""
    said = StepSettled(PlanName(plan), Settlement.DONE, saying, by_key(facts))
    return Found(said, step)


def still_owed(
    session: Session, kind: Owed[T], runs: Iterable[Progress], most: int | None = None
) -> tuple[T, ...]:
    """Ask about what ``runs`` of this repository leave of a kind; return what they still do.

    Args:
        session: of the repository.
        kind: of what is asked about.
        runs: in the order in which they are asked about.
        most: about how many of them is asked; None for all.
    """
    found: list[T] = []
    asked = 0
    for progress in runs:
        if not kind.left(progress) or not belongs_here(session, progress):
            continue
        if asked == most:
            break
        asked += 1
        found += kind.left(looked(session, kind, progress))
    return tuple(found)


def looked(session: Session, kind: Owed[T], progress: Progress) -> Progress:
    """Ask about what one run leaves of a kind; return the run with what was found, on record."""
    return noted(session, progress, asked_about(session, kind, progress))


def asked_about(session: Session, kind: Owed[T], progress: Progress) -> tuple[Asked, ...]:
    """Ask about what one run leaves of a kind; nothing is written."""
    return tuple(_asked(session, kind, progress, each) for each in kind.left(progress))


def noted(session: Session, progress: Progress, answers: Iterable[Asked]) -> Progress:
    """Put on record what is done; return the run with that."""
    for each in answers:
        if each.found is not None:
            progress = put_on_record(session, progress, each.found.said, each.found.step)
    return progress


def _asked(session: Session, kind: Owed[T], progress: Progress, one: T) -> Asked:
    still = kind.still(one)
    try:
        return Asked(still, kind.look(session.tools.ports(session.state), progress, one))
    except ProblemError as error:
        return Asked(still, trouble=error.problem.what)
    except TemporaryTroubleError as trouble:
        return Asked(still, trouble=trouble.saying)


def holding(session: Session, besides: str = "") -> Iterator[Progress]:
    """Yield the runs that hold a warning, but for ``besides``; those that can be read."""
    for run in runs_that_hold(session):
        progress = _read(session, run) if run != besides else None
        if progress is not None:
            yield progress


def owing(session: Session, besides: str = "") -> Iterator[Progress]:
    """Yield the runs that are over and owe what a service can tell of, newest first.

    But for ``besides``; those that can be read.
    """
    for run, said in learned(session.state, STATES).said.items():
        if run == besides or isinstance(said, Problem) or not State(*said).owes:
            continue
        progress = _read(session, run)
        if progress is not None:
            yield progress


def _read(session: Session, run: str) -> Progress | None:
    try:
        return fold(session.runs.events(run))
    except ProblemError:
        return None
