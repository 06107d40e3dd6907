""".NET: ``dotnet test`` of a solution, or of a project of tests."""

import re

from hotfix.detect.suites.suite import Clone, Suite

_SOLUTION = re.compile(r".+\.slnx?")
_TESTS = re.compile(r".*tests?\.(?:cs|fs|vb)proj", re.IGNORECASE)


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a solution that has tests, or of the tests themselves."""
    solutions = sorted(filter(_SOLUTION.fullmatch, clone.names(folder)))
    if solutions and clone.has_below(folder, _TESTS):
        # Of several, it has to be told which.
        named = f" {solutions[0]}" if len(solutions) > 1 and " " not in solutions[0] else ""
        return Suite(
            "dotnet", folder, f"dotnet test{named}", clone.path(folder, solutions[0]), True
        )
    project = next(iter(sorted(filter(_TESTS.fullmatch, clone.names(folder)))), "")
    return Suite("dotnet", folder, "dotnet test", clone.path(folder, project)) if project else None
