"""Deno: the task ``test``."""

from collections.abc import Mapping

from hotfix.detect.suites.suite import Clone, Suite


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a project that names one."""
    for name in ("deno.json", "deno.jsonc"):
        tasks = clone.json(folder, name).get("tasks")
        if isinstance(tasks, Mapping) and tasks.get("test"):
            path = clone.path(folder, name)
            return Suite("deno", folder, "deno task test", f"tasks.test in {path}", True)
    return None
