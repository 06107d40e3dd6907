"""Every command, in every kind of trouble: a documented exit code, results apart from words."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hotfix.cli.app import GROUPS
from hotfix.cli.described import every_command, parameters
from hotfix.cli.exit_codes import MEANINGS

ROOT = Path(__file__).parents[2]
HOTFIX = str(Path(sys.executable).with_name("hotfix"))
COMMANDS = [name for names in GROUPS.values() for name in names]
# What a command needs besides, so that its own trouble is met.
WORDS = {
    "start": ["x", "--category", "api-errors"],
    "takeover": ["hf-none"],
    "note": ["text"],
    "init": ["--rbac"],
    "completion": ["bash"],
    "drill": ["--list"],
}
AS_JSON = {
    name for name, command in every_command() if "--json" in {p.name for p in parameters(command)}
}
NEEDS_NOTHING = {"completion", "describe", "drill", "log"}
LEAST = '[github]\nrepository = "webrana/webrana"\n'
# What is in the way, with the exit code of those commands that it is in the way of.
TROUBLES = {
    "no configuration": ("", {2, 3}),
    "a wrong key": (f"{LEAST}reviwer = 'rena'\n", {3}),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_command_ends_with_a_code_of_the_table_and_says_why_apart(tmp_path, trouble):
    text, codes = TROUBLES[trouble]
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if text:
        (tmp_path / "hotfix.toml").write_text(text)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "HOTFIX_STATE_DIR": str(tmp_path / "state"),
    }
    running = {
        name: subprocess.Popen(
            [HOTFIX, name, *WORDS.get(name, ()), *(["--json"] if name in AS_JSON else [])],
            cwd=tmp_path,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in COMMANDS
    }
    for name, process in running.items():
        out, err = process.communicate(timeout=90)
        code = process.returncode
        assert code in MEANINGS, (name, code)
        assert "Traceback" not in err
        if name in NEEDS_NOTHING:
            assert (code, err) == (0, ""), name
        elif name == "doctor" and code and out:
            assert json.loads(out)["ready"] is False
        elif code:
            # Nothing that a reader of results would take for one.
            assert out == "", (name, out)
            # Without a run, some are in the way of nothing else.
            assert code in codes | {1}, (name, code, err)
            if name in AS_JSON:
                told = json.loads(err.splitlines()[-1])
                assert (told["v"], told["exit_code"]) == (1, code)
            else:
                assert "\nNext: " in err, (name, err)
        if name in AS_JSON and out:
            (found,) = [json.loads(out)] if out[0] in "[{" else [{}]
            assert all(each["v"] == 1 for each in (found if isinstance(found, list) else [found]))


def test_the_table_in_the_readme_is_that_of_the_code():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", readme, re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == MEANINGS
