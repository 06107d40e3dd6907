"""Nobody is told of "1 hotfixes": what is counted in a sentence is counted by one function."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from hotfix.domain.figures import counted

SOURCE = Path(__file__).parents[2] / "src/hotfix"
# The simulators say what the tools in whose place they stand say.
FOREIGN = SOURCE / "simulators"
# " files", " ready pods"; what is named first is no plural, as in "2 is" and "7 was".
PLURAL = re.compile(r" (?:[a-z]+ )?(?!(?:is|was|has|does|needs|as|this|its|s)\b)[a-z]+s\b")
COUNTS = ("len", "sum", "count")


def counts_of(function: ast.AST) -> set[str]:
    """Return the names that a function gives to what it counts."""
    return {
        target.id
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and is_count(each.value, set())
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def is_count(value: ast.expr, names: set[str]) -> bool:
    if isinstance(value, ast.Call):
        called = value.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        return name in COUNTS
    if isinstance(value, ast.BinOp):
        return is_count(value.left, names) or is_count(value.right, names)
    return isinstance(value, ast.Name) and value.id in names


def wrong(tree: ast.AST) -> Iterator[str]:
    """Yield the texts in which a count stands before a plural, whatever it is."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = counts_of(function)
        for text in (each for each in ast.walk(function) if isinstance(each, ast.JoinedStr)):
            for value, after in zip(text.values, text.values[1:], strict=False):
                is_word = isinstance(after, ast.Constant) and PLURAL.match(str(after.value))
                is_counted = isinstance(value, ast.FormattedValue) and is_count(value.value, names)
                if is_word and is_counted:
                    yield ast.unparse(text)


def test_what_is_counted_in_a_sentence_may_be_one():
    found = {
        f"{path.relative_to(SOURCE)}: {text}"
        for path in sorted(SOURCE.rglob("*.py"))
        if FOREIGN not in path.parents
        for text in wrong(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_it_finds_them():
    source = "def f(a):\n n = len(a)\n return f'{n} files', f'{len(a) - 1} ready pods', f'{n} is'"
    assert list(wrong(ast.parse(source))) == ["f'{n} files'", "f'{len(a) - 1} ready pods'"]


def test_each_noun_has_its_plural():
    said = [counted(2, noun) for noun in ("file", "hotfix", "entry", "day", "branch", "process")]
    assert said == ["2 files", "2 hotfixes", "2 entries", "2 days", "2 branches", "2 processes"]
    assert counted(1, "hotfix") == "1 hotfix"
