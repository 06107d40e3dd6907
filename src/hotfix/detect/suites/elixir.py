"""Elixir: ``mix test``."""

import re

from hotfix.detect.suites.suite import Clone, Suite

_TEST_FILE = re.compile(r".+_test\.exs")


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a project that has tests; those of an umbrella are tested with it."""
    if not clone.path(folder, "mix.exs") or not clone.has_below(folder, _TEST_FILE):
        return None
    return Suite("elixir", folder, "mix test", clone.path(folder, "mix.exs"), True)
