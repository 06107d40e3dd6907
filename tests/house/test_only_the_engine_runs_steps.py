"""On the syntax tree: the engine alone runs steps, and looks for their evidence.

A step that is run elsewhere leaves no intent on disk, and a crash would do it twice.
"""

import ast
from pathlib import Path

import pytest

import hotfix

SOURCE = Path(hotfix.__file__).parent
# A wrapper is a step itself: it runs the one inside it when the engine runs the wrapper.
WRAPPERS = {"wrappers/under_the_lock.py", "wrappers/or_roll_back.py"}


def steps_run_in(source):
    """Calls of ``run`` or ``evidence`` as every step has them, on whatever they are called."""
    return [
        ast.unparse(call)
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"run", "evidence"}
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "subprocess")
    ]


def modules(*, of_the_engine):
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        is_engine = name.startswith("engine/") or name in WRAPPERS
        if is_engine is of_the_engine and "storefront" not in name:
            yield name, path.read_text()


def test_nobody_else_does():
    found = {name: steps_run_in(text) for name, text in modules(of_the_engine=False)}
    assert {name: calls for name, calls in found.items() if calls} == {}


def test_the_engine_and_the_wrappers_do():
    found = {name for name, text in modules(of_the_engine=True) if steps_run_in(text)}
    assert found == {
        "engine/run.py",
        "engine/look_ahead.py",
        "engine/second_look.py",
        "engine/settle.py",
        *WRAPPERS,
    }


@pytest.mark.parametrize(
    "line",
    [
        "step.run(facts, ports)",
        "self._inside.run(facts=facts, ports=ports)",
        "plan.phases[0].steps[0].run(*known)",
        "SeeWhatRunsNow((), (), '').run(facts, ports)",
        "found = [step.evidence(facts, ports) for step in steps]",
    ],
)
def test_it_would_be_seen(line):
    assert steps_run_in(line)
    assert not steps_run_in("subprocess.run(['git'], check=True); journal.run; run(plan, ports)")
