"""Reads ``--break-glass REASON``."""

from hotfix.domain.problem import Problem, ProblemCode, ProblemError


def parsed(text: str | None) -> str:
    """Return the reason, or an empty text where the flag was not given.

    Raises:
        ProblemError: the flag was given without a reason.
    """
    if text is None:
        return ""
    reason = " ".join(text.split())
    if reason:
        return reason
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what="--break-glass needs a reason.",
            why="It goes on record: somebody will have to review what nobody reviewed.",
            next_command='hotfix resume --break-glass "nobody answers, checkout is down"',
        )
    )
