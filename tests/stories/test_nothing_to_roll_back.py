"""``hotfix rollback`` of a run that has merged nothing: nothing is said to be rolled back."""

from contextlib import nullcontext

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.deployment_log import entries
from hotfix.domain.event_data import StepSettled
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.question import Answer
from hotfix.domain.settlement import Settlement
from hotfix.runs.resume import refuse_nothing_merged
from hotfix.simulators.played_fix import GOOD_FIX


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as made:
        yield made


def refused(on, **more):
    with pytest.raises(ProblemError) as caught:
        on.resume(plan="rollback", **more)
    assert not entries(on.session.runs.events(on.run))
    assert "rolled-back" not in on.screen.getvalue()
    return caught.value.problem


def test_a_start_that_failed_goes_on_afterwards(on):
    on.world.play_the_engineer(GOOD_FIX)
    hook = on.world.clone / ".git" / "hooks" / "pre-push"
    hook.write_text("#!/bin/sh\necho not tonight; exit 1\n")
    hook.chmod(0o755)
    assert on.start() == exit_codes.FAILED
    patches = on.wrote("kubernetes")
    problem = refused(on)
    assert problem.code is ProblemCode.WAITING
    assert f"hotfix resume {on.run}" in problem.next_command
    assert f"hotfix abort {on.run}" in problem.next_command
    assert refused(on, via="actions") == problem
    assert on.wrote("kubernetes") == patches
    hook.unlink()
    on.world.play_the_reviewer()
    assert on.resume() == exit_codes.DONE


@pytest.mark.parametrize("has_said_yes", [True, False])
@pytest.mark.parametrize("found", [*Settlement, None])
def test_what_github_says_of_a_begun_merge_decides_and_a_yes_where_it_says_nothing(
    has_said_yes, found
):
    answers = {("merge_the_fix", "merge"): Answer("merge")} if has_said_yes else {}
    begun = Progress(run="hf-1", begun=frozenset({("hotfix", "merge_the_fix")}), answers=answers)
    said = [("merge_the_fix", StepSettled("hotfix", found, ""))] if found else []
    is_merged = found is Settlement.DONE or (found is Settlement.UNKNOWN and has_said_yes)
    with (
        nullcontext()
        if is_merged
        else pytest.raises(ProblemError, match=r"is merged|merged nothing")
    ):
        refuse_nothing_merged(begun, tuple(said))


def test_a_merge_on_record_is_rolled_back():
    refuse_nothing_merged(Progress(run="hf-1", done=frozenset({("hotfix", "merge_the_fix")})), ())


def test_a_merge_that_somebody_else_made_is_rolled_back():
    found = Progress(run="hf-1", known={"pull_request_number": 2, "merge_sha": "c3" * 20})
    refuse_nothing_merged(found, ())


def test_what_github_does_not_tell_is_not_called_unmerged():
    run = Progress(run="hf-1", known={"pull_request_number": 2})
    said = StepSettled("hotfix", Settlement.UNKNOWN, "Not known: 502.")
    with pytest.raises(ProblemError, match="not known whether anything of run hf-1") as caught:
        refuse_nothing_merged(run, (("merge_the_fix", said),))
    assert "502" in caught.value.problem.why


def test_an_aborted_run_has_no_resume_to_offer(on):
    on.world.play_the_engineer(GOOD_FIX)
    on.leave_open()
    assert on.resume(plan="abort") == exit_codes.DONE
    problem = refused(on)
    assert problem.code is ProblemCode.USAGE
    assert "resume" not in problem.next_command
