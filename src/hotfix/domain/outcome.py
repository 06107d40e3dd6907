"""What a step reports: the whole vocabulary between a step and the engine."""

from hotfix.domain.fact import Reported
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem
from hotfix.domain.question import Question


@frozen
class Done:
    """The step is over."""

    saying: str  #: what was done, one sentence for the screen and the timeline
    facts: tuple[Reported, ...] = ()  #: what later steps and readers of the record need to know
    #: whether there was nothing to do: nobody asked for it, or nothing is configured
    is_needless: bool = False
    #: whether what was looked at is as it should be in the end; a probe that is red is not
    is_success: bool = True


@frozen
class Waiting:
    """The world is not ready yet."""

    saying: str  #: what is waited for, one sentence. Written down when it changes, so keep it calm
    look_again_in: float  #: seconds until the step wants to look again
    #: an answer that would end the waiting, where a person may give one meanwhile
    question: Question | None = None
    ready: bool = False  #: whether ``--yes`` may answer that question by now
    #: what there is to read meanwhile, line by line; it goes on record with ``saying``
    shown: tuple[str, ...] = ()
    #: for how many seconds after one saying a next one is not written down: for what counts down
    calm_seconds: float = 0.0
    is_red: bool = False  #: whether what was seen so far is not as it should be


@frozen
class Failed:
    """The step cannot be done, and why. ``hotfix resume`` will try it again."""

    problem: Problem  #: what to tell the person
    #: whether the step knows that its effect did not happen: the next try begins anew, and looks
    #: for no evidence of this one
    nothing_happened: bool = False


@frozen
class LeftToDo:
    """The step cannot be done, a person does it in its place, and the plan goes on."""

    problem: Problem  #: why, with what that person does as its next command
    facts: tuple[Reported, ...] = ()  #: as of ``Done``


@frozen
class Ask:
    """A person must decide before the step can go on."""

    question: Question


@frozen
class GoBack:
    """What an earlier step found out no longer holds (a commit after the approval, say)."""

    to: str  #: the name of the step to go on from
    because: str  #: why, one sentence


Outcome = Done | Waiting | Failed | LeftToDo | Ask | GoBack


@frozen
class NotDone:
    """The evidence says that the effect has not happened, or not all of it."""

    so_far: str = ""  #: what has happened of it, one sentence; empty for nothing


@frozen
class Unknown:
    """The evidence does not tell; a person must look before anything is repeated."""

    problem: Problem


Evidence = Done | NotDone | Unknown
