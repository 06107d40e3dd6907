"""Whose run it is: a command acts for the runs of the repository that it is given in."""

from collections.abc import Mapping
from pathlib import Path

from hotfix.composition import clone_of
from hotfix.domain.event import Event
from hotfix.domain.event_data import RunStarted
from hotfix.domain.json_value import JsonObject
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.runs.session import Session


def origin_of(session: Session) -> JsonObject:
    """Return the GitHub repository of the configuration, as it stands in a run's settings."""
    github = session.config.github
    return {"api_url": github.api_url, "repository": github.repository}


def belongs_here(session: Session, progress: Progress, first: Event) -> bool:
    """Tell whether the run is of the configured GitHub repository, and of the clone stood in.

    A run that an earlier version began names its clone alone, a rollback without a run its GitHub
    repository alone. Where nobody stands in a clone, or theirs is gone, the name has to tell.

    Args:
        session: where the command stands.
        progress: of the run.
        first: its first event.
    """
    if not is_of_this_origin(session, first):
        return False
    began_in, here = _clone(progress, first), clone_of(session.folder)
    if began_in is None or here is None:
        return True
    theirs = clone_of(began_in)
    return theirs == here if theirs is not None else "origin" in _settings(first)


def is_of_this_origin(session: Session, first: Event) -> bool:
    """Tell whether the run is of the configured GitHub repository, as far as its record says."""
    origin = _settings(first).get("origin")
    return not isinstance(origin, Mapping) or _name(origin) == _name(origin_of(session))


def refuse_another_repository(
    session: Session, progress: Progress, first: Event, command: str
) -> None:
    """Refuse to act for a run of another repository.

    Args:
        session: where the command stands.
        progress: of the run.
        first: its first event.
        command: what was asked for, such as ``resume``.

    Raises:
        ProblemError: it is one (code ``USAGE``); it says whose run it is, and where to go.
    """
    if belongs_here(session, progress, first):
        return
    origin, began_in = _settings(first).get("origin"), _clone(progress, first)
    whose = str(origin["repository"]) if isinstance(origin, Mapping) else str(began_in)
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


def _settings(first: Event) -> JsonObject:
    return first.said.settings if isinstance(first.said, RunStarted) else {}


def _clone(progress: Progress, first: Event) -> Path | None:
    """Return the clone that the run is worked on in; after a takeover, one of this machine."""
    began_in = str(_settings(first).get("repository") or "")
    found = progress.facts.text_or("repository", began_in)
    return Path(found) if found else None


def _name(origin: JsonObject) -> tuple[str, str]:
    # GitHub takes no notice of case in names.
    return str(origin.get("api_url")).rstrip("/"), str(origin.get("repository")).casefold()
