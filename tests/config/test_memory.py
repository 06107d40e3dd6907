"""What was found right is remembered by all that decides it, and by nothing less."""

import ast
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hotfix.config import checked, memory
from hotfix.config.load import differences, parse
from hotfix.domain.problem import ProblemError

EXAMPLE = (Path(__file__).parents[2] / "hotfix.toml.example").read_text(encoding="utf-8")
TABLES = """
[review.logins]
"dana@example.com" = "dana"
"section" = "table"
[[probes]]
name = "cart"
url = "https://shop.example/cart"
headers = { accept = "text/html" }
"""
SMALL = '[github]\nrepository = "acme/shop"\n'


@pytest.fixture
def state(tmp_path):
    return str(tmp_path)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "accepted-configurations.json"


@pytest.fixture
def is_checked(monkeypatch):
    """Return what tells whether a text is checked once more."""
    check, done = checked.check, []

    def counted(*args, **kwargs):
        done.append(1)
        return check(*args, **kwargs)

    monkeypatch.setattr(checked, "check", counted)

    def tells(text, state, environ=(), *, is_on_record=False):
        done.clear()
        parse(text, dict(environ), "hotfix.toml", is_on_record=is_on_record, state=state)
        return bool(done)

    return tells


@pytest.mark.parametrize("text", [EXAMPLE, SMALL, SMALL + TABLES])
def test_what_is_remembered_is_what_was_found(text, state, is_checked):
    first = parse(text, {}, "hotfix.toml", state=state)
    assert not is_checked(text, state)
    second = parse(text, {}, "hotfix.toml", state=state)
    assert second == first
    assert repr(second) == repr(first)
    assert differences(first, second) == ()


def test_another_text_is_checked(state, is_checked):
    assert is_checked(SMALL, state)
    assert is_checked(SMALL + "\n", state)
    assert not is_checked(SMALL, state)


@pytest.mark.parametrize("what", ["version", "python", "a file of ours", "the library"])
def test_a_change_of_what_decides_is_another_text(
    what, state, is_checked, monkeypatch, tmp_path_factory
):
    assert is_checked(SMALL, state)
    copies = tmp_path_factory.mktemp("config")
    for each in Path(memory.__file__).parent.glob("*.py"):
        (copies / each.name).write_text(each.read_text())
    if what == "version":
        monkeypatch.setattr(memory, "__version__", "0.0.1")
    elif what == "python":
        monkeypatch.setattr(sys, "version", "3.99")
    elif what == "a file of ours":
        monkeypatch.setattr(memory, "__file__", str(copies / "memory.py"))
        assert not is_checked(SMALL, state)
        (copies / "model.py").write_text("# other rules")
    else:
        (copies / "version.py").write_text("VERSION = '99'")
        spec = find_spec("pydantic")
        monkeypatch.setattr(spec, "origin", str(copies / "__init__.py"))
        monkeypatch.setattr(memory, "find_spec", lambda _: spec)
    assert is_checked(SMALL, state)


@pytest.mark.parametrize(
    "text", ["[github", SMALL + "[git]\nbase = 1\n", SMALL + "# ghp_" + "a" * 36]
)
def test_what_is_wrong_is_never_remembered(text, state, file):
    for _ in range(2):
        with pytest.raises(ProblemError):
            parse(text, {}, "hotfix.toml", state=state)
    assert not file.exists()


def test_a_secret_that_a_run_keeps_is_not_written_once_more(state, file):
    parse(SMALL + "# ghp_" + "a" * 36, {}, "hotfix.toml", is_on_record=True, state=state)
    assert not file.exists()


def test_what_is_on_record_and_was_found_right_is_known(state, is_checked):
    assert is_checked(SMALL, state)
    assert not is_checked(SMALL, state, is_on_record=True)


def test_an_override_is_checked_each_time(state, is_checked):
    assert is_checked(SMALL, state)
    for _ in range(2):
        assert is_checked(SMALL, state, {"HOTFIX_GIT__BASE": "develop"})
    assert parse(SMALL, {}, "hotfix.toml", state=state).git.base == "main"


@pytest.mark.parametrize("damage", ["", "[]", "{", "3", '{"section": 1}'])
def test_a_damaged_memory_counts_for_nothing_and_is_mended(damage, state, file, is_checked):
    assert is_checked(SMALL, state)
    whole = json.loads(file.read_text())
    file.write_text(damage)
    assert is_checked(SMALL, state)
    assert not is_checked(SMALL, state)
    file.write_text(json.dumps({key: {"section": [1]} for key in whole}))
    assert is_checked(SMALL, state)


def test_what_others_could_have_written_counts_for_nothing(state, file, is_checked):
    assert is_checked(SMALL, state)
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o620)
    assert is_checked(SMALL, state)
    assert not is_checked(SMALL, state)
    moved = file.rename(file.with_name("elsewhere.json"))
    file.symlink_to(moved)
    assert is_checked(SMALL, state)


def test_without_a_state_directory_none_is_made(tmp_path, is_checked):
    gone = tmp_path / "gone"
    assert is_checked(SMALL, str(gone))
    assert not gone.exists()


def test_only_the_latest_are_kept(state, file):
    for number in range(40):
        parse(f"{SMALL}# {number}", {}, "hotfix.toml", state=state)
    assert len(json.loads(file.read_text())) == 16


def test_every_file_of_ours_that_the_model_is_made_with_decides():
    text = (Path(memory.__file__).parent / "model.py").read_text(encoding="utf-8")
    names = [it.module or "" for it in ast.walk(ast.parse(text)) if isinstance(it, ast.ImportFrom)]
    ours = {name for name in names if name.startswith("hotfix.")}
    known = {f"hotfix.config.{name}" for name in memory.DECIDING}
    assert ours
    assert ours <= known | {module.__name__ for module in memory.DECIDING_BESIDES}
