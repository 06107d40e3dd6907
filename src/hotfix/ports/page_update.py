"""Says something on the status page once: the one way in which a run's incident is written."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field

from hotfix.domain.frozen import frozen
from hotfix.domain.page_texts import UPDATE
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.status_page import IncidentGoneError, PageIncident, StatusPage

_RESOLVED = "resolved"
# A step and the telling in the background may both want to write.
_ONE_AT_A_TIME = threading.Lock()


@frozen
class PageUpdate:
    """What the run's incident should say."""

    choice: str  #: what a person chose: ``publish``, or ``update-`` and an incident's id
    name: str  #: what a new incident is called
    status: str  #: the page's own word, such as ``identified``
    body: str  #: the text
    resolved: str  #: the text with which this run resolves it
    impact: str = ""  #: ``minor``, ``major`` or ``critical``; empty for none
    #: whether it is on record that the page said something of the run
    is_there: bool = field(default=False, compare=False)


class ResolvedByOthersError(ProblemError):
    """Somebody else resolved or deleted the incident: it is not opened again behind their back."""


def incident_of(page: StatusPage, run: str, choice: str) -> PageIncident | None:
    """Return the run's incident: the one of somebody else that was chosen, else its own; or None.

    Raises:
        ProblemError: the chosen one is gone, or the page may not be asked.
        TemporaryTroubleError: it could not be asked now.
    """
    if choice.startswith(UPDATE):
        return page.get(choice.removeprefix(UPDATE))
    return page.find(run)


def say(
    page: StatusPage, run: str, newest: Callable[[], PageUpdate], within: float | None = None
) -> PageIncident:
    """Make the run's incident say what ``newest`` returns once it is this caller's turn.

    What it has said already is not said again, whoever wrote to it since. Its turn has to come
    ``within`` so many seconds; None to wait for it.

    Raises:
        ResolvedByOthersError: nothing was written.
        ProblemError: the page refuses.
        TemporaryTroubleError: it may have been written, or its turn did not come; a later call
            finds out.
    """
    with _in_turn(within):
        update = newest()
        try:
            found = incident_of(page, run, update.choice)
        except IncidentGoneError as error:
            raise ResolvedByOthersError(_DELETED) from error
        if found is None and update.is_there:
            raise ResolvedByOthersError(_DELETED)
        if found is None:
            return page.open(run, update.name, update.status, update.body, update.impact)
        resolves = update.status == _RESOLVED
        is_said = found.has_said(update.status, update.body)
        if found.is_over:
            # What this run resolved and takes back has to be opened again: that is the truth.
            is_ours = found.says(_RESOLVED, update.resolved)
            if resolves or (is_said and not is_ours):
                return found
            if not is_ours:
                raise ResolvedByOthersError(_RESOLVED_BY_OTHERS)
        elif is_said and not resolves:
            return found
        return page.update(found, update.status, update.body, update.impact)


@contextmanager
def _in_turn(within: float | None) -> Iterator[None]:
    if not _ONE_AT_A_TIME.acquire(timeout=-1 if within is None else within):
        raise TemporaryTroubleError(_NO_ANSWER_YET)
    try:
        yield
    finally:
        _ONE_AT_A_TIME.release()


_NO_ANSWER_YET = "the page has not answered yet what it is being told"
_DELETED = Problem(
    ProblemCode.FAILED,
    what="Somebody has deleted the incident on the status page.",
    why="None is opened in its place without a person: they may know more.",
    next_command="look at the page, and write there what is true",
)
_RESOLVED_BY_OTHERS = Problem(
    ProblemCode.FAILED,
    what="Somebody has resolved the incident on the status page.",
    why="It is not opened again without a person: they may know more.",
    next_command="look at the page, and write there what is true",
)
