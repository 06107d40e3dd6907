"""What runs owe elsewhere, asked about by whoever asks the network anyway.

``doctor`` asks about all of it. Whoever tells of runs afterwards asks whether the alerts and
incidents that they left open are open yet, side by side and for as long as it waits for the
cluster's records.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any

from hotfix.composition.soon import soon
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.ports.readiness import Need
from hotfix.runs import (
    bring_backs,
    left_open,
    unbrought_fixes,
    unclosed_tickets,
    unreverted_commits,
)
from hotfix.runs.belonging import belongs_here
from hotfix.runs.owed import Asked, Owed, asked_about, noted, owing, still_owed
from hotfix.runs.session import Session


@frozen
class _Shown:
    """A kind, and how ``doctor`` shows what is left of it."""

    kind: Owed[Any]
    as_needs: Callable[[tuple[Any, ...]], Sequence[Need]]


#: by the area in which ``doctor`` shows it
_KINDS: Mapping[str, _Shown] = {
    "reverts": _Shown(unreverted_commits.BAD_COMMITS, unreverted_commits.as_needs),
    "branches": _Shown(unbrought_fixes.BRANCHES, unbrought_fixes.as_needs),
    "bring-backs": _Shown(bring_backs.BRING_BACKS, bring_backs.as_needs),
    "issues": _Shown(unclosed_tickets.TICKETS, unclosed_tickets.as_needs),
    "alerts": _Shown(left_open.ALERTS, left_open.as_needs),
    "incidents": _Shown(left_open.INCIDENTS, left_open.as_needs),
}
#: what whoever tells of runs asks about: what is said there to people who wait, or sleep
_TOLD: tuple[Owed[Any], ...] = (left_open.ALERTS, left_open.INCIDENTS)


def needs(session: Session) -> Mapping[str, Callable[[], Sequence[Need]]]:
    """Return what ``doctor`` looks at besides, by area: runs that cannot be read, and what is owed.

    Each area is asked about for itself, so that a service that is silent hides nothing of another.
    """
    runs = _Once(session)

    def look(shown: _Shown) -> Sequence[Need]:
        try:
            return shown.as_needs(still_owed(session, shown.kind, runs()))
        except ProblemError:
            # Whose runs they are cannot be asked without a token: the other needs say so.
            return ()

    by_area = {area: partial(look, shown) for area, shown in _KINDS.items()}
    return {"runs": lambda: unreverted_commits.unreadable(session), **by_area}


def chase(
    session: Session, runs: Sequence[Progress], seconds: float
) -> tuple[Mapping[str, Progress], Sequence[str]]:
    """Ask whether what some runs of this repository left open elsewhere is open yet.

    Nobody waits for more than so many ``seconds``.

    Args:
        session: of the repository.
        runs: that are told of.
        seconds: after which an answer comes too late.

    Returns:
        The runs of which something new is on record now, by id; and a sentence for each thing that
        is not known to be done.
    """
    pairs = [(run, kind) for run in runs for kind in _TOLD if kind.left(run)]
    answers = soon([partial(_of_here, session, *pair) for pair in pairs], seconds)
    news: dict[str, Progress] = {}
    sentences = []
    for (run, kind), found in zip(pairs, answers, strict=True):
        if not isinstance(found, tuple):
            late = [Asked(kind.still(each), trouble=_LATE) for each in kind.left(run)]
        of_run = found if isinstance(found, tuple) else late
        if any(each.found is not None for each in of_run):
            news[run.run] = noted(session, news.get(run.run, run), of_run)
        sentences += [_in_words(run.run, each) for each in of_run if each.found is None]
    return news, sentences


def _of_here(session: Session, progress: Progress, kind: Owed[Any]) -> tuple[Asked, ...]:
    try:
        is_of_here = belongs_here(session, progress)
    except (ProblemError, TemporaryTroubleError) as error:
        return tuple(Asked(kind.still(each), trouble=str(error)) for each in kind.left(progress))
    return asked_about(session, kind, progress) if is_of_here else ()


def _in_words(run: str, asked: Asked) -> str:
    if asked.trouble:
        return f"Run {run}: it was not found out whether {asked.still}: {asked.trouble}"
    return f"Run {run}, asked just now: {asked.still}."


_LATE = "no answer in time."


class _Once:
    """The runs that owe something, read once for all who ask about them side by side."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = Lock()
        self._found: tuple[Progress, ...] | None = None

    def __call__(self) -> tuple[Progress, ...]:
        with self._lock:
            if self._found is None:
                self._found = tuple(owing(self._session))
            return self._found
