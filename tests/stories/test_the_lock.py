"""One hotfix at a time: a colleague holds the lock."""

from dataclasses import replace
from functools import partial

import pytest
from tests.other_hands import free_lock
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.config.load import parse
from hotfix.domain.fact_names import HEALTHY, LOCK_TOKEN
from hotfix.domain.fold import fold
from hotfix.domain.problem import ProblemError
from hotfix.domain.progress import RunState
from hotfix.domain.question import Answer
from hotfix.engine import record
from hotfix.plan.abort import plan_abort
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.take_over import take_over, wanted_instead
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.scenarios.colleagues import COLLEAGUE, LOCKED, THEIR_RUN


@pytest.fixture
def story(tmp_path):
    with stage(tmp_path / "world") as on:
        LOCKED.prepare(on.world)
        yield on


def test_start_ends_with_exit_code_6_and_names_the_colleague_and_the_ways_out(story):
    assert story.start() == exit_codes.LOCKED
    said = story.screen.getvalue()
    assert f"? {COLLEAGUE} is working on another hotfix. What now?" in said
    for part in (
        f"Held by {COLLEAGUE} on {COLLEAGUE}-laptop, for ",
        "in phase review, at: await approval",
        f"hotfix takeover {THEIR_RUN}",
        f"hotfix lock release --lock-id {THEIR_RUN}/3",
        "hotfix resume",
    ):
        assert part in said, said
    assert story.world.kubernetes.lock_holder() == THEIR_RUN
    assert set(story.world.origin.branches()) == {"main", "hotfix/production"}


def test_the_lock_is_released_by_its_id_alone_and_then_the_hotfix_goes_on(story):
    story.world.play_the_engineer(GOOD_FIX)
    story.world.play_the_reviewer()
    assert story.start() == exit_codes.LOCKED
    cluster = story.session.tools.needed_cluster()
    with pytest.raises(ProblemError, match="was not released"):
        cluster.break_lock(f"{THEIR_RUN}/2")
    assert cluster.break_lock(f"{THEIR_RUN}/3")
    assert story.resume() == exit_codes.DONE
    assert fold(story.session.runs.events(story.run)).facts[LOCK_TOKEN] == 4
    assert story.world.kubernetes.lock_holder() == ""


def test_waiting_goes_on_by_itself_once_the_lock_is_free(story):
    assert story.start() == exit_codes.LOCKED
    answer("wait", story)
    cluster = story.session.tools.needed_cluster()
    free = partial(free_lock, story.world.kubernetes)
    story.world.timeline.after(60, free, "the colleague is done")
    story.resume(yes=False)
    said = [line for line in story.lines if line.startswith(("…", "✓"))]
    waiting = next(line for line in said if line.startswith(f"… waiting for {COLLEAGUE}'s hotfix"))
    assert said.index("✓ This hotfix holds the lock.") > said.index(waiting)
    assert cluster.lock_holder().run == story.run


def test_leaving_ends_with_exit_code_6_and_leaves_no_open_run(story):
    assert story.start() == exit_codes.LOCKED
    answer("leave", story)
    assert story.resume() == exit_codes.LOCKED
    assert fold(story.session.runs.events(story.run)).state is RunState.STOPPED
    assert story.world.kubernetes.lock_holder() == THEIR_RUN


def test_taking_theirs_over_instead_needs_their_record_in_the_cluster(story):
    assert story.start() == exit_codes.LOCKED
    answer(f"takeover:{THEIR_RUN}", story)
    assert story.resume() == exit_codes.LOCKED, "this one is left"
    progress = fold(story.session.runs.events(story.run))
    assert progress.state is RunState.STOPPED
    assert wanted_instead(progress) == THEIR_RUN
    with pytest.raises(ProblemError, match="No run in the cluster is called"):
        take_over(story.session, THEIR_RUN, Manner(Flags(yes=True)), story.terminal, beside=False)


def test_a_lock_that_is_lost_stops_the_walk_before_the_merge(story):
    story.world.play_the_engineer(GOOD_FIX)
    story.world.play_the_reviewer()
    story.session.tools.needed_cluster().break_lock(f"{THEIR_RUN}/3")
    pulls = story.world.github.hosted.pulls

    def seize():
        if any(pull.requested_reviewers for pull in pulls.values()):
            story.world.kubernetes.hold_lock("hf-20260312-0330-other-abcd", "noor")
        else:
            story.world.timeline.after(5, seize, "noor seizes the lock")

    seize()
    assert story.start() == exit_codes.LOCKED
    assert any("noor is working on another hotfix" in line for line in story.lines)
    assert [pull.merge_sha for pull in pulls.values()] == [""]
    with pytest.raises(ProblemError, match="noor is working on another hotfix"):
        story.resume()


def test_rights_that_are_missing_are_printed_as_the_role_that_grants_them_once(story):
    story.world.kubernetes.denied.update({f"{verb} leases" for verb in ("create", "get", "update")})
    story.world.play_the_engineer(GOOD_FIX)
    story.world.play_the_reviewer()
    assert story.start() == exit_codes.DONE
    said = story.screen.getvalue()
    assert said.count("kind: RoleBinding") == 1
    assert said.index("kind: RoleBinding") < said.index("Cut hotfix/")


def test_without_rights_for_leases_the_hotfix_works_on_this_machine_alone(story):
    story.world.kubernetes.denied.update({f"{verb} leases" for verb in ("create", "get", "update")})
    story.world.play_the_engineer(GOOD_FIX)
    story.world.play_the_reviewer()
    assert story.start() == exit_codes.DONE
    alone = next(line for line in story.lines if line.startswith("✓ On this machine alone:"))
    assert "You have no right to use leases in webrana" in alone


def answer(choice, story):
    """Give the answer that somebody at the terminal would give."""
    session = story.session
    with session.runs.open(story.run, session.clock, session.operator, ()) as journal:
        progress = fold(journal.events())
        list(record.decide(journal, progress, plan_abort(None), Answer(choice)))


def recorded(on):
    healthy = fold(on.session.runs.events(on.run)).facts[HEALTHY]
    return [(each.name.removeprefix("webrana-"), each.revision) for each in healthy]


def restart(deployment):
    deployment["spec"]["template"]["metadata"]["annotations"] = {"restarted": "now"}


def test_what_was_recorded_is_looked_at_again_where_it_may_not_hold_any_more(tmp_path):
    with stage(tmp_path / "world") as on:
        hook = on.world.clone / ".git" / "hooks" / "pre-push"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        assert on.start() == exit_codes.FAILED
        first = recorded(on)
        for name in ("webrana-backend", "webrana-frontend"):
            on.world.kubernetes.change("deployments", name, restart)
        on.world.clock.wait(30)
        on.resume()
        assert recorded(on) == first, "the lock was ours all the while"
        free_lock(on.world.kubernetes)
        on.resume()
        assert recorded(on) == [(name, revision + 1) for name, revision in first]
        text = on.world.config_file.read_text().replace('", "webrana-frontend"]', '"]')
        on.session = replace(on.session, config=parse(text, {}, "hotfix.toml"))
        on.resume()
        assert [name for name, _ in recorded(on)] == ["backend"]
