"""Python: pytest, by whatever keeps its environment; else what the project has in its place."""

import re
from typing import Any

from hotfix.detect.files import joined
from hotfix.detect.suites.suite import Clone, Suite

_PYTEST = re.compile(r"^\s*[\"']?pytest\b", re.MULTILINE)
_REQUIREMENTS = re.compile(r"(?:[\w-]*requirements[\w.-]*|constraints)\.(?:txt|in)|Pipfile")
_ENVIRONMENTS = {
    "uv.lock": "uv run",
    "poetry.lock": "poetry run",
    "pdm.lock": "pdm run",
    "Pipfile.lock": "pipenv run",
    "Pipfile": "pipenv run",
}
_CONFIGURED = {
    "pytest.ini": "",
    ".pytest.ini": "",
    "setup.cfg": "[tool:pytest]",
    "tox.ini": "[pytest]",
    "conftest.py": "",
}
_MARKS = frozenset(
    {"pyproject.toml", "setup.py", "setup.cfg", "tox.ini", "manage.py", "noxfile.py"}
)
_A_FEW = 20
_TESTS = frozenset({"tests", "test"})
_TEST_FILE = re.compile(r"test_\w+\.py|\w+_test\.py")
_USES = re.compile(r"^\s*(?:import|from) (pytest|unittest)\b", re.MULTILINE)


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a Python project."""
    names = clone.names(folder)
    has_requirements = any(map(_REQUIREMENTS.fullmatch, names))
    # A conftest.py is in many a folder of tests.
    if not names & (_MARKS | _CONFIGURED.keys() - {"conftest.py"}) and not has_requirements:
        return _loose(clone, folder)
    pyproject = clone.toml(folder, "pyproject.toml")
    tool = pyproject.get("tool")
    covers = isinstance(tool, dict) and "workspace" in _table(tool.get("uv"))
    seen = _pytest(clone, folder)
    if seen:
        environment = _environment(clone, folder, pyproject)
        run = f"{environment} pytest" if environment else "pytest"
        return Suite("python", folder, run, seen, covers)
    return _otherwise(clone, folder, names)


def _pytest(clone: Clone, folder: str) -> str:
    """Return the file that speaks of pytest, or nothing."""
    for name, section in _CONFIGURED.items():
        if clone.path(folder, name) and section in clone.text(folder, name):
            return clone.path(folder, name)
    pyproject = clone.text(folder, "pyproject.toml")
    if "[tool.pytest" in pyproject or re.search(r"[\"']?\bpytest\b(?![-\w])", pyproject):
        return clone.path(folder, "pyproject.toml")
    for name in sorted(clone.names(folder)):
        if not _REQUIREMENTS.fullmatch(name) or not _PYTEST.search(clone.text(folder, name)):
            continue
        if clone.has_below(folder, _TEST_FILE):
            return clone.path(folder, name)
    conftest = next(
        (each for each in ("tests", "test") if clone.path(joined(folder, each), "conftest.py")), ""
    )
    return clone.path(joined(folder, conftest), "conftest.py") if conftest else ""


def _environment(clone: Clone, folder: str, pyproject: Any) -> str:
    lock = clone.upwards(folder, *_ENVIRONMENTS)
    if lock:
        return _ENVIRONMENTS[lock]
    tool = _table(pyproject.get("tool"))
    if "poetry" in tool:
        return "poetry run"
    return "pdm run" if "pdm" in tool else ""


def _otherwise(clone: Clone, folder: str, names: frozenset[str]) -> Suite | None:
    if "manage.py" in names:
        return Suite("python", folder, "python3 manage.py test", clone.path(folder, "manage.py"))
    for name, sign, run in (("tox.ini", "[testenv", "tox"), ("noxfile.py", "nox", "nox")):
        if sign in clone.text(folder, name):
            return Suite("python", folder, run, clone.path(folder, name))
    for tests in ("tests", "test"):
        place = joined(folder, tests)
        for name in sorted(clone.names(place))[:_A_FEW]:
            if name.startswith("test") and "unittest" in clone.text(place, name):
                run = f"python3 -m unittest discover -s {tests} -t ."
                has_package = "__init__.py" in clone.names(place)
                run = run if has_package else f"python3 -m unittest discover -s {tests}"
                return Suite("python", folder, run, clone.path(place, name))
    return None


def _loose(clone: Clone, folder: str) -> Suite | None:
    """Return the tests of a folder that says nothing else of itself, or of its folder of tests."""
    above, _, last = folder.rpartition("/")
    is_of_tests = last in _TESTS
    if set(above.split("/")) & _TESTS:
        return None
    names = clone.names(folder)
    name = next((each for each in sorted(names) if re.fullmatch(r"test_\w+\.py", each)), "")
    if not name:
        return None
    uses = _USES.search(clone.text(folder, name))
    run = "pytest" if uses is None or uses[1] == "pytest" else "python3 -m unittest"
    if is_of_tests and run != "pytest" and "__init__.py" not in names:
        # Without it, the folder is not found from above.
        run = f"{run} discover -s {last}"
    place = (above or ".") if is_of_tests else folder
    return Suite("python", place, run, clone.path(folder, name), is_loose=True)


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
