"""Log the deployment (procedure: "Deployment Log")."""

from typing import ClassVar

from hotfix.domain.deployment_log import BACK, OWED
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    APPROVER,
    BREAK_GLASS,
    DECIDED_BY,
    ISSUE_URL,
    LOG_ENTRY,
    MERGE_SHA,
    RESTORATION,
)
from hotfix.domain.fact_records import LogRecord
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.restoration import RestoreState
from hotfix.ports.bundle import Ports


@frozen
class LogTheDeployment:
    """Reports ``log_entry``; the journal is the log, so its line is the entry.

    Effect: none.
    """

    incident: Incident
    outcome: str  #: ``deployed``, or ``BACK``
    name: str = "log_the_deployment"
    reads: ClassVar[Declared] = maybe(
        APPROVER, BREAK_GLASS, DECIDED_BY, ISSUE_URL, LOG_ENTRY, MERGE_SHA, RESTORATION
    )
    reports: ClassVar[Declared] = maybe(LOG_ENTRY)

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Name commit, deployer, reason and issue; the time is the event's.

        A rollback that found nothing to go back from is none; nor is one that was asked for again,
        and found that.
        """
        is_back = self.outcome == BACK
        if is_back and not _went_back(facts):
            return Done("Nothing was merged and nothing restored: there is nothing to log.")
        if is_back and _is_logged(facts):
            return Done("Nothing was restored since it was logged: there is nothing to log.")
        deployer = facts.get(DECIDED_BY, facts.operator) if is_back else facts.operator
        entry = LogRecord(
            commit=facts.get(MERGE_SHA, ""),
            deployer=deployer,
            reason=self.incident.description,
            issue=facts.get(ISSUE_URL, ""),
            outcome=self.outcome,
            review=_review(facts),
        )
        commit = entry.commit[:8] or "no commit"
        return Done(f"Logged: {commit} {self.outcome} by {deployer}.", (LOG_ENTRY(entry),))

    def by_hand(self, facts: Facts) -> str:
        """The record has what the entry would have been made of."""
        return f"hotfix status {facts.run}, and write it into a log of your own: {self.outcome}"


def _went_back(facts: Facts) -> bool:
    """Tell whether something was merged before, or restored."""
    return MERGE_SHA in facts or _is_restored(facts)


def _is_logged(facts: Facts) -> bool:
    """Tell whether the rollback is logged, and nothing was restored by the present walk of it.

    What a deployment brought is known by no patch: such a walk always brings something.
    """
    is_logged = LOG_ENTRY in facts and facts[LOG_ENTRY].outcome == BACK
    return is_logged and RESTORATION in facts and not _is_restored(facts)


def _is_restored(facts: Facts) -> bool:
    return any(each.state is RestoreState.PATCHED for each in facts.get(RESTORATION, ()))


def _review(facts: Facts) -> str:
    if BREAK_GLASS in facts:
        return f"{OWED}{facts[BREAK_GLASS]}"
    return facts.get(APPROVER, "")
