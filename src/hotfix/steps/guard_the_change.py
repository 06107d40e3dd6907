"""Guard the size of the change (procedure, step 2: minimal, with a test, nothing unrelated)."""

from fnmatch import fnmatch
from typing import ClassVar

from hotfix.domain.fact import Declared
from hotfix.domain.fact_names import BASE_SHA, BRANCH, CHANGE, GUARD_WARNINGS
from hotfix.domain.fact_records import CommittedChange
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, GoBack, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.ports.bundle import Ports
from hotfix.ports.repository import Change, is_configuration


@frozen
class GuardTheChange:
    """Warns, and a person decides. Reports ``change`` and ``guard_warnings``.

    Effect: none.
    """

    max_files: int  #: a change over these is not minimal
    max_lines: int  #: nor is one over these
    sensitive: tuple[str, ...]  #: path patterns of lock, CI and migration files
    tests: tuple[str, ...]  #: path patterns of test files
    name: str = "guard_the_change"
    reads: ClassVar[Declared] = (BASE_SHA, BRANCH)
    reports: ClassVar[Declared] = (CHANGE, GUARD_WARNINGS)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at what the branch changes."""
        change = ports.repository.change_since(facts[BASE_SHA], facts[BRANCH])
        if not change.commits:
            # After a takeover: what was committed on the other machine may never have been pushed.
            return GoBack("await_the_fix", f"{facts[BRANCH]} has no commit of the fix here.")
        warnings = self.warnings(change)
        newest = change.commits[-1].sha
        if warnings and facts.answer("guard", newest) is None:
            touches_configuration = any(is_configuration(file.path) for file in change.files)
            return Ask(
                Question(
                    key="guard",
                    text="This change is more than a minimal, tested fix. Go on with it?",
                    shown=warnings,
                    options=(
                        Option("go-on", "Go on with it"),
                        Option(
                            "back", "Back to the editor", then=Then.GO_BACK, back_to="await_the_fix"
                        ),
                        Option("stop", "Stop the hotfix", then=Then.STOP),
                    ),
                    # A changed configuration changes what every later hotfix runs.
                    by_yes="" if touches_configuration else "go-on",
                    flag="hotfix resume, in a terminal" if touches_configuration else "--yes",
                    about=newest,
                )
            )
        seen = CommittedChange(
            files=tuple(file.path for file in change.files),
            lines=change.lines,
            commits=tuple(commit.sha for commit in change.commits),
        )
        size = f"{counted(len(change.files), 'file')}, {counted(change.lines, 'line')}"
        return Done(
            f"{size}{', as decided' if warnings else ', minimal'}.",
            (CHANGE(seen), GUARD_WARNINGS(warnings)),
        )

    def warnings(self, change: Change) -> tuple[str, ...]:
        """Return what is not as the procedure wants it, one sentence each."""
        paths = [file.path for file in change.files]
        warnings = []
        if len(paths) > self.max_files:
            warnings.append(f"{len(paths)} files are changed; a minimal fix has {self.max_files}.")
        if change.lines > self.max_lines:
            warnings.append(f"{change.lines} lines are changed; the limit is {self.max_lines}.")
        if not any(_matches(path, self.tests) for path in paths):
            warnings.append("No test is touched; add one if possible.")
        warnings += [
            f"{path} is a lock, CI or migration file."
            for path in paths
            if _matches(path, self.sensitive)
        ]
        warnings += [
            f"{path} decides which commands later hotfixes run; this one keeps what it began with."
            for path in paths
            if is_configuration(path)
        ]
        return tuple(warnings)


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns)
