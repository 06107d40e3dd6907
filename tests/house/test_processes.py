"""Programs are started, and processes ended, in one room."""

import ast

import pytest
from docs.tables.fact_uses import SRC

ROOM = SRC / "processes"
FILES = sorted(
    path
    for path in SRC.rglob("*.py")
    if ROOM not in path.parents and "storefront" not in path.parts
)
_STARTS_OR_ENDS = {
    "subprocess": {"Popen", "run", "call", "check_call", "check_output", "getoutput"},
    "os": {"kill", "killpg", "fork", "system", "popen", "posix_spawn", "execv", "execvp"},
    "multiprocessing": {"Process", "Pool"},
    "asyncio": {"create_subprocess_exec", "create_subprocess_shell"},
}
# Methods of those who are started elsewhere: of Popen, and of GitPython's command.
_ENDS = {"send_signal", "execute"}


def ways_around(tree: ast.AST) -> list[str]:
    """Return what in it starts or ends a process by itself."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = ast.unparse(node.func.value), node.func.attr
            if name in _STARTS_OR_ENDS.get(owner, ()) or name in _ENDS:
                found.append(f"{owner}.{name}")
        if isinstance(node, ast.ImportFrom):
            taken = {each.name for each in node.names} & _STARTS_OR_ENDS.get(
                node.module or "", set()
            )
            found += sorted(taken)
    return found


@pytest.mark.parametrize("path", [pytest.param(p, id=p.relative_to(SRC).as_posix()) for p in FILES])
def test_nobody_starts_or_ends_a_process_elsewhere(path):
    assert ways_around(ast.parse(path.read_text(encoding="utf-8"))) == []


def test_the_rule_finds_what_breaks_it():
    code = (
        "import os, subprocess\nfrom subprocess import Popen\n"
        "subprocess.run(['git'])\nos.killpg(1, 9)\nprocess.send_signal(9)\nrun(['git'])\n"
    )
    found = ways_around(ast.parse(code))
    assert sorted(found) == ["Popen", "os.killpg", "process.send_signal", "subprocess.run"]
