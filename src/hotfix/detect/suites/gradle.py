"""Java and Kotlin: Gradle, by the clone's own wrapper where it has one."""

from hotfix.detect.suites.suite import Clone, Suite

_FILES = ("settings.gradle.kts", "settings.gradle", "build.gradle.kts", "build.gradle")


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a build, its projects with it."""
    found = next((each for each in _FILES if clone.path(folder, each)), "")
    if not found:
        return None
    program = clone.program(folder, "gradlew") or "gradle"
    return Suite("gradle", folder, f"{program} test", clone.path(folder, found), True)
