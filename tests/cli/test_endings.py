"""Every command, in every kind of trouble: a documented exit code, results apart from words.

The commands come from the command line itself, so that a new one is in the table at once.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.cli.forked import CLOSED, CLOSED_PIPE, FILLING, FILLING_UNBUFFERED, FULL, PIPE
from tests.journals.reading import HERE, recorded

from hotfix.cli.described import Parameter, every_command, parameters
from hotfix.cli.exit_codes import MEANINGS

ROOT = Path(__file__).parents[2]
FORKED = Path(__file__).with_name("forked.py")
COMMANDS: Mapping[str, tuple[Parameter, ...]] = {
    name: parameters(command) for name, command in every_command()
}
# What a command is given besides what it needs, so that its own trouble is met.
ALSO = {"start": ["--category", "api-errors"], "drill": ["--list"]}
# What prints its findings whether or not there is trouble in them; and what shows a walk, in which
# warnings have their place.
FINDINGS, WALKS = {"doctor", "init"}, {"start", "resume", "rollback", "abort", "takeover"}
LEAST = '[github]\nrepository = "webrana/webrana"\napi_url = "http://127.0.0.1:9"\n'
UNKNOWN = "hf-20260101-0000-none-abcd"


@dataclass(frozen=True)
class Ending:
    """One kind of trouble, and with which codes a command may end in it.

    Attributes:
        codes: all that may be.
        toml: what stands in ``hotfix.toml``; None for no such file.
        is_repository: whether the folder is one.
        state: the state directory, in the folder.
        journal: the name of a recorded journal that is there, and is named; empty for none.
        is_damaged: whether that is damaged in its sixth line.
        named: the run that is named instead.
        extra: words after all others.
        stdout: what standard output is.
        limit: how many bytes a file may have; None for any.
    """

    codes: AbstractSet[int]
    toml: str | None = LEAST
    is_repository: bool = True
    state: str = "state"
    journal: str = ""
    is_damaged: bool = False
    named: str = ""
    extra: tuple[str, ...] = ()
    stdout: str = PIPE
    limit: int | None = None


ENDINGS = {
    "no configuration": Ending({0, 1, 2, 3}, toml=None),
    "a file that is no TOML": Ending({0, 1, 2, 3}, toml="[github\n"),
    "no repository": Ending({0, 1, 2, 3}, toml=None, is_repository=False),
    "a configuration and no repository": Ending({0, 1, 2, 3, 4}, is_repository=False),
    "a state directory that cannot be": Ending({0, 1, 2, 3, 4}, state="hotfix.toml/state"),
    "a wrong option": Ending({2}, extra=("--nonesuch",)),
    "a word too many": Ending({2}, extra=("a", "b", "c")),
    "an unknown run": Ending({2, 3}, journal="done", named=UNKNOWN),
    "an unknown run where there is none": Ending({1, 2, 3}, named=UNKNOWN),
    "a damaged journal": Ending({0, 1, 2, 3, 4}, journal="done", is_damaged=True),
    "a full disk": Ending({0, 1, 2, 3, 4}, journal="interrupted", limit=0),
    "output that is read": Ending({0, 1, 2, 3, 4}, journal="done"),
    "output that nobody reads": Ending({0, 1, 2, 3, 4}, journal="done", stdout=CLOSED_PIPE),
    "output on a full disk": Ending({1, 2, 3, 4}, journal="done", stdout=FULL),
    "output on a disk that fills": Ending({1, 2, 3, 4}, journal="done", stdout=FILLING),
    "unbuffered output on a disk that fills": Ending(
        {1, 2, 3, 4}, journal="done", stdout=FILLING_UNBUFFERED
    ),
    "output that is closed": Ending({0, 1, 2, 3, 4}, journal="done", stdout=CLOSED),
}
# Where both forms are looked at: elsewhere the same words go through the same place.
AS_JSON = {
    "no configuration",
    "a wrong option",
    "an unknown run",
    "a damaged journal",
    "output on a full disk",
}
# One process runs them all; on a busy machine that takes its time.
pytestmark = pytest.mark.timeout(600)


def words(name: str, ending: Ending, run: str) -> list[str] | None:
    """Return the command as it is typed; None where it has no such trouble."""
    known = COMMANDS[name]
    takes = {each.name for each in known}
    needed = [each for each in known if each.required]
    named = [run or UNKNOWN if it.name == "RUN" else (*it.choices, "x")[0] for it in needed]
    said = [name, *named, *ALSO.get(name, [])]
    if run and "--run" in takes:
        said += ["--run", run]
    elif run and any(each.name == "RUN" and not each.required for each in known):
        said.append(run)
    elif ending.named and "RUN" not in takes:
        return None
    return [*said, *ending.extra]


def command(name: str, ending: Ending, folder: Path, *, as_json: bool) -> dict[str, object] | None:
    """Return the command as ``forked`` runs it, with its folder made; None as for ``words``."""
    run = ending.named or (recorded(ending.journal).progress.run if ending.journal else "")
    said = words(name, ending, run)
    if said is None:
        return None
    folder.mkdir()
    if ending.is_repository:
        shutil.copytree(folder.parents[1] / "clone" / ".git", folder / ".git")
    if ending.toml is not None:
        (folder / "hotfix.toml").write_text(ending.toml)
    if ending.journal:
        lay_down(folder / "state" / "runs", ending)
    return {
        "words": [*said, *(["--json"] if as_json else [])],
        "cwd": str(folder),
        "environ": {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "HOTFIX_OPERATOR": "dana",
            "HOTFIX_STATE_DIR": str(folder / ending.state),
        },
        "stdout": ending.stdout,
        "limit": ending.limit,
    }


def lay_down(runs: Path, ending: Ending) -> None:
    """Put the recorded journal there."""
    raw = (HERE / "recorded" / ending.journal / "journal.jsonl").read_bytes()
    if ending.is_damaged:
        lines = raw.splitlines(keepends=True)
        raw = b"".join((*lines[:5], lines[5][:-20] + b"\n", *lines[6:]))
    folder = runs / recorded(ending.journal).progress.run
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_bytes(raw)


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """Return how every command ends in every trouble: all are run at once, by one process."""
    root = tmp_path_factory.mktemp("endings")
    git = ["git", "init", "--quiet", "--template=", root / "clone"]
    subprocess.run(git, check=True, stdin=subprocess.DEVNULL)
    asked = {}
    for number, (trouble, ending) in enumerate(ENDINGS.items()):
        (root / str(number)).mkdir()
        for name, known in COMMANDS.items():
            for as_json in (False, True):
                # Wrong words are told as an object, too, where the command has no such form.
                has_form = bool(ending.extra) or "--json" in {each.name for each in known}
                if as_json and not (has_form and trouble in AS_JSON):
                    continue
                folder = root / str(number) / f"{name}{'-json' if as_json else ''}"
                made = command(name, ending, folder, as_json=as_json)
                if made is not None:
                    asked[trouble, name, as_json] = made
    # Without a buffer, nothing is met at a flush: that is a trouble of its own here.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, FORKED],
        input=json.dumps(list(asked.values())),
        capture_output=True,
        env={**environ, "PYTHONPATH": str(ROOT / "src")},
        text=True,
        timeout=500,
        check=True,
    )
    return dict(zip(asked, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("trouble", ENDINGS)
def test_every_command_ends_with_a_documented_code_and_says_why_apart(ended, trouble):
    met = {key[1:]: it for key, it in ended.items() if key[0] == trouble}
    assert len({name for name, _ in met}) == len(COMMANDS) or ENDINGS[trouble].named
    wrong = {
        key: (why, it)
        for key, it in met.items()
        if (why := what_is_wrong(trouble, key[0], it, as_json=key[1]))
    }
    assert not wrong


def test_when_the_reader_goes_is_chance_and_decides_on_no_exit_code(ended):
    read, gone = (
        {name: it["code"] for (trouble, name, _), it in ended.items() if trouble == wanted}
        for wanted in ("output that is read", "output that nobody reads")
    )
    assert {name for name in gone if not gone[name]} >= {"log", "show", "history", "status"}
    # A walk is broken off: nobody follows it any more.
    assert {name: code for name, code in gone.items() if code != read[name]}.keys() <= WALKS
    assert all(gone[name] for name in WALKS)


def what_is_wrong(trouble: str, name: str, it: Mapping[str, object], *, as_json: bool) -> str:
    """Return what of an ending breaks a promise; empty for nothing."""
    ending, code, out, err = ENDINGS[trouble], it["code"], str(it["out"]), str(it["err"])
    if code not in MEANINGS or code not in ending.codes:
        return "its code"
    if any(sign in err for sign in ("Traceback", "Exception ignored", "nobody foresaw")):
        return "it was not foreseen"
    if not code:
        return "" if not (as_json and out) or has_versions(out) else "its object"
    is_told = not (name == "doctor" or (ending.stdout == CLOSED_PIPE and not err))
    return why_not_apart(ending, name, it, as_json=as_json) if is_told else ""


def why_not_apart(ending: Ending, name: str, it: Mapping[str, object], *, as_json: bool) -> str:
    """Return what is wrong with how a command says that it could not; empty for nothing."""
    out, err = str(it["out"]), str(it["err"])
    has_part = ending.is_damaged and name in {"show", "report", *WALKS}
    if out and not (name in FINDINGS or has_part):
        return "it prints what a reader of results would take for one"
    if not as_json:
        return "" if "\nNext: " in err else "it names nothing to do next"
    told = json.loads(err.splitlines()[-1])
    return "" if (told["v"], told["exit_code"]) == (1, it["code"]) else "its error as an object"


def has_versions(out: str) -> bool:
    """Tell whether each object has one."""
    found = json.loads(out)
    return all(each["v"] == 1 for each in (found if isinstance(found, list) else [found]))


def test_the_table_in_the_readme_is_that_of_the_code():
    readme = (ROOT / "README.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", readme, re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == MEANINGS
