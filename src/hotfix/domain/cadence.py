"""When the team is to hear of a run again.

PagerDuty's public guide to incident response: the first post within 5 minutes, the scope 5 minutes
later, then something at least every 20, and every post says when the next one comes.
"""

from datetime import datetime, timedelta

from hotfix.domain.figures import span
from hotfix.domain.forecast import later
from hotfix.domain.frozen import frozen
from hotfix.domain.heard import REMINDER, UPDATE
from hotfix.domain.progress import Note, Progress, RunState

# The operator is reminded so long before, or a quarter of the time where that is shorter.
_REMINDED_BEFORE_SECONDS, _SHARE = 120.0, 0.25


@frozen
class Cadence:
    """What a team wants to hear when; seconds."""

    first_within: float  #: from the start to the first post
    scope_within: float  #: from there to what a person says about the scope
    update_every: float  #: from one thing said to the next, at most


@frozen
class Due:
    """What is due now: something to be noted once."""

    source: str  #: as in ``Heard``
    text: str  #: one sentence
    at: datetime  #: when it fell due, UTC


def next_update(progress: Progress, cadence: Cadence) -> datetime | None:
    """Return by when the team is to hear something next (UTC); None where nothing is promised."""
    started = progress.started_at
    if started is None or progress.state.is_over:
        return None
    if progress.told_at is None:
        return later(started, cadence.first_within)
    news = [note.at for note in progress.notes if _is_news(note)]
    if not news:
        return later(started, cadence.first_within + cadence.scope_within)
    return later(max(progress.told_at, *news), cadence.update_every)


def due(progress: Progress, cadence: Cadence, now: datetime) -> Due | None:
    """Return what is due at ``now`` (UTC): a reminder to the operator, then what is said by itself.

    Each is returned until it is among the notes.
    """
    until = next_update(progress, cadence)
    if until is None or progress.started_at is None:
        return None
    # A moment names what is due: it moves on with whatever is said.
    moment = until.isoformat(timespec="seconds")
    known = {note.heard.source for note in progress.notes if note.heard is not None}
    ahead = min(_REMINDED_BEFORE_SECONDS, _SHARE * cadence.update_every)
    if now >= until and progress.told_at is not None:
        # What came a moment ago is what is new.
        if now < _last_news_at(progress, progress.told_at) + timedelta(seconds=ahead):
            return None
        found = Due(f"{UPDATE}{moment}", _no_news(progress, now), until)
    else:
        if now < until - timedelta(seconds=ahead):
            return None
        found = Due(f"{REMINDER}{moment}", _reminder(progress), until)
    return None if found.source in known else found


def _reminder(progress: Progress) -> str:
    if progress.told_at is None:
        return "The team has heard nothing yet: what could not be told is to be posted by hand."
    if not any(note.is_a_persons for note in progress.notes):
        what = "whom it hits and since when"
    else:
        what = "what is new"
    return f'The team is to hear soon {what}: hotfix note "..."'


def _last_news_at(progress: Progress, told_at: datetime) -> datetime:
    """Return when the team was told something, or what goes on now was begun."""
    step = progress.pending_step or progress.step
    return max(told_at, progress.begun_at.get((progress.plan, step), told_at))


def _no_news(progress: Progress, now: datetime) -> str:
    """Return who was heard last and when, and what the run still does."""
    heard = [note for note in progress.notes if note.is_a_persons]
    where = f"still in {progress.phase}" if progress.phase else "between two phases"
    asked = progress.pending if progress.state is RunState.DECIDING else None
    doing = f"It waits for an answer: {asked.text}" if asked is not None else progress.saying
    if not heard:
        return f"Nobody has written anything yet: {where}. {doing}".strip()
    last = heard[-1]
    at = last.heard.at if last.heard is not None else last.at
    since = f"{last.by} wrote {span((now - at).total_seconds())} ago"
    return f"Nothing new since {since}: {where}. {doing}".strip()


def _is_news(note: Note) -> bool:
    is_by_itself = note.heard is not None and note.heard.source.startswith(UPDATE)
    return note.is_a_persons or is_by_itself
