"""Scala: ``sbt test``."""

from hotfix.detect.suites.suite import Clone, Suite


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a build, its projects with it."""
    if not clone.path(folder, "build.sbt"):
        return None
    return Suite("scala", folder, "sbt test", clone.path(folder, "build.sbt"), True)
