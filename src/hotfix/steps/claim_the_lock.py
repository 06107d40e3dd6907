"""Claim the hotfix lock: one hotfix at a time in a namespace."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import LOCK, LOCK_TOKEN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import utc_text
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.problem import MissingRightError, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.lock import LockHolder

_LOOK_AGAIN_SECONDS = 2.0


@frozen
class ClaimTheLock:
    """Reports ``lock`` and ``lock_token``, the fencing token.

    Effect: takes the lock; twice gives the same lock, so a lost answer needs no evidence.
    """

    name: str = "claim_the_lock"
    reads: ClassVar[Declared] = maybe(LOCK_TOKEN)
    reports: ClassVar[Declared] = maybe(LOCK, LOCK_TOKEN)
    goes_on_alone: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Take the lock, or say who holds it and ask what now."""
        if ports.cluster is None:
            return Done(
                "No cluster configured: nothing keeps a second hotfix away.", is_needless=True
            )
        token = facts.get(LOCK_TOKEN)
        try:
            holder = ports.cluster.claim_lock(facts.run, facts.operator, token)
        except MissingRightError as error:
            problem = error.problem
            return Done(f"On this machine alone: {problem.what} {problem.next_command}")
        if holder.is_ours:
            return Done("This hotfix holds the lock.", (LOCK(holder.run), LOCK_TOKEN(holder.token)))
        answer = facts.answer("locked")
        if answer is None:
            return Ask(_question(holder))
        since = f", since {utc_text(holder.since.replace(microsecond=0))}" if holder.since else ""
        return Waiting(
            f"waiting for {holder.operator}'s hotfix to release the lock ({holder.run}{since})",
            look_again_in=_LOOK_AGAIN_SECONDS,
        )


def _question(holder: LockHolder) -> Question:
    return Question(
        key="locked",
        text=f"{holder.operator} is working on another hotfix. What now?",
        shown=(
            *holder.lines(),
            f"To go on with that one here: hotfix takeover {holder.run}",
            f"If it is abandoned: hotfix lock release --lock-id {holder.id}",
        ),
        options=(
            Option(
                "wait",
                "Wait until it is free",
                does="Nothing is begun until the lock is free; then this hotfix takes it. Its "
                "clock runs meanwhile.",
            ),
            Option("leave", "Leave; nothing was changed", then=Then.STOP),
            Option(
                f"takeover:{holder.run}",
                f"Leave this one and take over {holder.run}",
                then=Then.STOP,
                does="This hotfix ends, and that one is taken over, here.",
            ),
        ),
        unanswered=ProblemCode.LOCKED,
        flag=f"talk to {holder.operator}, then: hotfix resume, once `hotfix lock` says it is free",
    )
