"""What every command keeps to, by what ``hotfix describe`` says of it: the next one, too."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from hotfix.cli.app import app_for
from hotfix.cli.described import described

DESCRIBED: Any = described()
COMMANDS: dict[str, Any] = {each["name"]: each for each in DESCRIBED["commands"]}
CODES = {each["code"] for each in DESCRIBED["exit_codes"]}
WRONG = 2
# What a required argument is given; of another name, it is any word.
_GIVEN = {"SHELL": "bash", "RUN": "hf-none"}
_BAD = {
    "choice": ["no-such-choice"],
    "number": ["much", "-1e999", "nan"],
    "whole number": ["few", "1.5", "99999999999999999999"],
    "path": ["/no/such/place"],
    "text": ["", "\x1b[31m\u2028", "x" * 5000],
}
# Without a world around it: what these do is none of what is looked at here.
_NOT_WALKED = {"drill", "init"}
_EVERYWHERE = [name for name in COMMANDS if name not in _NOT_WALKED]
_PLACES = {
    "no configuration": None,
    "no TOML": "[github\n",
    "not right": "[github]\nrepository = 3\nno_such_key = 1\n",
    "a secret": f'[github]\nrepository = "a/b"\nlabels = ["ghp_{"a1B2" * 9}"]\n',
}


def needed(name: str) -> list[str]:
    """What a command cannot do without."""
    parameters = COMMANDS[name]["parameters"]
    return [_GIVEN.get(it["name"], "x") for it in parameters if it["required"]]


def options(name: str) -> Iterator[Any]:
    return (it for it in COMMANDS[name]["parameters"] if it["is_option"])


def asks_for_json(name: str) -> list[str]:
    """How its errors are asked for as JSON."""
    for it in options(name):
        if it["name"] == "--json":
            return ["--json"]
        if it["name"] == "--format" and "json" in it["choices"]:
            return ["--format", "json"]
    return []


@pytest.fixture
def hotfix(capfd, monkeypatch, tmp_path):
    """Give a command where there is no run; returns exit code, standard output and error."""
    ours = ("HOTFIX_", "GH_", "GITHUB_", "SLACK_", "KUBE", "PAGERDUTY_", "STATUSPAGE_")
    for name in [each for each in os.environ if each.startswith(ours)]:
        monkeypatch.delenv(name)
    for name, value in {"HOTFIX_STATE_DIR": "state", "HOME": "home", "KUBECONFIG": "none"}.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    place = tmp_path / "place"
    (place / ".git").mkdir(parents=True)
    monkeypatch.chdir(place)

    def give(*words, config=None):
        if config is not None:
            (place / "hotfix.toml").write_text(config)
        with pytest.raises(SystemExit) as ended:
            app_for(words)(list(words))
        out, err = capfd.readouterr()
        code = ended.value.code or 0
        assert code in CODES, (words, code)
        for sign in ("Traceback", "nobody foresaw"):
            assert sign not in out + err, (words, err)
        if code:
            assert err.strip(), (words, "fails without a word")
        return code, out, err

    return give


def told(err: str, code: int) -> Any:
    """The object that an error is; what is said before it are remarks."""
    last = json.loads(err.rstrip("\n").split("\n")[-1])
    assert list(last) == ["v", "code", "what", "why", "next_command", "exit_code"]
    assert (last["v"], last["exit_code"]) == (1, code)
    assert last["what"]
    assert last["next_command"]
    return last


def values_in(out: str) -> Iterator[Any]:
    """The objects on standard output: one value, or one a line."""
    try:
        found = [json.loads(out)]
    except ValueError:
        found = [json.loads(line) for line in out.rstrip("\n").split("\n")]
    for each in found:
        yield from each if isinstance(each, list) else [each]


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_words_are_wrong_use_with_what_to_type(hotfix, name):
    for words in (["--no-such-option"], ["a", "b", "c", "d"]):
        code, out, err = hotfix(name, *needed(name), *words)
        assert (code, out) == (WRONG, "")
        assert f"Next: hotfix {name} --help" in err
        code, out, err = hotfix(name, *needed(name), *words, "--json")
        assert (code, out) == (WRONG, "")
        assert told(err, code)["code"] == "usage"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_without_its_value_and_a_choice_that_is_none_are_wrong_use(hotfix, name):
    for it in options(name):
        if it["type"] == "flag":
            continue
        asked = [*needed(name), *asks_for_json(name)]
        code, out, err = hotfix(name, *asked, it["name"])
        assert (code, out) == (WRONG, ""), it["name"]
        assert it["name"] in err
        if it["choices"]:
            code, out, err = hotfix(name, *needed(name), it["name"], "no-such-choice")
            assert (code, out) == (WRONG, ""), it["name"]
            assert all(choice in err for choice in it["choices"])


@pytest.mark.parametrize("name", _EVERYWHERE)
def test_a_value_that_makes_no_sense_is_told_in_words(hotfix, name):
    for it in options(name):
        for value in _BAD.get(it["type"], ()):
            code, out, err = hotfix(name, *needed(name), *asks_for_json(name), it["name"], value)
            if code and asks_for_json(name) and it["name"] != "--format":
                told(err, code)
                assert out == "", it["name"]


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize("name", _EVERYWHERE)
def test_what_is_missing_or_wrong_is_told_as_it_was_asked_for(hotfix, name, place):
    asked = asks_for_json(name)
    code, out, err = hotfix(name, *needed(name), *asked, config=_PLACES[place])
    if asked and code:
        told(err, code)
    if asked and out:
        assert all(each["v"] == 1 for each in values_in(out))
    if code:
        assert out == ""
    else:
        assert out
