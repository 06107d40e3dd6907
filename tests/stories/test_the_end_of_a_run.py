"""A run that has done what it was begun for does not fail any more, whatever fails around it."""

from dataclasses import replace
from functools import partial

import pytest
from tests.adapters.git.clones import git
from tests.snapshots import snapshot
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.fact_names import BRANCH, BRING_BACK_URL, LOCK_TOKEN
from hotfix.domain.fold import fold
from hotfix.domain.progress import RunState
from hotfix.domain.status import status
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.status_lines import status_lines


@pytest.fixture
def story(tmp_path):
    with stage(tmp_path / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        yield on


def progress_of(on):
    return fold(on.session.runs.events(on.run))


def once(on, said, act):
    """Let ``act`` happen at the first event after which the screen has ``said``."""
    show = on.terminal.show
    done: list[Event] = []

    def shown(event, progress):
        show(event, progress)
        if not done and said(event):
            done.append(event)
            act()

    on.terminal.show = shown


def archive(on):
    """GitHub refuses every write from now on."""
    on.world.github.hosted.is_archived = True


def interrupt():
    raise KeyboardInterrupt


def entering(phase):
    return lambda event: event.type == EventType.PHASE_STARTED and event.phase == phase


# What customers read is a person's, and nobody is asked here.
PAGE = "update_status_page"


def beginning(step):
    return lambda event: event.type == EventType.STEP_STARTED and event.step == step


def test_the_fix_is_brought_back_although_github_deleted_its_branch_on_merging(story):
    story.world.github.hosted.deletes_branch_on_merge = True
    assert story.start() == exit_codes.DONE, story.screen.getvalue()
    progress = progress_of(story)
    back = next(pull for pull in story.world.github.hosted.pulls.values() if pull.base == "main")
    merged = next(pull for pull in story.world.github.hosted.pulls.values() if pull.merge_sha)
    assert (back.head, back.head_sha) == (progress.facts[BRANCH], merged.head_sha)
    assert BRING_BACK_URL in progress.facts
    assert [left.step for left in progress.left_to_do] == [PAGE]
    assert story.world.kubernetes.lock_holder() == ""


def test_it_is_brought_back_from_a_machine_that_has_no_such_branch_either(story):
    story.world.github.hosted.deletes_branch_on_merge = True

    def forget():
        branch = progress_of(story).facts[BRANCH]
        git(story.world.clone, "checkout", "--quiet", "main")
        git(story.world.clone, "branch", "-D", branch)

    once(story, entering("close"), forget)
    assert story.start() == exit_codes.DONE, story.screen.getvalue()
    assert BRING_BACK_URL in progress_of(story).facts


def test_what_cannot_be_done_at_the_end_is_left_to_do_with_its_command(story):
    story.configure("\n[close]\nfollow_up = true\n")
    once(story, entering("close"), partial(archive, story))
    assert story.start() == exit_codes.DONE, story.screen.getvalue()
    progress = progress_of(story)
    assert progress.state is RunState.DONE
    steps = [PAGE, "open_follow_up", "bring_back_to_base"]
    assert [left.step for left in progress.left_to_do] == steps
    _, follow_up, back = (left.problem.next_command for left in progress.left_to_do)
    assert "gh issue create --title 'Follow-up: checkout returns 500'" in follow_up
    branch = progress.facts[BRANCH]
    assert f"gh pr create --base main --head {branch}" in back
    assert back.startswith("If that is not done yet: ")
    assert story.world.kubernetes.lock_holder() == ""
    # It is said wherever somebody may look.
    told = snapshot(dict(status(progress)), story.world.clock.now())
    assert [left["step"] for left in told["left_to_do"]] == steps
    assert back in told["next_action"]
    for said in (
        "\n".join(status_lines(told)),
        checklist_markdown(progress),
        story.screen.getvalue(),
    ):
        # As wide as a screen is, a command has a line to itself.
        in_one_line = " ".join(said.split())
        assert follow_up in in_one_line
        assert back in in_one_line


def test_a_revert_that_cannot_be_proposed_is_left_to_do_and_stays_held(story):
    assert story.start() == exit_codes.DONE
    once(story, entering("record"), partial(archive, story))
    assert story.resume(plan="rollback") == exit_codes.ROLLED_BACK, story.screen.getvalue()
    progress = progress_of(story)
    steps = ["open_the_revert", "remind_of_post_mortem"]
    assert [left.step for left in progress.left_to_do] == steps
    bad = bad_commit(progress)
    assert bad is not None
    assert "revert" in bad.warning
    assert story.world.kubernetes.lock_holder() == ""


def test_a_verified_hotfix_is_over_although_the_cluster_is_gone_when_the_lock_is_released(story):
    once(story, beginning("release_the_lock"), story.world.kubernetes.stop)
    assert story.start() == exit_codes.DONE, story.screen.getvalue()
    progress = progress_of(story)
    page, left = progress.left_to_do
    assert page.step == PAGE
    token = progress.facts[LOCK_TOKEN]
    assert left.problem.next_command == f"hotfix lock release --lock-id {story.run}/{token}"


@pytest.mark.parametrize("plan", ["", "abort"])
def test_a_run_whose_namespace_was_deleted_holds_no_lock_and_can_be_ended(story, plan):
    once(story, entering("fix"), story.world.kubernetes.delete_namespace)
    story.start()
    assert not progress_of(story).state.is_over
    if not plan:
        # It goes on without a lock, as far as nothing is deployed.
        story.resume()
        problem = progress_of(story).problem
        assert problem is not None
        assert "lease" not in problem.what
    assert story.resume(plan="abort") == exit_codes.DONE, story.screen.getvalue()
    assert progress_of(story).state is RunState.ABORTED
    assert progress_of(story).left_to_do == ()
    assert "- No lock is held." in story.lines


@pytest.mark.parametrize("how", ["stopped", "kubeconfig"])
def test_a_run_whose_cluster_is_gone_is_ended_after_a_yes_that_says_that_the_lock_may_remain(
    story, how
):
    def gone():
        if how == "stopped":
            story.world.kubernetes.stop()
        else:
            config = story.session.config
            settings = replace_model(config.kubernetes, context="deleted")
            story.session = replace(
                story.session, config=replace_model(config, kubernetes=settings)
            )

    once(story, entering("fix"), interrupt)
    assert story.start() == exit_codes.INTERRUPTED
    gone()
    assert story.resume(plan="abort", yes=False) == exit_codes.WAITING, story.screen.getvalue()
    assert "may remain. End the run all the same?" in story.screen.getvalue()
    assert not progress_of(story).state.is_over
    assert story.resume(yes=True) == exit_codes.DONE
    progress = progress_of(story)
    assert progress.state is RunState.ABORTED
    (left,) = progress.left_to_do
    assert left.problem.what.startswith("The lock may remain.")
    assert left.problem.next_command == (
        f"hotfix lock release --lock-id {story.run}/{progress.facts[LOCK_TOKEN]}"
    )


def replace_model(model, **changes):
    return model.model_copy(update=changes)
