"""Whether the team's own commands can be run: their folders, their programs, and no shell."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hotfix.config.model import Suite
from hotfix.domain.shell_signs import shell_sign
from hotfix.ports.readiness import Finding, Need

_AREA = "tests"


def root_above(folder: Path) -> Path:
    """Return the root of the work tree around ``folder``; where there is none, ``folder``."""
    upwards = (folder, *folder.parents)
    return next((each for each in upwards if os.path.lexists(each / ".git")), folder)


def suite_needs(suites: Sequence[Suite], root: Path) -> Sequence[Need]:
    """Return whether every test suite can be begun in the clone whose root is ``root``."""
    if not suites:
        saw = "no [[tests]] in hotfix.toml: nothing is tested before the push"
        mend = "Add [[tests]] to hotfix.toml"
        return (Need(_AREA, "suites", Finding.WARNING, saw, mend),)
    return tuple(need for suite in suites for need in _of_suite(suite, root))


def shell_need(area: str, name: str, words: Sequence[str]) -> Iterator[Need]:
    """Yield the warning about a command that would need a shell, and gets none."""
    sign = shell_sign(words)
    if sign:
        saw = f"{sign} looks like a shell's word, and no shell reads it: it is passed as it stands"
        mend = 'Write it as a list that names the shell: ["sh", "-c", "..."]'
        yield Need(area, name, Finding.WARNING, saw, mend)


def _of_suite(suite: Suite, root: Path) -> Iterator[Need]:
    program, folder = suite.run[0], root / suite.directory
    for need in shell_need(_AREA, suite.name, suite.run):
        is_program = shell_sign((program,)) and not shutil.which(program)
        # No such program is to be installed.
        yield replace(need, finding=Finding.FAILED) if is_program else need
        if is_program:
            return
    if not folder.is_dir():
        saw = f"there is no folder {suite.directory} in {root}"
        mend = f"Correct directory of [[tests]] {suite.name} in hotfix.toml"
        yield Need(_AREA, suite.name, Finding.FAILED, saw, mend)
        return
    # One that is named by a path is looked for where the suite is run.
    place = str(folder / program) if "/" in program else program
    if shutil.which(place):
        yield Need(_AREA, suite.name, Finding.OK, program)
        return
    is_path = "/" in program
    saw = f"{program} {f'cannot be run from {folder}' if is_path else 'is not on the PATH'}"
    mend = f"{'Mend it (chmod +x)' if is_path else f'Install {program}'}, or mend [[tests]]"
    yield Need(_AREA, suite.name, Finding.FAILED, saw, mend)
