"""Whose run it is: a command acts for the runs of the repository that it is given in."""

from collections.abc import Mapping
from typing import Any

from hotfix.composition.clone import clone_of
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin
from hotfix.runs.session import Session


def origin_of(session: Session, number: int | None = None) -> Origin:
    """Return the GitHub repository of the configuration, and where the clone has it from.

    ``number`` is GitHub's of the repository; None where it was not asked.
    """
    github, remote = session.config.github, session.config.git.remote
    address = session.place.address(remote)
    return Origin(github.api_url, github.repository, remote, address, number)


def belongs_here(session: Session, progress: Progress) -> bool:
    """Tell whether the run is of the configured GitHub repository, and of that which is stood in.

    A run that an earlier version began names its clone alone, a rollback without a run its GitHub
    repository alone. Whoever stands in no clone is told by the name.
    """
    return is_of_here(session, progress.settings.whose())


def is_of_here(session: Session, whose: Mapping[str, Any]) -> bool:
    """Tell whether a run is of it, by what ``RunSettings.whose`` says."""
    place = session.place
    clone = clone_of(str(whose["clone"])) if whose["clone"] else ""
    if clone and clone == place.clone:
        # An address of the API that is overridden, or a new name, makes it no other repository.
        return True
    origin = Origin.from_json(whose["origin"]) if whose["origin"] else None
    if not _is_this_origin(session, origin):
        return False
    return not place.clone or place.has(whose)


def is_of_this_origin(session: Session, progress: Progress) -> bool:
    """Tell whether the run is of the configured GitHub repository, as far as its record says.

    Where the names differ, GitHub's number tells: it may have been renamed.
    """
    return _is_this_origin(session, progress.settings.origin)


def _is_this_origin(session: Session, origin: Origin | None) -> bool:
    if origin is None or origin.is_same_as(origin_of(session)):
        return True
    github = session.config.github
    if origin.id is None or origin.api_url.rstrip("/") != github.api_url.rstrip("/"):
        return False
    return session.tools.number(github.repository) == origin.id


def refuse_another_repository(session: Session, progress: Progress, command: str) -> None:
    """Refuse to act (with a ``command`` such as ``resume``) for a run of another repository.

    Raises:
        ProblemError: it is one (code ``USAGE``); it says whose run it is, and the command.
    """
    if belongs_here(session, progress):
        return
    settings = progress.settings
    whose = settings.origin.repository if settings.origin is not None else settings.repository
    began_in = settings.repository
    again = f"hotfix {command} {progress.run}"
    raise ProblemError(
        Problem(
            ProblemCode.USAGE,
            what=f"Run {progress.run} is of another repository: {whose}.",
            why=f"It is worked on in {began_in or 'no clone'}; this is {session.folder}, of "
            f"{session.config.github.repository}. Nothing was changed.",
            next_command=f"cd {began_in} && {again}" if began_in else f"In a clone of it: {again}",
        )
    )
