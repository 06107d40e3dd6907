"""The incident: what is broken, as the operator described it."""

from enum import StrEnum
from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord


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
    """Where the hotfix branch is cut from: the base, what runs now, or a ref that was named."""

    BASE = "base"
    LIVE = "live"
    REF = "ref"


class Audience(StrEnum):
    """Whom it reaches; only what customers see belongs on the status page."""

    UNSAID = ""
    PERHAPS = "perhaps"  # the category suggests customers: somebody is asked, once
    CUSTOMERS = "customers"
    INTERNAL = "internal"


# What users meet by themselves. A hole or damaged data is not told to the world by a suggestion.
SEEN_BY_CUSTOMERS = frozenset(
    {
        Category.CRITICAL_BUG,
        Category.PAYMENTS,
        Category.API_ERRORS,
        Category.UI_IMPROVEMENT,
        Category.PERFORMANCE,
    }
)


def severity_in_words(severity: str, *, is_default: bool) -> str:
    """Return the severity, and that nobody named it where that is so."""
    return f"{severity} (by default: nobody named it)" if is_default else severity


@frozen
class Incident(JsonRecord):
    """What ``hotfix start`` was told."""

    later: ClassVar[frozenset[str]] = frozenset(
        {"start_ref", "start_sha", "audience", "incident", "severity_is_default"}
    )

    description: str  #: one line, foreign text
    category: Category | None = None  #: None while nobody said
    #: the number of the issue, as ``1`` or ``#1``, or a link; empty while nobody said
    issue: str = ""
    severity: Severity = Severity.MAJOR  #: how bad it is
    reviewer: str = ""  #: who is asked to review; empty for the configured one
    root_cause: str = ""  #: one or two sentences for the pull request
    fix_summary: str = ""  #: likewise
    override_reason: str = ""  #: why the process is used although the category says no
    start_from: StartFrom = StartFrom.BASE  #: where the branch is cut from
    start_ref: str = ""  #: that ref, as it was typed; empty for the two others
    start_sha: str = ""  #: full SHA of its commit as of the start; empty for the two others
    picks: tuple[str, ...] = ()  #: full SHAs of commits that are picked onto the branch
    audience: Audience = Audience.UNSAID  #: whom it reaches, as far as somebody said
    severity_is_default: bool = False  #: whether nobody named it; False in an earlier record
    incident: str = ""  #: id of the PagerDuty incident that is worked on; empty for none
