"""Whatever a test here is about: problems have the codes that scripts count on."""

from tests.problem_codes import codes

__all__ = ["codes"]
