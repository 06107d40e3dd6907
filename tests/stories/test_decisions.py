"""Decisions on the way, and the ends that are not the usual one."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.deployment_log import entries
from hotfix.domain.event_data import Noted
from hotfix.domain.fact_names import FOLLOW_UP
from hotfix.domain.fold import fold
from hotfix.domain.problem import ProblemError
from hotfix.ports.signals import Signal
from hotfix.simulators.played_fix import GOOD_FIX, Edit, PlayedFix

UNTESTED = PlayedFix("Mend it", "", "", GOOD_FIX.edits[:1])
DARING = PlayedFix(
    "Mend it, and more",
    "",
    "",
    (*GOOD_FIX.edits, Edit(".github/workflows/ci.yml", "name: tests", "name: all tests")),
)


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as on:
        yield on


def facts(on):
    return fold(on.session.runs.events(on.run)).facts


@pytest.mark.parametrize(
    ("fix", "warning"),
    [
        (UNTESTED, "No test changed."),
        (DARING, ".github/workflows/ci.yml is a lock, CI or migration file."),
    ],
    ids=["without a test", "CI file"],
)
def test_more_than_a_minimal_fix_is_warned_about_and_said_in_the_pull_request(on, fix, warning):
    on.world.play_the_reviewer()
    on.world.play_the_engineer(fix)
    assert on.start() == exit_codes.DONE
    assert any(f"{warning} Go on" in line for line in on.lines)
    assert warning in on.world.github.hosted.pulls[2].issue.body


def test_a_follow_up_issue_has_what_is_still_open(on):
    on.configure("\n[close]\nfollow_up = true\n")
    on.world.play_the_reviewer()
    on.world.play_the_engineer(GOOD_FIX)
    assert on.start() == exit_codes.DONE
    (follow_up,) = [
        issue
        for issue in on.world.github.hosted.issues.values()
        if issue.title == "Follow-up: checkout returns 500"
    ]
    assert "A KeyError without a voucher." in follow_up.body
    assert facts(on)[FOLLOW_UP].endswith(f"/issues/{follow_up.number}")


def test_a_note_stands_on_the_timeline_under_the_name_of_who_wrote_it(on):
    on.world.play_the_reviewer()
    on.world.play_the_engineer(GOOD_FIX)
    assert on.start(yes=False) == exit_codes.WAITING
    note = Signal(Noted("customers are told by phone", "noor"))
    on.session.runs.mailbox(on.run).send(note)
    on.resume(yes=False)
    (written,) = fold(on.session.runs.events(on.run)).notes
    assert (written.by, written.text) == ("noor", "customers are told by phone")
    assert any("noor: customers are told by phone" in line for line in on.lines)


def test_a_finished_hotfix_can_still_be_rolled_back_and_the_log_has_both(on):
    on.world.play_the_reviewer()
    on.world.play_the_engineer(GOOD_FIX)
    assert on.start() == exit_codes.DONE
    assert on.checkout() == "200, as expected"
    assert on.resume(plan="rollback") == exit_codes.ROLLED_BACK
    assert on.checkout() == "500 Internal Server Error"
    found = entries(on.session.runs.events(on.run))
    assert [entry.outcome for entry in found] == ["deployed", "rolled-back"]


def test_abort_says_what_was_done_and_leaves_the_pull_request_unless_told(on):
    on.world.play_the_engineer(GOOD_FIX)
    on.leave_open()
    assert on.resume(plan="abort") == exit_codes.DONE
    assert on.world.github.hosted.pulls[2].issue.is_open
    assert on.world.kubernetes.lock_holder() == ""
    assert any("The run is over: aborted" in line for line in on.lines)


def test_a_description_that_would_name_the_deploy_branch_is_refused(on):
    with pytest.raises(ProblemError, match="nobody has reviewed"):
        on.start(description="production")
    assert on.session.runs.ids() == []
