"""Help: whole, on standard output, with 0; wrong words: on standard error, with 2 and a guess."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hotfix.cli.app import EXAMPLES, GROUPS, app_for
from hotfix.cli.described import every_command, parameters
from hotfix.composition.drill import scenarios

COMMANDS = dict(every_command())
AS_JSON = [name for name, it in COMMANDS.items() if "--json" in {p.name for p in parameters(it)}]
RECORDED = Path(__file__).parents[1] / "journals" / "recorded" / "aborted-after-a-question"
RUN = "hf-20260312-0312-checkout-returns-500-t5mz"
NEEDED = {"start": ["x"], "takeover": ["hf-none"], "forget": ["hf-none"], "note": ["x"]}


def hotfix(capfd, *words):
    """Return exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as ended:
        app_for(words)(list(words))
    out, err = capfd.readouterr()
    return ended.value.code, out, err


@pytest.mark.parametrize("words", [(), ("-h",), ("--help",), ("help",), ("help", "help")])
@pytest.mark.parametrize("columns", [60, 80])
def test_the_help_names_every_command_by_when_one_needs_it(capfd, monkeypatch, words, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = hotfix(capfd, *words)
    assert (code, err) == (0, "")
    at = [out.index(f"{group}:") for group in GROUPS]
    assert at == sorted(at)
    flat = " ".join(out.split())
    for name, command in COMMANDS.items():
        assert f"{name} {(command.help or '').partition(chr(10))[0]}" in flat
    told = out.partition("\n\nAt three")[0]
    assert max(map(len, told.splitlines())) <= columns


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_three_ways_with_examples(capfd, name):
    found = [hotfix(capfd, *words) for words in ((name, "-h"), (name, "--help"), ("help", name))]
    assert found[0] == found[1] == found[2]
    code, out, err = found[0]
    assert (code, err) == (0, "")
    assert all(f"  {example}" in out for example in EXAMPLES[name])


@pytest.mark.parametrize(
    "example", [example for each in EXAMPLES.values() for example in each], ids=str
)
def test_every_example_is_understood(example):
    _, _, words = example.replace("<(", "").replace("$(", "").replace('"$', "").partition("hotfix ")
    name, *rest = shlex.split(words.partition(" | ")[0].replace(')"', "").rstrip(")"))
    COMMANDS[name].make_context(name, rest)


def test_the_version_is_on_standard_output(capfd):
    code, out, err = hotfix(capfd, "--version")
    assert (code, err) == (0, "")
    assert out.startswith("hotfix ")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("statsu",), "status"),
        (("help", "rolback"), "rollback"),
        (("start", "x", "--category", "paments"), "payments"),
        (("start", "x", "--severety", "major"), "--severity"),
        (("drill", "--scenario", "bad-fx"), "bad-fix"),
        (("resume", "--answer", "tests-failed=retyr"), "retry"),
        (("lock", "relase"), "release"),
    ],
)
def test_wrong_words_are_wrong_use_and_what_was_meant_is_guessed(capfd, words, meant):
    code, out, err = hotfix(capfd, *words)
    assert (code, out) == (2, "")
    assert "id you mean" in err
    assert meant in err
    assert "\nNext: hotfix " in err


@pytest.mark.parametrize("words", [("start",), ("--frob",), ("takeover",), ("completion", "tcsh")])
def test_what_is_missing_or_unknown_is_wrong_use(capfd, words):
    code, out, err = hotfix(capfd, *words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("name", AS_JSON)
def test_with_json_a_wrong_word_is_one_object_on_standard_error(capfd, name):
    code, out, err = hotfix(capfd, name, *NEEDED.get(name, ()), "--json", "--frob")
    assert (code, out) == (2, "")
    told = json.loads(err)
    assert (told["v"], told["code"], told["exit_code"]) == (1, "usage", 2)
    assert told["next_command"] == f"hotfix {name} --help"
    assert list(told) == ["v", "code", "what", "why", "next_command", "exit_code"]


@pytest.mark.parametrize(
    "name", [name for name in AS_JSON if name not in {"drill", "history", "log"}]
)
def test_with_json_a_problem_is_one_object_on_standard_error(capfd, monkeypatch, tmp_path, name):
    """There is neither a run nor a configuration here."""
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    for given in [each for each in os.environ if each.startswith("HOTFIX_CONFIG")]:
        monkeypatch.delenv(given)
    code, out, err = hotfix(capfd, name, *NEEDED.get(name, ()), "--json")
    assert out == ""
    told = json.loads(err.splitlines()[-1])
    assert told["exit_code"] == code
    assert code in {1, 2, 3}
    assert all(told[key] for key in ("v", "code", "what", "why", "next_command"))


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("hotfix ro", ["rollback"]),
        ("hotfix start x --category pay", ["payments"]),
        ("hotfix drill --scenario bad", ["bad-fix"]),
        # What is said of one is longer than a line, and is no word to be completed.
        ("hotfix drill ", list(scenarios())),
        ("hotfix resume ", [RUN]),
        ("hotfix rollback --deployment web", ["webrana-backend", "webrana-frontend"]),
        ("hotfix completion z", ["zsh"]),
        ("hotfix help ro", ["rollback"]),
        # Nothing of ours: the shell's own files are completed.
        ("hotfix report --output ", []),
        ("hotfix start --config hot", []),
    ],
)
def test_bash_completes_commands_runs_deployments_scenarios_and_categories(
    tmp_path, line, completed
):
    """In a real bash, with what ``hotfix completion bash`` prints."""
    run = tmp_path / "state" / "runs" / RUN
    run.mkdir(parents=True)
    shutil.copy(RECORDED / "journal.jsonl", run)
    (tmp_path / "hotfix.toml").write_text(
        '[github]\nrepository = "webrana/webrana"\n[kubernetes]\nnamespace = "webrana"\n'
        'deployments = ["webrana-backend", "webrana-frontend"]\n'
    )
    script = (
        "source <(hotfix completion bash); "
        f"COMP_LINE={shlex.quote(line)}; COMP_POINT=${{#COMP_LINE}}; "
        "_hotfix hotfix; printf '%s\\n' ${#COMPREPLY[@]} \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        cwd=tmp_path,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "HOTFIX_STATE_DIR": str(tmp_path / "state"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout.split(), done.stderr) == ([str(len(completed)), *completed], "")
