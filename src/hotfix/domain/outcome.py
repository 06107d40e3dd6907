"""What a step reports: the whole vocabulary between a step and the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotfix.domain.json_value import JsonValue
from hotfix.domain.problem import Problem
from hotfix.domain.question import Question


@dataclass(frozen=True)
class Done:
    """The step is over.

    Attributes:
        saying: what was done, one sentence for the screen and the timeline.
        facts: what later steps and readers of the record need to know.
    """

    saying: str
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """The world is not ready yet.

    Attributes:
        saying: what is waited for, one sentence. Written down when it changes, so keep it calm.
        look_again_in: seconds until the step wants to look again.
        question: an answer that would end the waiting, where a person may give one meanwhile.
        ready: whether ``--yes`` may answer that question by now.
        shown: what there is to read meanwhile, line by line; it goes on record with ``saying``.
    """

    saying: str
    look_again_in: float
    question: Question | None = None
    ready: bool = False
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """The step cannot be done, and why. ``hotfix resume`` will try it again.

    Attributes:
        problem: what to tell the person.
        nothing_happened: whether the step knows that its effect did not happen: the next try
            begins anew, and looks for no evidence of this one.
    """

    problem: Problem
    nothing_happened: bool = False


@dataclass(frozen=True)
class Ask:
    """A person must decide before the step can go on."""

    question: Question


@dataclass(frozen=True)
class GoBack:
    """What an earlier step found out no longer holds (a commit after the approval, say).

    Attributes:
        to: the name of the step to go on from.
        because: why, one sentence.
    """

    to: str
    because: str


Outcome = Done | Waiting | Failed | Ask | GoBack


@dataclass(frozen=True)
class NotDone:
    """The evidence says that the effect has not happened."""


@dataclass(frozen=True)
class Unknown:
    """The evidence does not tell; a person must look before anything is repeated."""

    problem: Problem


Evidence = Done | NotDone | Unknown
