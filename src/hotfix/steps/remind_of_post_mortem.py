"""Remind of the post-mortem (procedure: "After Hotfix")."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident, Severity
from hotfix.domain.outcome import Done, Outcome
from hotfix.ports.bundle import Ports


@dataclass(frozen=True)
class RemindOfPostMortem:
    """Reports ``post_mortem``: whether one is due."""

    incident: Incident
    name: str = "remind_of_post_mortem"

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Name why one is due, if it is."""
        reasons = []
        if self.incident.severity is Severity.CRITICAL:
            reasons.append("it was critical")
        if "tests_overridden" in facts:
            reasons.append("failing tests were overridden")
        if "break_glass" in facts:
            reasons.append("it was merged without a review, which is owed")
        if "rolled_back" in facts:
            reasons.append("it was rolled back")
        if not reasons:
            return Done("Schedule a post-mortem if one is needed.", {"post_mortem": "if needed"})
        return Done(f"Schedule a post-mortem: {', '.join(reasons)}.", {"post_mortem": "due"})
