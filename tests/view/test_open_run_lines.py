"""What a command leaves behind: which run is open, and what goes on without the command."""

from dataclasses import replace

import pytest
from tests.domain.runs_on_record import RUNS

from hotfix.domain.fold import fold
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.progress import Progress, RunState
from hotfix.view.open_run_lines import open_run_lines

SHA = "1234567890" * 4
URL = "https://github.example/o/r/pull/7"
MERGED = {"merge_sha": SHA, "pull_request_url": URL}
PROBED = ProbeResult("checkout", is_green=True, saw="200", seconds=0.1).to_json()
PROVEN = {**MERGED, "rollout": (), "verified_by": "dana", "probes_after": [PROBED]}
ROLLED_OUT = frozenset({("hotfix", "watch_rollout"), ("hotfix", "merge_the_fix")})
VERIFIED = ROLLED_OUT | {("hotfix", "confirm_by_a_person")}
SENT, SEEN = ("rollback", "restore_the_recorded_set"), ("rollback", "watch_the_restoration")
AGAIN = ("rollback", "deploy_the_good_run_again")


@pytest.mark.parametrize(
    ("known", "done", "begun", "plan", "said"),
    [
        ({}, (), (), "hotfix", "Nothing of it is merged."),
        ({"pull_request_url": URL}, (), (), "hotfix", f"its pull request stays open: {URL}"),
        ({}, (), (), "hotfix", "Run hf-1 is open: hotfix resume hf-1"),
        (
            {"lock_token": 3},
            (),
            (),
            "hotfix",
            "holds the hotfix lock. To give it back: hotfix abort hf-1",
        ),
        (MERGED, (), (), "hotfix", "Production may still be changing: 12345678 is merged"),
        (MERGED, (), (), "hotfix", "To go back: hotfix rollback hf-1"),
        (MERGED, ROLLED_OUT, (), "hotfix", "that it is deployed was not seen."),
        ({**MERGED, "rollout": ()}, ROLLED_OUT, (), "hotfix", "nobody has said that it works."),
        (
            {**MERGED, "rollout": (), "verified_by": "dana"},
            VERIFIED,
            (),
            "hotfix",
            "works, says dana; not all is proven",
        ),
        ({**PROVEN}, VERIFIED, (), "hotfix", "The fix is deployed and verified."),
        (
            {"merge_how": "queue"},
            {("hotfix", "merge_the_fix")},
            (),
            "hotfix",
            "Whether it is merged is not known",
        ),
        (MERGED, (), (), "rollback", "Nothing is rolled back yet."),
        (MERGED, (), {SENT}, "rollback", "Whether the rollback was sent is not known"),
        (MERGED, {SENT}, (), "rollback", "Production may still be changing: the rollback is sent"),
        (
            MERGED,
            {AGAIN},
            (),
            "rollback",
            "Production may still be changing: the deployment of the",
        ),
    ],
)
def test_each_stand_says_what_goes_on_without_the_command(known, done, begun, plan, said):
    progress = Progress(
        run="hf-1",
        plan=plan,
        state=RunState.INTERRUPTED,
        known=known,
        done=frozenset(done),
        begun=frozenset(begun),
    )
    assert said in "\n".join(open_run_lines(progress))


def test_a_rollback_that_was_watched_to_its_end_is_not_said_to_go_on():
    done = frozenset({SENT, SEEN})
    progress = Progress(run="hf-1", plan="rollback", known=MERGED, done=done)
    assert open_run_lines(progress) == ["Run hf-1 is open: hotfix resume hf-1"]


@pytest.mark.parametrize("name", ["interrupted", "deciding", "rolling_back"])
def test_a_run_on_record_begins_with_its_name(name):
    progress = replace(fold(RUNS[name]().events()), run="hf-9")
    assert open_run_lines(progress)[0] == "Run hf-9 is open: hotfix resume hf-9"


def test_the_command_that_stands_below_as_the_next_one_is_not_said_twice():
    progress = Progress(run="hf-1", plan="hotfix")
    assert open_run_lines(progress, "hotfix resume hf-1 --yes")[0] == "Run hf-1 is open."
    assert "hotfix resume hf-1" in open_run_lines(progress, "hotfix rollback")[0]
