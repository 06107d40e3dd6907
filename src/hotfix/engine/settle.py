"""Settles what was begun, before a run goes another way: the world is asked what became of it.

The walk of one plan settles its own step (``engine.run``). Where a run is rolled back, ended or
stopped, a step of the plan that is left may have had its effect although no result is on record,
or somebody else may have had it; nothing may be decided before that is looked up, or is known to
be unknown.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from hotfix.domain.event import Event
from hotfix.domain.event_data import StepSettled
from hotfix.domain.fact import Maybe, by_key
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Evidence, NotDone, Unknown
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.domain.settlement import Settlement
from hotfix.domain.step import LeavesEvidence, Plan, Step, leaves_evidence, others_may_do_it
from hotfix.ports.bundle import Ports
from hotfix.ports.journal import Journal

# How long a service that does not answer is asked, while somebody waits to roll back or to leave.
_PATIENCE_SECONDS = 10.0

Found = tuple[str, StepSettled]


def look(
    progress: Progress, going_to: str, plans: Callable[[str], Plan[Ports]], ports: Ports
) -> Iterator[Found]:
    """Ask the world about every begun effect of the plans that are not walked on; changes nothing.

    Args:
        progress: where the run stands.
        going_to: the name of the plan that is walked next: it settles its own steps.
        plans: returns the plan of a name.
        ports: the outside world.

    Yields:
        The name of each step, and what was found.
    """
    for name in sorted({plan for plan, _ in _open(progress)} - {going_to}):
        for step in (step for phase in plans(name).phases for step in phase.steps):
            if not leaves_evidence(step):
                continue
            is_begun = (name, step.name) in progress.begun
            by_others = others_may_do_it(step, progress.facts) is not None
            if not (is_begun or by_others or _may_be_lost(name, step, progress)):
                continue
            said = _found(name, step, progress, ports)
            if is_begun or _is_news(said, progress, by_others=by_others):
                yield step.name, said
                progress = with_found(progress, [(step.name, said)])


def look_at(plan: str, step: Step[Ports], progress: Progress, ports: Ports) -> StepSettled | None:
    """Ask the world whether others had the effect of one ``step``; changes nothing.

    Returns:
        What was found; None where they cannot have had it.
    """
    may = others_may_do_it(step, progress.facts) is not None
    return _found(plan, step, progress, ports) if may else None


def with_found(progress: Progress, found: Iterable[Found]) -> Progress:
    """Return the progress with the facts that ``look`` found, for whoever writes nothing down."""
    known = dict(progress.known)
    for _, said in found:
        known |= said.facts or {}
    return replace(progress, known=known)


def write_down(journal: Journal, found: Iterable[Found]) -> Iterator[Event]:
    """Write down what ``look`` found; yields the events."""
    for step, said in found:
        yield journal.append(said, step=step)


def _open(progress: Progress) -> set[tuple[str, str]]:
    """Return the begun steps, and a stand-in for what is not on record of each plan walked.

    That is what others may have done, and after a takeover what was lost.
    """
    # Others can only do what something on record has led to.
    walked = {(phase.plan, "") for phase in progress.phases if progress.known}
    lost = {(progress.plan, "")} if progress.is_taken_over else set()
    return set(progress.begun) | walked | lost


def _is_news(said: StepSettled, progress: Progress, *, by_others: bool) -> bool:
    """Tell whether it is to be written down although not even the intent is on record."""
    if not by_others:
        return said.found is Settlement.DONE
    # What GitHub was left with, say, is on record after the first look.
    is_new = any(progress.known.get(key) != value for key, value in (said.facts or {}).items())
    return said.found is Settlement.UNKNOWN or (said.found is Settlement.DONE and is_new)


def _may_be_lost(plan: str, step: Step[Ports], progress: Progress) -> bool:
    """Tell whether another machine may have done the step, and its record been lost with it."""
    if not progress.is_taken_over or plan != progress.plan or progress.is_done(step.name):
        return False
    needed = [fact for fact in step.reads if not isinstance(fact, Maybe)]
    return all(fact in progress.facts for fact in needed)


def _found(plan: str, step: Step[Ports], progress: Progress, ports: Ports) -> StepSettled:
    words = step.name.replace("_", " ")
    try:
        evidence = _evidence(step, progress, ports)
    except ProblemError as error:
        evidence = Unknown(error.problem)
    except TemporaryTroubleError as trouble:
        saying = f"Whether this was done is not known: {words}. {trouble.saying}"
        return StepSettled(plan, Settlement.UNKNOWN, saying)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not bar every way out of a run
        fault = f"A fault of hotfix kept it from being looked up: {type(error).__name__}: {error}"
        saying = f"Whether this was done is not known: {words}. {fault}"
        return StepSettled(plan, Settlement.UNKNOWN, saying)
    if isinstance(evidence, Done):
        return StepSettled(plan, Settlement.DONE, evidence.saying, by_key(evidence.facts))
    if isinstance(evidence, NotDone):
        saying = f"This was begun and is not done: {words}. {evidence.so_far}".rstrip()
        return StepSettled(plan, Settlement.NOT_DONE, saying)
    saying = f"Whether this was done is not known: {words}. {evidence.problem.what}"
    return StepSettled(plan, Settlement.UNKNOWN, saying)


def _evidence(step: Step[Ports], progress: Progress, ports: Ports) -> Evidence:
    """Return the evidence; a service that does not answer is asked for a while."""
    begun = ports.clock.now()
    while True:
        now = ports.clock.now()
        try:
            return _looked(step, progress.facts_for(step.name, now), ports)
        except TemporaryTroubleError as trouble:
            if (now - begun).total_seconds() + trouble.retry_in > _PATIENCE_SECONDS:
                raise
            ports.clock.wait(trouble.retry_in)


def _looked(step: Step[Ports], facts: Facts, ports: Ports) -> Evidence:
    anybodys = others_may_do_it(step, facts)
    if anybodys is not None:
        return anybodys.by_whomever(facts, ports)
    if not isinstance(step, LeavesEvidence):
        raise TypeError(f"{step.name} has no evidence")
    return step.evidence(facts, ports)
