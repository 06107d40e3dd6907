"""What a newer version of ``hotfix`` wrote is read here as far as it goes, and left alone."""

from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress


def warning(progress: Progress) -> str:
    """Return that a newer version has written to the run; empty where none has."""
    if not progress.from_newer:
        return ""
    return f"Run {progress.run} was written by a newer hotfix: {progress.from_newer} says more"


def refuse_newer(progress: Progress) -> None:
    """Refuse to write to a run that says more than this version understands.

    Raises:
        ProblemError: it does; the problem names the event.
    """
    if progress.from_newer:
        raise newer(f"Run {progress.run}", f"This version cannot read {progress.from_newer}.")


def newer(what: str, why: str) -> ProblemError:
    """Return the refusal.

    Args:
        what: was written by a newer version.
        why: what cannot be read, one sentence.
    """
    return ProblemError(
        Problem(
            ProblemCode.FAILED,
            what=f"{what} was written by a newer hotfix.",
            why=f"{why} Going on could undo or repeat what it stands for. Nothing was changed.",
            next_command="The version that wrote it, or a newer one: pipx upgrade hotfix-cli",
        )
    )
