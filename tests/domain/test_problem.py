"""A problem and a trouble read as what they say, wherever only their text is shown."""

from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError


def test_an_error_reads_as_its_problem():
    problem = Problem(ProblemCode.RIGHTS, "Refused.", "No rights.", "gh auth login")
    error = ProblemError(problem)
    assert (str(error), error.problem) == ("Refused. No rights.", problem)


def test_a_trouble_reads_as_what_it_says():
    trouble = TemporaryTroubleError("502", 3.0)
    assert (str(trouble), trouble.saying, trouble.retry_in) == ("502", "502", 3.0)
    assert not trouble.is_refusal
