"""Claim the hotfix lock: one hotfix at a time in a namespace."""

from dataclasses import dataclass

from hotfix.domain.event import utc_text
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class ClaimTheLock:
    """Claiming twice for one run gives the same lock, so a lost answer needs no other evidence."""

    name: str = "claim_the_lock"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Take the lock, or say who holds it."""
        if ports.cluster is None:
            return Done("No cluster configured: nothing keeps a second hotfix away.")
        holder = ports.cluster.claim_lock(facts.run, facts.operator)
        if holder.run == facts.run:
            return Done("This hotfix holds the lock.", {"lock": holder.run})
        since = f" since {utc_text(holder.since)}" if holder.since else ""
        return Failed(
            Problem(
                ProblemCode.LOCKED,
                what=f"{holder.operator} is working on another hotfix{since}.",
                why=f"The lock of the namespace is held by run {holder.run}.",
                next_command=f"Talk to {holder.operator}, then: hotfix resume",
            )
        )
