"""Java: Maven, by the clone's own wrapper where it has one."""

from hotfix.detect.suites.suite import Clone, Suite


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a project, its modules with it."""
    if not clone.path(folder, "pom.xml"):
        return None
    program = clone.program(folder, "mvnw") or "mvn"
    return Suite("maven", folder, f"{program} -B test", clone.path(folder, "pom.xml"), True)
