"""Is this a hotfix? The procedure's "When to Use Hotfix", as a table."""

from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Category, Incident, Severity

# The procedure's own words, so that a refusal can quote them.
IN_WORDS = {
    Category.CRITICAL_BUG: "Critical bug affecting user experience",
    Category.SECURITY: "Security vulnerability discovered",
    Category.PAYMENTS: "Payment/billing issues",
    Category.API_ERRORS: "API endpoint returning errors",
    Category.DATA_INTEGRITY: "Data integrity issues",
    Category.FEATURE: "Feature additions",
    Category.UI_IMPROVEMENT: "Non-critical UI improvements",
    Category.PERFORMANCE: "Performance optimizations (unless critical)",
    Category.DOCUMENTATION: "Documentation updates",
}
YES = (
    Category.CRITICAL_BUG,
    Category.SECURITY,
    Category.PAYMENTS,
    Category.API_ERRORS,
    Category.DATA_INTEGRITY,
)
NO = (Category.FEATURE, Category.UI_IMPROVEMENT, Category.PERFORMANCE, Category.DOCUMENTATION)


@frozen
class Verdict:
    """Whether the process may be used, and the sentence that says why."""

    eligible: bool  #: whether the run may go on
    because: str  #: one sentence, recorded and shown


def judge(incident: Incident) -> Verdict:
    """Judge the incident by its category, severity and override reason; None of it is guessed.

    Raises:
        ValueError: nobody said which category it is.
    """
    category = incident.category
    if category is None:
        raise ValueError("an incident without a category cannot be judged")
    words = IN_WORDS[category]
    if category in YES:
        return Verdict(eligible=True, because=f"{words}: that is what a hotfix is for.")
    reason = incident.override_reason.strip()
    critical = category is Category.PERFORMANCE and incident.severity is Severity.CRITICAL
    if reason and critical:
        return Verdict(eligible=True, because=f"Performance, critical: {reason}")
    if reason:
        return Verdict(eligible=True, because=f"Overridden ({words}): {reason}")
    if critical:
        return Verdict(
            eligible=False,
            because="A performance problem is a hotfix only when it is critical; say why it is.",
        )
    return Verdict(
        eligible=False,
        because=f"{words}: the procedure says not to use the hotfix process for this.",
    )
