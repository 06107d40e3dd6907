"""What git, a file or another program says is cut at line feeds, and nowhere else."""

import ast
from pathlib import Path

import pytest

import hotfix

_SOURCE = Path(hotfix.__file__).parent
# Where a line or a path that is cut in two is a wrong line or path. Elsewhere text is only shown.
_READ = ("adapters/git", "adapters/journal", "config", "domain", "processes", "runs", "steps")


@pytest.mark.parametrize("folder", _READ)
def test_no_foreign_text_is_cut_where_only_python_sees_a_line(folder):
    found = [
        f"{file.relative_to(_SOURCE)}:{node.lineno}"
        for file in (_SOURCE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "splitlines"
    ]
    assert [each for each in found if "role_to_grant" not in each] == []
