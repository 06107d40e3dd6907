"""Which events call a person to the screen, and which are shown to whoever wants quiet."""

from hotfix.domain.event import Event
from hotfix.domain.event_data import (
    BudgetOverrun,
    DecisionNeeded,
    LockLost,
    RunFinished,
    RunInterrupted,
    StepDone,
    StepFailed,
    StepWaiting,
)


def needs(event: Event, *, is_asked_anew: bool) -> bool:
    """Tell whether a person is needed from this event on.

    ``is_asked_anew``: whether its question is another one than before.
    """
    said = event.said
    if isinstance(said, StepWaiting):
        return said.question is not None and is_asked_anew
    if isinstance(said, StepDone):
        return said.left_to_do is not None
    return isinstance(said, DecisionNeeded | StepFailed | LockLost | BudgetOverrun)


def is_the_end(event: Event) -> bool:
    """Tell whether the walk ends with it."""
    return isinstance(event.said, RunFinished | RunInterrupted)
