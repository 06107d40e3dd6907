"""The rules of the house, on its files and syntax trees: what a reader may rely on everywhere."""

import ast
import re

import pytest
from docs.tables.fact_uses import SRC
from tests.house.plans import every_step

from hotfix.domain.step import LeavesEvidence

_MOST_LINES = 400
_MOST_LINES_OF_A_STEP = 240
_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "core"}
FILES = sorted(path for path in SRC.rglob("*.py") if "storefront" not in path.parts)
STEPS = sorted(path for path in SRC.glob("steps/*.py") if path.stem != "__init__")
# Doing it twice does nothing, or the effect stays on this machine: the docstring says which.
_EFFECT = re.compile(r"^Effect: (.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_NEEDS_NO_EVIDENCE = re.compile(r"twice|on this machine alone|own evidence|refuses it")


def named(paths):
    return [pytest.param(path, id=path.relative_to(SRC).as_posix()) for path in paths]


def lines(path):
    return path.read_text(encoding="utf-8").count("\n")


def steps_in(path):
    """The classes of a file that are run as a step."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.FunctionDef) and each.name == "run" for each in node.body)
    ]


def effect_of(step):
    """What the docstring of a step says after ``Effect:``, on one line."""
    found = _EFFECT.search(ast.get_docstring(step) or "")
    return " ".join(found[1].split()) if found else ""


@pytest.mark.parametrize("path", named(FILES))
def test_a_file_is_read_in_one_go(path):
    assert lines(path) <= (_MOST_LINES_OF_A_STEP if path in STEPS else _MOST_LINES)


def test_records_are_made_at_once():
    """The drill's world, which no rollback waits for, may take its time."""
    rollback = [path for path in FILES if path.relative_to(SRC).parts[0] != "simulators"]
    slow = "@dataclass(frozen=True"
    found = [
        path.relative_to(SRC).as_posix()
        for path in rollback
        if any(line.startswith(slow) for line in path.read_text(encoding="utf-8").splitlines())
    ]
    assert found == []


def test_no_file_is_called_after_nothing():
    found = {path.stem for path in FILES} | {part for path in FILES for part in path.parent.parts}
    assert not found & _SAY_NOTHING


def test_no_two_files_of_a_room_differ_by_a_gerund():
    for folder in {path.parent for path in FILES}:
        stems = {path.stem for path in folder.glob("*.py")}
        pairs = {(stem, f"{stem.removesuffix('e')}ing") for stem in stems}
        doubled = {(stem, f"{stem}{stem[-1]}ing") for stem in stems}
        assert not [pair for pair in pairs | doubled if pair[1] in stems], folder


@pytest.mark.parametrize("path", named(STEPS))
def test_a_step_has_a_file_of_its_own_and_says_what_it_does_to_the_world(path):
    (step,) = steps_in(path)
    words = "".join(word.title() for word in path.stem.split("_"))
    assert step.name == words
    assert effect_of(step), "its docstring has no line that begins with Effect:"


@pytest.mark.parametrize("path", named(STEPS))
def test_a_step_with_an_effect_can_look_for_it_or_says_why_it_need_not(path):
    (step,) = steps_in(path)
    has_evidence = any(getattr(each, "name", "") == "evidence" for each in step.body)
    effect = effect_of(step)
    if effect == "none.":
        assert not has_evidence
    else:
        assert has_evidence or _NEEDS_NO_EVIDENCE.search(effect), effect


def test_what_the_plans_fence_has_an_effect():
    fenced = {name: step.step for name, step in every_step().items() if hasattr(step, "step")}
    for name, inner in fenced.items():
        path = SRC / f"steps/{type(inner).__module__.rpartition('.')[2]}.py"
        is_fence = type(every_step()[name]).__name__ == "UnderTheLock"
        assert not is_fence or effect_of(steps_in(path)[0]) != "none.", name
        assert isinstance(every_step()[name], LeavesEvidence) or not is_fence


def test_the_rules_find_what_breaks_them(tmp_path):
    path = tmp_path / "two.py"
    path.write_text(
        'class A:\n    """Does it.\n\n    Effect: writes\n    twice.\n    """\n'
        "    def run(self): ...\n"
        "class B:\n    def run(self): ...\n"
    )
    first, second = steps_in(path)
    assert effect_of(first) == "writes twice."
    assert effect_of(second) == ""
