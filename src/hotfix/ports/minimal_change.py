"""What makes a change minimal and tested (procedure, step 2), and what a person is told if not."""

from collections.abc import Sequence
from fnmatch import fnmatch

from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.ports.repository import FileChange, is_configuration

_NO_TEST = "No test changed."


@frozen
class MinimalChange:
    """The limits of the procedure, as the team set them."""

    max_files: int  #: a change over these is not minimal
    max_lines: int  #: nor is one over these
    sensitive: tuple[str, ...]  #: path patterns of lock, CI and migration files
    tests: tuple[str, ...]  #: path patterns of test files

    def warnings(self, files: Sequence[FileChange]) -> tuple[str, ...]:
        """Return what is not as the procedure wants it, one sentence each."""
        paths = [file.path for file in files]
        lines = sum(file.added + file.deleted for file in files)
        warnings = []
        if len(paths) > self.max_files:
            warnings.append(f"{_changed(len(paths), 'file')}; a minimal fix has {self.max_files}.")
        if lines > self.max_lines:
            warnings.append(f"{_changed(lines, 'line')}; the limit is {self.max_lines}.")
        if not any(_matches(path, self.tests) for path in paths):
            warnings.append(_NO_TEST)
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


def in_question(warnings: Sequence[str]) -> str:
    """Return what to ask of a change that has ``warnings``, of which there is one at least."""
    how = "without one" if tuple(warnings) == (_NO_TEST,) else "with it"
    return f"{stands_out(warnings)} Go on {how}?"


def listed(warnings: Sequence[str]) -> tuple[str, ...]:
    """Return what is shown beside a question: one warning alone is named in the question itself."""
    return tuple(warnings) if len(warnings) > 1 else ()


def stands_out(warnings: Sequence[str]) -> str:
    """Return in one sentence what a question about a change begins with; empty for nothing."""
    if len(warnings) == 1:
        return warnings[0]
    return "This is more than a small, tested fix." if warnings else ""


def _matches(path: str, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatch(path, pattern) or fnmatch(name, pattern) for pattern in patterns)


def _changed(number: int, noun: str) -> str:
    return f"{counted(number, noun)} {'is' if number == 1 else 'are'} changed"
