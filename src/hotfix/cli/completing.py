"""What a shell completes besides commands and options: runs, deployments, scenarios."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path

Completions = Iterable[tuple[str, str]]


def _never_in_the_way(find: Callable[[], Completions]) -> Callable[[str], list[tuple[str, str]]]:
    """Let ``find`` complete a word: what goes wrong there is no news for somebody who types."""

    @wraps(find)
    def complete(incomplete: str) -> list[tuple[str, str]]:
        with suppress(Exception):
            return [each for each in find() if each[0].startswith(incomplete)]
        return []

    del complete.__wrapped__  # typer looks at what it takes
    return complete


@_never_in_the_way
def runs() -> Completions:
    """Return the runs on record, newest first, each with its state and what it is about."""
    from hotfix.domain.foreign_text import one_line
    from hotfix.runs.known_runs import kept_runs
    from hotfix.runs.state_folder import state_folder

    for kept in kept_runs(state_folder(os.environ)):
        about = one_line(f"{kept.state}: {kept.about}") if kept.state else ""
        # The shell's help is marked up, and this is somebody's free text.
        yield kept.run, about.replace("[", "(")


@_never_in_the_way
def deployments() -> Completions:
    """Return the deployments that the ``hotfix.toml`` found here names."""
    from hotfix.config.finding import found_config
    from hotfix.config.load import parse, text_of
    from hotfix.plan.configured import deployments as configured

    found = found_config(str(Path.cwd()), os.environ, "")
    if found is None:
        return []
    return [(name, "") for name in configured(parse(text_of(found, os.environ), os.environ, ""))]


@_never_in_the_way
def scenarios() -> Completions:
    """Return what can happen in a drill."""
    from hotfix.composition.drill import scenarios as known

    return [(name, each.summary) for name, each in known().items()]
