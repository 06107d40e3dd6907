"""The test suites of a clone: one file an ecosystem, and here which of them are taken."""

from collections.abc import Callable, Sequence

from hotfix.detect.files import Files
from hotfix.detect.suites import (
    cargo,
    checked,
    compose,
    deno,
    dotnet,
    elixir,
    go,
    gradle,
    make,
    maven,
    node,
    php,
    python,
    ruby,
    scala,
)
from hotfix.detect.suites.suite import Clone, Suite, is_under
from hotfix.detect.workflows import Workflow

_ECOSYSTEMS: tuple[Callable[[Clone, str], Suite | None], ...] = (
    cargo.in_folder,
    node.in_folder,
    python.in_folder,
    go.in_folder,
    maven.in_folder,
    gradle.in_folder,
    dotnet.in_folder,
    ruby.in_folder,
    php.in_folder,
    elixir.in_folder,
    scala.in_folder,
    deno.in_folder,
)
_MOST_DEPTH = 3
# Beyond these, a hotfix would wait for what it has nothing to do with.
MOST = 8


def suites_of(files: Files, workflows: Sequence[Workflow] = ()) -> tuple[Suite, ...]:
    """Return the suites, those nearest to the root first."""
    clone = Clone(files, workflows)
    folders = [each for each in files.folders if each == "." or each.count("/") < _MOST_DEPTH]
    found: list[Suite] = []
    for folder in folders:
        for suite_in in _ECOSYSTEMS:
            suite = suite_in(clone, folder)
            if suite is not None and not _is_covered(suite, found):
                found.append(suite)
    found = [*compose.suites_in(clone, found), *checked.suites_in(clone)]
    return _with_targets(clone, folders, found)


def _is_covered(suite: Suite, found: Sequence[Suite]) -> bool:
    return any(
        each.kind == suite.kind
        and (each.covers_below or suite.is_loose)
        and (is_under(suite.folder, each.folder) or each.folder == suite.folder)
        for each in found
    )


def _with_targets(clone: Clone, folders: Sequence[str], found: list[Suite]) -> tuple[Suite, ...]:
    """Take what a Makefile has where the team's checks run that, or nothing else is there."""
    for folder in folders:
        target = make.in_folder(clone, folder)
        if target is None or any(
            each.kind == "make" and is_under(folder, each.folder) for each in found
        ):
            continue
        checked = clone.checked.get((folder, target.run), "")
        beside = [each for each in found if each.folder == folder or is_under(each.folder, folder)]
        if checked:
            seen = f"{target.seen}, which {checked} runs"
            found = [
                each
                for each in found
                if each not in beside or (each.folder, each.run) in clone.checked
            ]
            found.append(Suite(target.kind, folder, target.run, seen, True))
        elif not beside:
            found.append(target)
    return tuple(found)


def names_of(suites: Sequence[Suite]) -> tuple[str, ...]:
    """Return what each is called: its folder, or its ecosystem; no two alike."""
    short = [_short(each) for each in suites]
    names: list[str] = []
    for suite, name in zip(suites, short, strict=True):
        wanted = name if short.count(name) == 1 else f"{suite.folder} {suite.kind}".lstrip(". ")
        number = 2
        unique = wanted
        while unique in names:
            unique = f"{wanted} {number}"
            number += 1
        names.append(unique)
    return tuple(names)


def _short(suite: Suite) -> str:
    return suite.name or (suite.kind if suite.folder == "." else suite.folder.rpartition("/")[2])
