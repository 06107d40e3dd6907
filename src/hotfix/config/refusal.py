"""How a configuration is refused."""

from hotfix.domain.problem import Problem, ProblemCode, ProblemError


def refusal(what: str, why: str, next_command: str) -> ProblemError:
    """Return what is raised: what is wrong, why, and how it is mended."""
    return ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, next_command))
