"""The timeline of a run: when, who, what, and how long it took; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetExtended,
    DecisionMade,
    DecisionNeeded,
    Noted,
    PhaseFinished,
    PhaseStarted,
    PlanChosen,
    RunFinished,
    RunInterrupted,
    RunResumed,
    RunStarted,
    StepDone,
    StepFailed,
    StepStarted,
    StepWaiting,
    Told,
    Untold,
    WentBack,
)
from hotfix.domain.fold import after
from hotfix.domain.foreign_text import one_line
from hotfix.domain.frozen import frozen
from hotfix.domain.page_texts import NOTIFY, PAGE, PERHAPS, TEAM, whom_of
from hotfix.domain.paging import ACKNOWLEDGE, BACK, DEPLOYED, NOTE, RESOLVE, TRIGGER
from hotfix.domain.progress import Progress
from hotfix.domain.question import ITSELF
from hotfix.view.sentences import Sentence, sentence

PERSON, TOOL = "person", "tool"
# Who it was where no person did it.
HOTFIX = "hotfix"
# What an earlier version gave as the reason where nobody had answered.
_BY_ITSELF = "by itself"
_ENDS_A_PHASE = PhaseFinished | PlanChosen | RunFinished | WentBack
_BY_PEOPLE = (RunStarted, RunResumed, BudgetExtended)
# Whether somebody was called, or only something written down there.
_TO_PAGERDUTY = {
    TRIGGER: "by an alert, which calls those on call",
    RESOLVE: "that the alert is over",
    ACKNOWLEDGE: "that the incident is being worked on",
    NOTE: "in a note on the incident",
    DEPLOYED: "of a change",
    BACK: "of a change",
}
_PARENT = "parent"
_IN_THE_CHANNEL = {
    _PARENT: "that it began",
    "on-call": "who is on call",
    "decision": "what was decided",
    "review": "who is asked for a review",
    "note": "what was noted",
    "summary": "how it ended",
}
# What the first message says once it is there, and is kept up to date.
_HOW_FAR = "how far it is"
# Of these, the message is short, and says what; of an end, its first line does.
_IN_ITS_WORDS = frozenset({"on-call", "decision", "review", "note", "summary"})
_FIRST_LINE = frozenset({"summary", NOTIFY.removesuffix(":")})


@frozen
class Entry:
    """One line of the timeline."""

    seq: int  #: of the event
    at: datetime  #: UTC, aware
    since_start_seconds: float
    type: str  #: of the event
    phase: str  #: or empty
    step: str  #: or empty
    who: str  #: the person, ``hotfix``, or ``itself``
    by: str  #: ``person``, ``tool``, or ``itself`` where it went on as nobody answered
    mark: str  #: a sign of one character, or empty
    what: str  #: one line
    #: what it took: a phase that begins here, a step that is over here, or an answer; else None
    took_seconds: float | None
    is_heading: bool  #: whether it opens a phase, or a plan
    #: whether it is left to programs: what was waited for meanwhile, a message that was kept up
    is_detail: bool


def timeline(events: Iterable[Event]) -> tuple[Entry, ...]:
    """Return the whole timeline, in order."""
    events = tuple(events)
    took = _durations(events)
    started = events[0].at if events else None
    progress, heard, found = Progress(), dict[str, bool](), []
    before: Event | None = None
    for event in events:
        progress = after(progress, event)
        said = _words(event, progress, heard)
        if said is None or started is None:
            continue
        who, by = _who(event)
        found.append(
            Entry(
                event.seq,
                event.at,
                (event.at - started).total_seconds(),
                event.type,
                event.phase,
                event.step,
                who,
                by,
                said.mark,
                said.text.removesuffix(f" ({who})"),
                took.get(event.seq),
                said.is_heading,
                _is_detail(event, heard) or _is_once_more(event, before),
            )
        )
        before = event
        if isinstance(event.said, Told | Untold):
            heard[event.said.key] = isinstance(event.said, Told)
    return tuple(found)


def _words(event: Event, progress: Progress, heard: Mapping[str, bool]) -> Sentence | None:
    """Return what is said of an event.

    ``heard`` has, by the key of a message, whether it arrived when it was last tried.
    """
    said = event.said
    if isinstance(said, Told):
        return Sentence("»", "note", f"Told {_what_was_told(said, heard, end='.')}")
    if isinstance(said, Untold):
        why = one_line(said.why)
        if said.text.startswith(PERHAPS):
            why = why.removeprefix(PERHAPS.lower())
            return Sentence("!", "warning", f"Perhaps told {_what_was_told(said, heard)} ({why})")
        return Sentence("!", "warning", f"Could not tell {_what_was_told(said, heard)} ({why})")
    return sentence(event, progress)


def _what_was_told(said: Told | Untold, heard: Mapping[str, bool], end: str = "") -> str:
    """Return whom it is for, and what it says; ``end`` comes after what is no text of its own."""
    whom, kind = whom_of(said.key), said.key.partition(":")[0]
    text = said.text.removeprefix(PERHAPS)
    words = one_line(text.partition("\n")[0] if kind in _FIRST_LINE else text)
    if whom != TEAM:
        how = _TO_PAGERDUTY.get(":".join(said.key.split(":")[:2]), "")
        return f"{whom}{how and f' {how}'}: {words}"
    what = _IN_THE_CHANNEL.get(kind, said.key.replace(":", " "))
    if kind == _PARENT and said.key in heard:
        what = _HOW_FAR
    if kind in _IN_ITS_WORDS and words:
        return f"{whom} {what}: {words}"
    return f"{whom}: {one_line(what)}{end}"


def _who(event: Event) -> tuple[str, str]:
    said = event.said
    if isinstance(said, DecisionMade):
        is_by_itself = said.by == ITSELF or said.reason.startswith(_BY_ITSELF)
        return (ITSELF, ITSELF) if is_by_itself else (said.by or event.operator, PERSON)
    if isinstance(said, Noted):
        return (HOTFIX, TOOL) if said.by == HOTFIX else (said.by or event.operator, PERSON)
    is_asked_for = isinstance(said, PlanChosen) and said.via is not None
    is_broken_off = isinstance(said, RunInterrupted)
    if is_asked_for or is_broken_off or isinstance(said, _BY_PEOPLE):
        return event.operator, PERSON
    return HOTFIX, TOOL


def _is_detail(event: Event, heard: Mapping[str, bool]) -> bool:
    """Tell whether a line says nothing that people would miss.

    What customers read next is no news kept up to date: each is what they were told then. Of all
    else, that it arrives is news once, and again after it did not; that it does not, likewise.
    """
    said = event.said
    if isinstance(said, Told | Untold):
        is_as_before = heard.get(said.key) is isinstance(said, Told)
        return said.key.startswith("phase:") or (is_as_before and said.key != PAGE)
    return isinstance(said, StepWaiting)


def _is_once_more(event: Event, before: Event | None) -> bool:
    """Tell whether it says what was said just before: that the run goes on."""
    pair = (before.said if before is not None else None, event.said)
    return all(isinstance(said, RunResumed) for said in pair)


def _durations(events: Sequence[Event]) -> dict[int, float]:
    """Return what took how many seconds, by the ``seq`` of its event."""
    took: dict[int, float] = {}
    begun: dict[str, datetime] = {}
    asked: dict[tuple[str, str], datetime] = {}
    phase: Event | None = None
    for event in events:
        said = event.said
        if phase is not None and isinstance(said, _ENDS_A_PHASE):
            took[phase.seq] = (event.at - phase.at).total_seconds()
            phase = None
        since = None
        if isinstance(said, PhaseStarted):
            phase = event
        elif isinstance(said, StepStarted):
            begun[event.step] = event.at
        elif isinstance(said, StepDone | StepFailed):
            since = begun.get(event.step)
        elif isinstance(said, DecisionNeeded):
            asked.setdefault((event.step, said.question.key), event.at)
        elif isinstance(said, DecisionMade):
            since = asked.pop((event.step, said.key), None)
        if since is not None:
            took[event.seq] = (event.at - since).total_seconds()
    return took
