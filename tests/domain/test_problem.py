"""A problem and a trouble read as what they say, wherever only their text is shown."""

import pytest

from hotfix.domain.problem import (
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
    leading_back,
)


def test_an_error_reads_as_its_problem():
    problem = Problem(ProblemCode.RIGHTS, "Refused.", "No rights.", "gh auth login")
    error = ProblemError(problem)
    assert (str(error), error.problem) == ("Refused. No rights.", problem)


def test_a_trouble_reads_as_what_it_says():
    trouble = TemporaryTroubleError("502", 3.0)
    assert (str(trouble), trouble.saying, trouble.retry_in) == ("502", "502", 3.0)
    assert not trouble.is_refusal


@pytest.mark.parametrize(
    ("command", "leads"),
    [
        ("gh auth login", "gh auth login; then: hotfix resume"),
        ("hotfix doctor", "hotfix doctor; then: hotfix resume"),
        ("Ask an admin.", "Ask an admin; then: hotfix resume"),
        ("git push, then: hotfix resume", "git push, then: hotfix resume"),
        ("hotfix rollback hf-1", "hotfix rollback hf-1"),
        ("hotfix start ... --override-reason x", "hotfix start ... --override-reason x"),
    ],
)
def test_what_is_mended_elsewhere_leads_back_into_the_run(command, leads):
    problem = Problem(ProblemCode.RIGHTS, "Refused.", "No rights.", command)
    assert leading_back(problem).next_command == leads
    assert leading_back(leading_back(problem)) == leading_back(problem)
