"""How a drill went: read from the record of its run, and from what was typed.

It is kept for the next drill of the same scenario. It is no part of the team's history.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetOverrun,
    DecisionMade,
    DecisionNeeded,
    LockLost,
    RunResumed,
    StepDone,
    StepFailed,
    StepTroubled,
    Told,
    WentBack,
)
from hotfix.domain.figures import clock, tenths
from hotfix.domain.fold import fold
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import BUDGET_STEP, PhaseState
from hotfix.domain.question import ITSELF
from hotfix.domain.rollout.one_yes import AS_CHOSEN
from hotfix.domain.trouble import is_of_trouble

_FIRST_RED = "see_it_broken"
_OVER_OTHERS = "over-others"
_BY_FLAG = "--"


@frozen
class PhaseScore(JsonRecord):
    """A phase against its target."""

    plan: str  #: ``hotfix``, ``rollback`` or ``abort``
    name: str  #: as in the plan
    target_seconds: float | None  #: null where the procedure names none
    spent_seconds: float  #: over all its stretches

    @property
    def is_over(self) -> bool:
        """Tell whether it took longer than its target."""
        return self.target_seconds is not None and self.spent_seconds > self.target_seconds


@frozen
class Noticed(JsonRecord):
    """Something that was noticed, and when."""

    after_seconds: float  #: since the start of the run
    what: str  #: one sentence


@frozen
class ByTheTool(JsonRecord):
    """What the tool did without being told."""

    steps: int  #: steps that came to their end
    tries_again: int  #: tries after temporary trouble
    taken_up: int  #: steps that a stop left in the middle, and that were taken up again
    went_back: int  #: times that it went back to an earlier step
    told: int  #: messages to the team
    decided: int  #: questions that answered themselves


@frozen
class ByThePlayer(JsonRecord):
    """What the player did beside the fix itself; what a flag answered is no answer."""

    answers: int  #: questions answered at the terminal
    commands: int  #: commands given after the start
    #: inputs that meant nothing where they were typed, and commands that were refused as wrong
    wrong_turns: int

    @property
    def inputs(self) -> int:
        """Return how often something had to be typed."""
        return self.answers + self.commands + self.wrong_turns


@frozen
class Scorecard(JsonRecord):
    """How one drill went."""

    later: ClassVar[frozenset[str]] = frozenset({"run"})

    scenario: str  #: its name
    at: datetime  #: when it ended, UTC, aware
    is_played: bool  #: whether the engineer was played, too
    state: str  #: how the run ended, such as ``done``; empty where there was none
    went_well: bool  #: whether that is how the scenario is meant to end
    total_seconds: float  #: from the start to the end of verify, or of a rollback
    target_seconds: float | None  #: the budget, with its extensions; null where none bound
    phases: tuple[PhaseScore, ...]  #: in order
    noticed: tuple[Noticed, ...]  #: in order
    tool: ByTheTool  #: what the tool did by itself
    player: ByThePlayer  #: what the player did
    run: str = ""  #: its id; empty where none began, and on a card of an earlier version

    def as_event(self, earlier: "Sequence[Scorecard]") -> JsonObject:
        """Return the last object of ``hotfix drill --json``; ``earlier`` are those to compare with.

        Keys are only ever added.
        """
        earlier_ones = [
            {
                "at": each.to_json()["at"],
                "went_well": each.went_well,
                "total_seconds": each.total_seconds,
                "inputs": each.player.inputs,
                "wrong_turns": each.player.wrong_turns,
            }
            for each in earlier
        ]
        card = {**self.to_json(), "inputs": self.player.inputs, "earlier": earlier_ones}
        return {"v": 1, "type": "scorecard", **card}


def scorecard(
    scenario: str,
    events: Sequence[Event],
    at: datetime,
    *,
    is_played: bool,
    went_well: bool,
    commands: int = 0,
    wrong_turns: int = 0,
) -> Scorecard:
    """Return how a drill went.

    Args:
        scenario: its name.
        events: the record of its run, of the machine that walked it last; empty where none began.
        at: when it ended, UTC, aware.
        is_played: whether the engineer was played.
        went_well: whether it ended as the scenario is meant to.
        commands: how many commands the player gave after the start.
        wrong_turns: how many inputs meant nothing.
    """
    progress = fold(events)
    now = progress.last_at or at
    phases = tuple(
        PhaseScore(each.plan, each.name, each.target_seconds, tenths(each.elapsed_seconds(now)))
        for each in progress.phases
        if each.state is not PhaseState.TO_COME or each.spent_seconds
    )
    return Scorecard(
        scenario,
        at,
        is_played,
        progress.state.value if events else "",
        went_well,
        tenths(progress.elapsed_seconds(now)),
        progress.total_seconds,
        phases,
        tuple(_noticed(events)),
        _by_the_tool(events),
        ByThePlayer(_answers(events), commands, wrong_turns),
        progress.run,
    )


def _noticed(events: Sequence[Event]) -> Iterator[Noticed]:
    """Yield what went wrong, as the run noticed it; of one thing in one step, only the first."""
    seen = set()
    # What somebody chose is what they did, and nothing that was noticed.
    choices = {
        f"{option.label}."
        for event in events
        if isinstance(event.said, DecisionNeeded)
        for option in event.said.question.options
    }
    for event in events:
        what = _what(event)
        if isinstance(event.said, WentBack) and what in choices:
            continue
        if what and (event.step, what) not in seen:
            seen.add((event.step, what))
            yield Noticed(tenths((event.at - events[0].at).total_seconds()), what)


def _what(event: Event) -> str:
    match event.said:
        case StepDone(saying=saying) if event.step == _FIRST_RED:
            return saying
        case StepFailed(problem=problem) | LockLost(problem=problem):
            return problem.what
        case WentBack(because=because):
            return because
        case BudgetOverrun(of=of, target_seconds=target):
            return f"{'the total' if of == 'total' else of} is over its {clock(target)}"
        case DecisionNeeded(question=question):
            is_trouble = (
                event.step == BUDGET_STEP or question.key == _OVER_OTHERS or is_of_trouble(question)
            )
            return question.text if is_trouble else ""
    return ""


def _by_the_tool(events: Sequence[Event]) -> ByTheTool:
    def count(kind: type) -> int:
        return sum(isinstance(event.said, kind) for event in events)

    return ByTheTool(
        steps=count(StepDone),
        tries_again=count(StepTroubled),
        taken_up=_taken_up(events),
        went_back=count(WentBack),
        told=count(Told),
        decided=sum(_by(event) == ITSELF for event in events),
    )


def _taken_up(events: Sequence[Event]) -> int:
    """Return how many steps were begun, left by a stop without a result, and taken up again."""
    begun, found = "", 0
    for event in events:
        if isinstance(event.said, RunResumed):
            found += bool(begun)
            begun = ""
        elif event.type == "step_started":
            begun = event.step
        elif event.step == begun and isinstance(event.said, StepDone | StepFailed | WentBack):
            begun = ""
    return found


def _by(event: Event) -> str:
    return event.said.by if isinstance(event.said, DecisionMade) else ""


def _answers(events: Sequence[Event]) -> int:
    return sum(
        isinstance(event.said, DecisionMade)
        and event.said.by != ITSELF
        and not event.said.reason.startswith((_BY_FLAG, AS_CHOSEN))
        for event in events
    )
