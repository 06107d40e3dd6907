"""JavaScript: the script ``test`` of package.json, by npm, pnpm, yarn or bun."""

from collections.abc import Mapping
from typing import Any

from hotfix.detect.suites.suite import Clone, Suite, is_under

_MANAGERS = {
    "pnpm-lock.yaml": "pnpm",
    "pnpm-workspace.yaml": "pnpm",
    "yarn.lock": "yarn",
    "bun.lockb": "bun",
    "bun.lock": "bun",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
}
# Taken in the place of "test" where there is none.
_OTHERS = ("test:ci", "test:unit", "tests")
# What `npm init` writes.
_NONE = "no test specified"
_FOR_EACH = {
    "npm": "npm test --workspaces --if-present",
    "pnpm": "pnpm -r --if-present test",
    "bun": "bun run --filter '*' test",
}


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a package, or of a workspace."""
    path = clone.path(folder, "package.json")
    if not path:
        return None
    package = clone.json(folder, "package.json")
    manager = _manager(clone, folder, package)
    is_workspace = bool(package.get("workspaces")) or bool(
        clone.path(folder, "pnpm-workspace.yaml")
    )
    script = _script(package)
    if script:
        run = (
            f"{manager} run {script}" if script != "test" or manager == "bun" else f"{manager} test"
        )
        return Suite("node", folder, run, f"scripts.{script} in {path}", is_workspace)
    if is_workspace and manager in _FOR_EACH and _members_test(clone, folder):
        return Suite("node", folder, _FOR_EACH[manager], f"the workspaces of {path}", True)
    return None


def _script(package: Mapping[str, Any]) -> str:
    scripts = package.get("scripts")
    if not isinstance(scripts, Mapping):
        return ""
    for name in ("test", *_OTHERS):
        line = scripts.get(name)
        if isinstance(line, str) and line.strip() and _NONE not in line:
            return name
    return ""


def _manager(clone: Clone, folder: str, package: Mapping[str, Any]) -> str:
    named = str(package.get("packageManager") or "").partition("@")[0]
    if named in _MANAGERS.values():
        return named
    return _MANAGERS.get(clone.upwards(folder, *_MANAGERS), "npm")


def _members_test(clone: Clone, folder: str) -> bool:
    return any(
        is_under(each, folder) and _script(clone.json(each, "package.json"))
        for each, names in clone.files.folders.items()
        if "package.json" in names
    )
