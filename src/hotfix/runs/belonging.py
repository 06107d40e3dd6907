"""Whose run it is: a command acts for the runs of the repository that it is given in."""

from pathlib import Path

from hotfix.composition.tools import clone_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin
from hotfix.runs.session import Session


def origin_of(session: Session) -> Origin:
    """Return the GitHub repository of the configuration."""
    github = session.config.github
    return Origin(github.api_url, github.repository)


def belongs_here(session: Session, progress: Progress) -> bool:
    """Tell whether the run is of the configured GitHub repository, and of the clone stood in.

    A run that an earlier version began names its clone alone, a rollback without a run its GitHub
    repository alone. Where nobody stands in a clone, or theirs is gone, the name has to tell.
    """
    began_in, here = _clone(progress), clone_of(session.folder)
    theirs = clone_of(began_in) if began_in is not None else None
    if theirs is not None and here is not None:
        # An address of the API that is overridden, or a new name, makes it no other repository.
        return theirs == here
    if not is_of_this_origin(session, progress):
        return False
    return began_in is None or here is None or progress.settings.origin is not None


def is_of_this_origin(session: Session, progress: Progress) -> bool:
    """Tell whether the run is of the configured GitHub repository, as far as its record says."""
    origin = progress.settings.origin
    return origin is None or origin.is_same_as(origin_of(session))


def refuse_another_repository(session: Session, progress: Progress, command: str) -> None:
    """Refuse to act (with a ``command`` such as ``resume``) for a run of another repository.

    Raises:
        ProblemError: it is one (code ``USAGE``); it says whose run it is, and where to go.
    """
    if belongs_here(session, progress):
        return
    origin, began_in = progress.settings.origin, _clone(progress)
    whose = origin.repository if origin is not None else str(began_in)
    again = f"hotfix {command} {progress.run}"
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"Run {progress.run} is of another repository: {whose}.",
            why=f"It is worked on in {began_in or 'no clone'}; this is {session.folder}, of "
            f"{session.config.github.repository}. Nothing was changed.",
            next_command=f"cd {began_in} && {again}"
            if began_in and clone_of(began_in)
            else f"In a clone of {whose}: {again}",
        )
    )


def _clone(progress: Progress) -> Path | None:
    """Return the clone that the run is worked on in; after a takeover, one of this machine."""
    found = progress.settings.repository
    return Path(found) if found else None
