"""Go: ``go test`` of a module."""

import re

from hotfix.detect.suites.suite import Clone, Suite

_TEST_FILE = re.compile(r".+_test\.go")


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a module that has tests."""
    if not clone.path(folder, "go.mod") or not clone.has_below(folder, _TEST_FILE):
        return None
    return Suite("go", folder, "go test ./...", clone.path(folder, "go.mod"))
