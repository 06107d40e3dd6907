"""The incident: what is broken, as the operator described it."""

from dataclasses import dataclass
from enum import StrEnum

from hotfix.domain.json_value import JsonObject, texts


class Category(StrEnum):
    """What kind of change is asked for: the procedure's "When to Use Hotfix", line by line."""

    CRITICAL_BUG = "critical-bug"
    SECURITY = "security"
    PAYMENTS = "payments"
    API_ERRORS = "api-errors"
    DATA_INTEGRITY = "data-integrity"
    FEATURE = "feature"
    UI_IMPROVEMENT = "ui-improvement"
    PERFORMANCE = "performance"
    DOCUMENTATION = "documentation"


class Severity(StrEnum):
    """How bad it is for users; ``critical`` is what makes a performance problem a hotfix."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class StartFrom(StrEnum):
    """Where the hotfix branch is cut from: the base, or what runs now."""

    BASE = "base"
    LIVE = "live"


@dataclass(frozen=True)
class Incident:
    """What ``hotfix start`` was told.

    Attributes:
        description: one line, foreign text.
        category: None while nobody said.
        issue: the number of the issue, as ``1`` or ``#1``, or a link; empty while nobody said.
        severity: how bad it is.
        reviewer: who is asked to review; empty for the configured one.
        root_cause: one or two sentences for the pull request.
        fix_summary: likewise.
        override_reason: why the process is used although the category says no.
        start_from: where the branch is cut from.
        picks: full SHAs of commits that are picked onto the branch.
    """

    description: str
    category: Category | None = None
    issue: str = ""
    severity: Severity = Severity.MAJOR
    reviewer: str = ""
    root_cause: str = ""
    fix_summary: str = ""
    override_reason: str = ""
    start_from: StartFrom = StartFrom.BASE
    picks: tuple[str, ...] = ()

    def to_json(self) -> JsonObject:
        """Return the incident as it stands in the journal."""
        return {
            "description": self.description,
            "category": self.category.value if self.category else None,
            "issue": self.issue,
            "severity": self.severity.value,
            "reviewer": self.reviewer,
            "root_cause": self.root_cause,
            "fix_summary": self.fix_summary,
            "override_reason": self.override_reason,
            "start_from": self.start_from.value,
            "picks": list(self.picks),
        }

    @classmethod
    def from_json(cls, data: JsonObject) -> "Incident":
        """Read back what ``to_json`` wrote."""
        return cls(
            description=str(data["description"]),
            category=Category(str(data["category"])) if data.get("category") else None,
            issue=str(data.get("issue", "")),
            severity=Severity(str(data.get("severity", Severity.MAJOR.value))),
            reviewer=str(data.get("reviewer", "")),
            root_cause=str(data.get("root_cause", "")),
            fix_summary=str(data.get("fix_summary", "")),
            override_reason=str(data.get("override_reason", "")),
            start_from=StartFrom(str(data.get("start_from", StartFrom.BASE))),
            picks=texts(data.get("picks")),
        )
