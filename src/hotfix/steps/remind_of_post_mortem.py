"""Remind of the post-mortem (procedure: "After Hotfix")."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import BREAK_GLASS, POST_MORTEM, ROLLED_BACK, TESTS_OVERRIDDEN
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident, Severity
from hotfix.domain.outcome import Done, LeftToDo, Outcome
from hotfix.domain.post_mortem import DUE
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.ports.bundle import Ports

_IS_DUE, _SCHEDULE = "A post-mortem is due.", "schedule a post-mortem"


@frozen
class RemindOfPostMortem:
    """Reports ``post_mortem``: whether one is due.

    Effect: none.
    """

    incident: Incident
    has_an_issue: bool = False  #: whether an issue is opened for it, which reminds of it then
    name: str = "remind_of_post_mortem"
    reads: ClassVar[Declared] = maybe(BREAK_GLASS, ROLLED_BACK, TESTS_OVERRIDDEN)
    reports: ClassVar[Declared] = (POST_MORTEM,)

    def run(self, facts: Facts, _ports: Ports) -> Outcome:
        """Name why one is due, if it is."""
        reasons = []
        if self.incident.severity is Severity.CRITICAL:
            reasons.append("it was critical")
        if TESTS_OVERRIDDEN in facts:
            reasons.append("failing tests were overridden")
        if BREAK_GLASS in facts:
            reasons.append("it was merged without a review, which is owed")
        if ROLLED_BACK in facts:
            reasons.append("it was rolled back")
        if not reasons:
            saying = "No post-mortem is due by what is on record."
            return Done(saying, (POST_MORTEM("if needed"),), is_needless=True)
        why = f"{', '.join(reasons).capitalize()}."
        if self.has_an_issue:
            return Done(f"{_IS_DUE} {why}", (POST_MORTEM(DUE),))
        return LeftToDo(Problem(ProblemCode.FAILED, _IS_DUE, why, _SCHEDULE), (POST_MORTEM(DUE),))

    def by_hand(self, _facts: Facts) -> str:
        """Somebody thinks of it."""
        return "schedule a post-mortem if one is needed"
