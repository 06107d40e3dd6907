import pytest

from hotfix.domain.eligibility import NO, YES, judge
from hotfix.domain.incident import Category, Incident, Severity


def test_the_procedure_has_five_yes_and_four_no_categories():
    assert (len(YES), len(NO)) == (5, 4)
    assert set(YES) | set(NO) == set(Category)


@pytest.mark.parametrize("category", YES)
def test_a_yes_category_needs_no_reason(category):
    assert judge(Incident("x", category)).eligible


@pytest.mark.parametrize("category", NO)
@pytest.mark.parametrize("severity", Severity)
def test_a_no_category_is_refused_with_the_reason(category, severity):
    verdict = judge(Incident("x", category, severity=severity))
    assert not verdict.eligible
    assert verdict.because


@pytest.mark.parametrize("category", NO)
def test_a_reason_overrides_and_is_part_of_the_verdict(category):
    verdict = judge(Incident("x", category, override_reason="the shop is closed otherwise"))
    assert verdict.eligible
    assert "the shop is closed otherwise" in verdict.because


def test_a_blank_reason_is_no_reason():
    assert not judge(Incident("x", Category.FEATURE, override_reason="  ")).eligible


def test_critical_performance_still_needs_the_reason_why():
    incident = Incident("x", Category.PERFORMANCE, severity=Severity.CRITICAL)
    assert not judge(incident).eligible


def test_nobody_guesses_the_category():
    with pytest.raises(ValueError, match="category"):
        judge(Incident("x"))


@pytest.mark.parametrize(
    ("category", "severity", "reason", "because"),
    [
        (Category.PERFORMANCE, Severity.CRITICAL, "why", "Performance, critical: why"),
        (Category.PERFORMANCE, Severity.MAJOR, "why", "Overridden ("),
        (Category.FEATURE, Severity.CRITICAL, "why", "Overridden ("),
        (Category.PERFORMANCE, Severity.CRITICAL, "", "A performance problem is a hotfix only"),
        (Category.PERFORMANCE, Severity.MAJOR, "", "Performance"),
        (Category.API_ERRORS, Severity.MINOR, "", "API"),
    ],
)
def test_the_verdict_says_which_rule_it_was(category, severity, reason, because):
    verdict = judge(Incident("x", category, severity=severity, override_reason=reason))
    assert verdict.because.startswith(because)
    assert verdict.eligible is (bool(reason) or category is Category.API_ERRORS)
