"""A target ``test`` that the team has written itself: make, just or task."""

import re

from hotfix.detect.suites.suite import Clone, Suite

_FILES = (
    (
        ("GNUmakefile", "makefile", "Makefile"),
        re.compile(r"^test\s*:(?!=)", re.MULTILINE),
        "make test",
    ),
    (
        ("justfile", "Justfile", ".justfile"),
        re.compile(r"^@?test(?:\s[^:=\n]*)?:(?!=)", re.MULTILINE),
        "just test",
    ),
    (
        ("Taskfile.yml", "Taskfile.yaml"),
        re.compile(r"^(?P<indent>[ ]+)test:\s*(?:$|[\[{#])", re.MULTILINE),
        "task test",
    ),
)


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a folder with such a target."""
    for names, target, run in _FILES:
        for name in names:
            if target.search(clone.text(folder, name)):
                return Suite(
                    "make", folder, run, f"target test in {clone.path(folder, name)}", True
                )
    return None
