"""Where git, the working directory or a place for the record is missing, every command has words.

The commands are those of ``hotfix describe``: the next one is looked at, too. Each is a process of
its own, as some of it happens while modules are imported.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.adapters.git.clones import git, origin_and_clone
from tests.cli.test_conventions import CODES, COMMANDS, needed

CONFIG = """
[github]
repository = "acme/shop"
merge_into = "main"
api_url = "http://127.0.0.1:9"
[[tests]]
name = "unit"
run = "true"
"""
Environ = dict[str, str]
Lack = Callable[[Environ, Path], tuple[Environ, list[str]]]
MORE = {"start": ("--category", "api-errors", "--yes"), "init": ("--yes",), "drill": ("--list",)}
GONE = """
import os, sys
os.chdir(sys.argv[1])
os.rmdir(sys.argv[1])
sys.argv = ["hotfix", *sys.argv[2:]]
from hotfix.cli.entry import main
main()
"""
PLAIN = "import sys; sys.argv[0] = 'hotfix'; from hotfix.cli.entry import main; main()"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    _, made = origin_and_clone(tmp_path_factory.mktemp("poor"))
    (made / "hotfix.toml").write_text(CONFIG)
    return made


def without_git(environ, at):
    return {**environ, "PATH": str(at / "no-programs")}, [sys.executable, "-c", PLAIN]


def without_a_folder(environ, at):
    gone = at / "gone"
    gone.mkdir()
    return environ, [sys.executable, "-c", GONE, str(gone)]


def without_a_place(environ, at):
    (at / "a-file").write_text("")
    return {**environ, "HOTFIX_STATE_DIR": str(at / "a-file")}, [sys.executable, "-c", PLAIN]


def without_a_home(environ, _at):
    bare = {key: value for key, value in environ.items() if not key.startswith(("HOME", "HOTFIX"))}
    return {**bare, "XDG_STATE_HOME": "relative"}, [sys.executable, "-c", PLAIN]


def given(lack: Lack, clone: Path, at: Path, *words: str):
    at.mkdir()
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(at / "home"),
        "HOTFIX_STATE_DIR": str(at / "state"),
        "KUBECONFIG": str(at / "no-kubeconfig"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GH_TOKEN": "ghp_of_a_test",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environ, process = lack(environ, at)
    return subprocess.run(
        [*process, *words],
        cwd=clone,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("lack", [without_git, without_a_folder, without_a_place, without_a_home])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_ends_in_a_way_that_nobody_foresaw(name, lack, clone, tmp_path):
    ended = given(lack, clone, tmp_path / "it", name, *needed(name), *MORE.get(name, ()))
    said = ended.stdout + ended.stderr
    assert "nobody foresaw" not in said
    assert "Traceback" not in said
    assert ended.returncode in CODES, said
    # Of what is to be mended, doctor says at each how.
    assert ended.returncode == 0 or "Next:" in said or name == "doctor", said
    assert not list(tmp_path.glob("it/state/tracebacks"))


def test_a_prompt_in_a_folder_that_is_gone_is_left_alone(clone, tmp_path):
    done = given(without_a_folder, clone, tmp_path / "it", "status", "--short")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("lack", "area", "saw", "mend"),
    [
        (without_git, "git", "git is not there.", "Install git"),
        (without_a_place, "runs", "cannot be written", "ls -ld "),
    ],
)
def test_doctor_names_it_among_the_other_needs(lack, area, saw, mend, clone, tmp_path):
    done = given(lack, clone, tmp_path / "it", "doctor", "--json")
    failed = [it for it in json.loads(done.stdout)["needs"] if it["finding"] == "failed"]
    (need,) = (it for it in failed if it["area"] == area)
    assert saw in need["saw"]
    assert mend in need["mend"]
    assert {it["area"] for it in failed} > {area}
    assert done.returncode != 0


def test_doctor_leaves_nothing_behind_where_a_record_could_be_kept(clone, tmp_path):
    done = given(
        lambda environ, _: (environ, [sys.executable, "-c", PLAIN]),
        clone,
        tmp_path / "it",
        "doctor",
        "--json",
    )
    assert "runs" not in {it["area"] for it in json.loads(done.stdout)["needs"]}
    assert list((tmp_path / "it").iterdir()) == []


def test_what_is_advised_where_no_record_can_be_kept_can_be_typed(clone, tmp_path):
    at = tmp_path / "with a space"
    done = given(without_a_place, clone, at, "start", "x", *MORE["start"])
    advised = done.stderr.partition("Next: ")[2].partition("; the same command again")[0]
    shell = shutil.which("sh") or "/bin/sh"
    tried = subprocess.run([shell, "-c", advised], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert not git(clone, "branch", "--list", "hotfix/*")


@pytest.mark.parametrize(
    ("folder", "advice"),
    [("clone", "hotfix init"), ("elsewhere", "cd into the clone of your team's repository")],
)
def test_init_is_advised_only_where_it_can_help(folder, advice, clone, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    bare = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", str(clone), str(bare))
    done = given(
        lambda environ, _: (environ, [sys.executable, "-c", PLAIN]),
        tmp_path / folder,
        tmp_path / "it",
        "doctor",
    )
    assert done.stderr.partition("Next: ")[2].startswith(advice)
