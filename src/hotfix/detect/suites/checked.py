"""What the team's own checks run, of ecosystems whose files do not say that there are tests."""

import re
from collections.abc import Iterator

from hotfix.detect.suites.suite import Clone, Suite, words_of
from hotfix.domain.shell_signs import shell_sign

_TESTS = re.compile(
    r"(?P<kind>ctest|(?:bazelisk|bazel|buck2|pants|swift|zig|dart|flutter|lein|ninja|meson)"
    r"(?=(?: \S+)* tests?(?: |$)))(?: \S+)*"
)


def suites_in(clone: Clone) -> Iterator[Suite]:
    """Yield one for each such command line, where it needs no shell."""
    for (folder, line), path in clone.checked.items():
        found, words = _TESTS.fullmatch(line), words_of(line)
        if found and "$" not in line and words and not shell_sign(words):
            yield Suite(found["kind"], folder or ".", line, path)
