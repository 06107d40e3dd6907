"""The shape of a step, and of the plan that strings steps together."""

from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from hotfix.domain.fact import Declared
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Evidence, Outcome
from hotfix.domain.progress import RunState

PortsT_contra = TypeVar("PortsT_contra", contravariant=True)
PortsT = TypeVar("PortsT")


class Step(Protocol[PortsT_contra]):
    """One atomic piece of a plan, with at most one outside effect."""

    @property
    def name(self) -> str:
        """The step's name in the journal: its file's name, a sentence in snake case."""
        ...

    @property
    def reads(self) -> Declared:
        """The facts that it reads; ``maybe`` marks those that it can do without."""
        ...

    @property
    def reports(self) -> Declared:
        """The facts that are known once it is done; ``maybe`` marks those that may not be."""
        ...

    def run(self, facts: Facts, ports: PortsT_contra) -> Outcome:
        """Do the step, or say why not yet.

        Raises:
            ProblemError: a person must act.
            TemporaryTroubleError: worth another look.
        """
        ...


@runtime_checkable
class LeavesEvidence(Protocol[PortsT_contra]):
    """A step with an outside effect: it can ask the world whether the effect has happened."""

    def evidence(self, facts: Facts, ports: PortsT_contra) -> Evidence:
        """Look for the effect of an earlier try whose answer was lost. Changes nothing."""
        ...


@runtime_checkable
class OthersMayDoIt(Protocol[PortsT_contra]):
    """A step whose effect others may have, too, whether this run has begun it or not."""

    def others_may(self, facts: Facts) -> bool:
        """Tell whether they may have by now, as far as is on record."""
        ...

    def by_whomever(self, facts: Facts, ports: PortsT_contra) -> Evidence:
        """Look for the effect, whoever had it. Changes nothing.

        Where ``others_may``, the facts that the step reads need not be there.
        """
        ...


@runtime_checkable
class Wraps(Protocol):
    """A wrapper: a step under the name of the one inside."""

    @property
    def step(self) -> object:
        """The step inside."""
        ...


def leaves_evidence(step: object) -> bool:
    """Tell whether ``step``, or the one inside of it, can ask the world about its effect."""
    return isinstance(step.step if isinstance(step, Wraps) else step, LeavesEvidence)


def others_may_do_it(step: object, facts: Facts) -> OthersMayDoIt[Any] | None:
    """Return ``step``, or the one inside of it, where others may have had its effect by now."""
    inner = step.step if isinstance(step, Wraps) else step
    return inner if isinstance(inner, OthersMayDoIt) and inner.others_may(facts) else None


@runtime_checkable
class CanBeDoneByHand(Protocol):
    """A step that knows what a person does where it cannot be done."""

    def by_hand(self, facts: Facts) -> str:
        """Return the command, or what to do in words."""
        ...


@runtime_checkable
class MayBeIdle(Protocol):
    """A step that tells from the facts alone where it will write nothing to the outside world."""

    def is_idle(self, facts: Facts) -> bool:
        """Tell whether there is nothing to do."""
        ...


@runtime_checkable
class Patient(Protocol):
    """A step that may say that it only waits for the world, and so has nothing to gain by failing.

    Trouble is then borne for what is left of the total, and looked through again soon.
    """

    @property
    def is_patient(self) -> bool:
        """Whether to bear trouble for as long as the budget allows."""
        ...


def is_patient(step: object) -> bool:
    """Tell whether ``step`` bears trouble for as long as the budget allows."""
    return isinstance(step, Patient) and step.is_patient


@runtime_checkable
class GoesOnAlone(Protocol):
    """A step that waits for what others do, and that they do without this command, too."""

    @property
    def goes_on_alone(self) -> bool:
        """Whether whoever waits may leave, and find later what came of it."""
        ...


def goes_on_alone(step: object) -> bool:
    """Tell whether what ``step``, or the one inside of it, waits for comes about without it."""
    inner = step.step if isinstance(step, Wraps) else step
    return isinstance(inner, GoesOnAlone) and inner.goes_on_alone


@frozen
class Phase(Generic[PortsT]):
    """What people see, and what has a target."""

    name: str  #: as in the procedure's timeline table
    target_seconds: float | None  #: None where the procedure names no target
    steps: tuple[Step[PortsT], ...]  #: in order
    #: how long temporary trouble is borne before the run stops to say so; at least so long in a
    #: step that is patient
    patience_seconds: float = 120.0
    #: whether what fails here is left to a person, and the plan goes on: a run that has done what
    #: it was begun for does not fail any more
    is_courtesy: bool = False


@frozen
class Plan(Generic[PortsT]):
    """Phases in order."""

    name: str  #: ``hotfix``, ``rollback`` or ``abort``
    phases: tuple[Phase[PortsT], ...]
    ends_as: RunState  #: the state of a run that came to the end of the plan
    #: the budget from the start of the run to the end of ``counts_until``; None where nothing binds
    #: (a rollback is never stopped for being late)
    total_seconds: float | None = None
    counts_until: str = ""  #: the name of the last phase that the total covers
    point_of_no_return: str = ""  #: the name of the step before which "no longer fits" is asked
    #: names of the phases that must still fit when that step begins
    needed_after: tuple[str, ...] = ()
