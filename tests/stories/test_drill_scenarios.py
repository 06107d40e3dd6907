"""Every scenario tells its part; those of the engineer's own troubles end as they should."""

import json
import re

import pytest
from tests.house.plans import every_plan
from tests.stories.commands import commands
from tests.stories.stage import stage

from hotfix.cli import drill_walks, exit_codes
from hotfix.cli.screens import JsonLines
from hotfix.domain.event_data import RECORDS
from hotfix.domain.progress import BUDGET_STEP
from hotfix.simulators.git_origin import git_in
from hotfix.simulators.scenarios import SCENARIOS


def steps():
    """Return the names of the steps of all plans."""
    return {step.name for _, plan in every_plan() for phase in plan.phases for step in phase.steps}


EACH = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)


@EACH
def test_each_tells_its_player_what_to_do_and_when(scenario):
    assert re.fullmatch(r"[A-Z].*[.)a-z]", scenario.part), scenario.part
    assert {cue.step for cue in scenario.cues} <= {*steps(), BUDGET_STEP}
    # A fix that is to be wrong, to crash or to be slow is asked for, and again when it is due.
    if scenario.fix is not SCENARIOS["good-fix"].fix:
        assert scenario.part.startswith("Write a ")
        assert any(cue.step == "await_the_fix" for cue in scenario.cues)
    # What a player has to type is said.
    for act in scenario.acts:
        assert not act.by_player or act.saying.split(" --")[0] in scenario.part


@EACH
def test_what_ends_with_a_rollback_says_so_to_its_player(scenario):
    rolls_back = scenario.ends_with == exit_codes.ROLLED_BACK
    assert bool(re.search("roll(ed)? ?back|go back", scenario.part)) is rolls_back


@pytest.fixture
def play(monkeypatch, tmp_path, capsys):
    """Play a scenario to its end in a world; returns the exit code, and what is printed."""
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "mine"))

    def play(world, name):
        scenario = SCENARIOS[name]
        scenario.prepare(world)
        code = drill_walks.play(world, scenario, JsonLines(), as_json=True)
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return play


def writes(world, *parts):
    """Return how often each was asked for with effect."""
    asked = [f"{each.method} {each.path}" for each in world.received.all("github", writes=True)]
    return [sum(each.endswith(part) for each in asked) for part in parts]


def seqs(events, kind, step):
    """Return the places on record of what happened to a step."""
    return [each["seq"] for each in events if (each["type"], each.get("step")) == (kind, step)]


ONCE = ("POST /repos/webrana/webrana/pulls", "/pulls/2/merge", "/requested_reviewers")


def test_a_budget_that_is_blown_is_asked_about_before_the_merge(play, tmp_path):
    with stage(tmp_path / "world") as on:
        code, events = play(on.world, "budget-blown")
    assert code == exit_codes.DONE
    (asked,) = seqs(events, "decision_needed", "budget")
    (merged,) = seqs(events, "step_started", "merge_the_fix")
    assert asked < merged
    assert any("no longer fits" in each["what"] for each in events[-1]["noticed"])


def test_a_token_that_is_refused_is_mended_as_said_and_the_run_goes_on(play, tmp_path):
    with stage(tmp_path / "world") as on:
        code, events = play(on.world, "token-expired")
        assert writes(on.world, *ONCE) == [2, 1, 1]
    assert code == exit_codes.DONE
    (failed,) = [each["data"]["problem"] for each in events if each["type"] == "step_failed"]
    assert failed["what"] == "GitHub does not accept the token."
    assert failed["next_command"].startswith("export GH_TOKEN=")


def test_a_colleague_takes_over_from_another_laptop(play, tmp_path):
    with stage(tmp_path / "world") as on:
        dana = on.world.clone
        code, events = play(on.world, "hand-over")
        noor = on.world.clone
        assert writes(on.world, *ONCE) == [2, 1, 1]
        assert git_in(noor, "symbolic-ref", "--short", "HEAD") == "hotfix/checkout-returns-500"
    assert code == exit_codes.DONE
    assert noor != dana
    (resumed,) = [each for each in events if each["type"] == "run_resumed"]
    assert (resumed["operator"], resumed["data"]["taken_over_from"]) == ("noor", "dana")
    assert events[-2]["operator"] == "noor"


def test_a_laptop_that_dies_at_the_merge_does_nothing_twice(play, tmp_path):
    with commands(tmp_path / "world") as at:
        code, events = play(at.world, "laptop-dies")
        assert at.world.laptop_dies.is_set()
        assert writes(at.world, *ONCE) == [2, 1, 1]
        assert len([each for each in at.world.github.hosted.runs if each.event == "push"]) == 1
    assert code == exit_codes.DONE
    (resumed,) = seqs(events, "run_resumed", None)
    (begun,) = seqs(events, "step_started", "merge_the_fix")
    (done,) = seqs(events, "step_done", "merge_the_fix")
    assert begun < resumed < done
    card = events[-1]
    assert (card["type"], card["went_well"], card["tool"]["taken_up"]) == ("scorecard", True, 1)
    assert card["type"] not in RECORDS
    # It is no part of the history: what is kept of it is a scorecard.
    assert [each.name for each in (tmp_path / "mine").iterdir()] == ["drills"]


def test_with_slack_down_all_that_the_team_was_not_told_can_be_pasted(play, tmp_path):
    with stage(tmp_path / "world") as on:
        code, events = play(on.world, "slack-down")
        assert on.world.slack.messages == []
    assert code == exit_codes.DONE
    untold = {it["data"]["key"]: it["data"]["text"] for it in events if it["type"] == "untold"}
    phases = {it["phase"] for it in events if it["type"] == "phase_finished"}
    assert {"parent", "summary", *(f"phase:hotfix:{phase}" for phase in phases)} <= set(untold)
    assert untold["parent"].startswith("[HOTFIX] checkout returns 500: fixed and verified")
    assert not [it for it in events if it["type"] == "told" and it["data"]["key"] in untold]
    assert (events[-1]["type"], events[-1]["went_well"]) == ("scorecard", True)
