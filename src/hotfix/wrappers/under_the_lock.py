"""A write is only done by whoever holds the hotfix lock at that moment."""

from dataclasses import replace

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOCK, LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Evidence, Failed, NotDone, Outcome
from hotfix.domain.problem import (
    MissingRightError,
    Problem,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.step import CanBeDoneByHand, LeavesEvidence, MayBeIdle, Step
from hotfix.ports.bundle import Ports
from hotfix.ports.lock import HotfixLock, lost


@frozen
class UnderTheLock:
    """Another step, fenced: a machine that slept through a takeover must not act.

    A run that has no lock yet (a rollback without a run) claims it here, and reports ``lock`` and
    ``lock_token`` beside what the step itself reports. Without rights for leases there is no lock
    and no fence.
    """

    step: Step[Ports]  #: what is done
    #: a branch, a pull request, a label: no reason to stop a fix where the cluster does not answer,
    #: or where there is no lock
    can_be_taken_back: bool = False

    @property
    def name(self) -> str:
        """Return the name of the step inside: it stands in journals."""
        return self.step.name

    @property
    def reads(self) -> Declared:
        """Return what the step inside reads, and the lock's token."""
        return (*self.step.reads, *maybe(LOCK_TOKEN))

    @property
    def reports(self) -> Declared:
        """Return what the step inside reports, and a lock that is claimed here."""
        return (*self.step.reports, *maybe(LOCK, LOCK_TOKEN))

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Check the token, or claim the lock; then do what the step does."""
        if ports.cluster is None:
            return self.step.run(facts, ports)
        if LOCK_TOKEN in facts:
            # What writes nothing needs no lock: the next step that does looks at it, right before.
            is_idle = isinstance(self.step, MayBeIdle) and self.step.is_idle(facts)
            problem = None if is_idle else self._lost(facts, ports.cluster)
            return self.step.run(facts, ports) if problem is None else _not_begun(problem)
        if self.can_be_taken_back:
            return self.step.run(facts, ports)
        return self._claimed(facts, ports, ports.cluster)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """Return the step's own evidence; one without any is simply run again."""
        if isinstance(self.step, LeavesEvidence):
            return self.step.evidence(facts, ports)
        return NotDone()

    def by_hand(self, facts: Facts) -> str:
        """Return what a person does in the place of the step inside; empty where it is silent."""
        return self.step.by_hand(facts) if isinstance(self.step, CanBeDoneByHand) else ""

    def _lost(self, facts: Facts, lock: HotfixLock) -> Problem | None:
        """Return what to say where somebody else holds the lock by now, or nobody."""
        try:
            holder = lock.lock_holder(fresh_claim_will_do=True)
        except (ProblemError, TemporaryTroubleError):
            if self.can_be_taken_back:
                return None
            raise
        is_ours = holder is not None and holder.is_held_by(facts.run, facts[LOCK_TOKEN])
        return None if is_ours else lost(facts.run, holder)

    def _claimed(self, facts: Facts, ports: Ports, lock: HotfixLock) -> Outcome:
        try:
            holder = lock.claim_lock(facts.run, facts.operator)
        except MissingRightError as error:
            return _alone(self.step.run(facts, ports), error.problem)
        if not holder.is_ours:
            return _not_begun(lost(facts.run, holder))
        outcome = self.step.run(facts, ports)
        if isinstance(outcome, Done):
            return replace(
                outcome, facts=(*outcome.facts, LOCK(holder.run), LOCK_TOKEN(holder.token))
            )
        return outcome


def _not_begun(problem: Problem) -> Failed:
    return Failed(problem, nothing_happened=True)


def _alone(outcome: Outcome, problem: Problem) -> Outcome:
    """Say beside what was done that nothing keeps a colleague away meanwhile."""
    if not isinstance(outcome, Done):
        return outcome
    return replace(
        outcome,
        saying=f"{outcome.saying} On this machine alone: {problem.what} {problem.next_command}",
    )
