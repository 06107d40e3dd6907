"""Each rule of the checker bites: in a world, or on a record, that was tampered with."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.model import checker
from tests.model.checker import Story
from tests.model.commands import WILLING, Result, a_desk, a_world, record_of
from tests.model.people import deploys_by_hand
from tests.model.test_the_table import in_memory
from tests.model.world import Message, Write, template_of

from hotfix.domain.fact_names import (
    BAD_COMMIT_SETTLED,
    CHANGED_BY_OTHERS,
    LOCK_TOKEN,
    MERGE_SHA,
    PULL_REQUEST_URL,
    RESTORATION,
)
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import RunState

_NOWHERE = "0" * 40


@pytest.fixture(scope="module")
def stories():
    """A hotfix that went well, and one that was rolled back: each with nothing wrong in it."""
    with tempfile.TemporaryDirectory(prefix="hotfix-checker-", dir=in_memory()) as folder:
        found = {}
        for name in ("done", "rolled back"):
            desk = a_desk(a_world(), Path(folder) / name)
            results = [desk.start(WILLING)]
            if name == "rolled back":
                results.append(desk.roll_back())
            found[name] = Story(desk.world, (desk.machine,), results)
        yield found


@pytest.fixture
def done(stories):
    return of_a_copy(stories["done"])


@pytest.fixture
def rolled_back(stories):
    return of_a_copy(stories["rolled back"])


def of_a_copy(story):
    return Story(story.world.copy(), story.machines, list(story.results))


def seen_in(story, **known):
    """Return the one run, with other facts on its record than it has."""
    (seen,) = story.seen
    facts = {**seen.progress.known, **known}
    return replace(seen, progress=replace(seen.progress, known=facts))


def test_nothing_is_wrong_with_either_as_it_is(stories):
    for story in stories.values():
        found = checker.check(story.world, story.machines, story.results)
        assert not found, str(found)


def the_fix(story):
    return story.world.hosted["acme/shop"].pulls[2]


def unmerge(story):
    the_fix(story).merge_sha = _NOWHERE
    return seen_in(story)


def forget_the_merge(story):
    return seen_in(story, **{MERGE_SHA.key: None})


def merge_another_head(story):
    the_fix(story).merged_head = _NOWHERE
    return seen_in(story)


def merge_it_into_another_branch(story):
    the_fix(story).merged_into = "next"
    return seen_in(story)


def take_the_reviews_away(story):
    the_fix(story).reviews.clear()
    return seen_in(story)


def name_another_pull_request(story):
    return seen_in(story, **{PULL_REQUEST_URL.key: "https://github.test/acme/shop/pull/99"})


def never_roll_out(story):
    story.world.writes[:] = [each for each in story.world.writes if each.kind != "roll_out"]
    return seen_in(story)


def run_something_else(story):
    world, (seen,) = story.world, story.seen
    earlier = seen.at(seen.events[-1]) - timedelta(seconds=60)
    for place, each in enumerate(world.writes):
        if each.kind == "roll_out" and each["sha"] == the_fix(story).merge_sha:
            about = (*((key, word) for key, word in each.about if key != "sha"), ("sha", _NOWHERE))
            world.writes[place] = replace(each, about=about, at=min(each.at, earlier))
    return seen_in(story)


def tell_nobody(story):
    story.world.messages.clear()
    return seen_in(story)


def hold_the_lock_no_more(story):
    seen = seen_in(story, **{LOCK_TOKEN.key: 7})
    # A run that is open, and has not come to give it back.
    steps = {step for step in seen.progress.done if step[1] != "release_the_lock"}
    progress = replace(seen.progress, state=RunState.FAILED, done=frozenset(steps))
    return replace(seen, progress=progress)


def be_taken_over_by_nobody(story):
    seen = seen_in(story)
    return replace(seen, progress=replace(seen.progress, state=RunState.TAKEN_OVER))


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        (checker._merge, unmerge),
        (checker._merge, forget_the_merge),
        (checker._merge, merge_another_head),
        (checker._merged_where, merge_it_into_another_branch),
        (checker._approval, take_the_reviews_away),
        (checker._names, name_another_pull_request),
        (checker._log, never_roll_out),
        (checker._proof, run_something_else),
        (checker._told, tell_nobody),
        (checker._lock, hold_the_lock_no_more),
        (checker._taken_over, be_taken_over_by_nobody),
    ],
)
def test_a_saying_about_a_hotfix_that_is_not_so(done, rule, tamper):
    assert list(rule(tamper(done)))


def ship_it_again(story):
    world, (seen,) = story.world, story.seen
    run = world.start_deploy("acme/shop", "main", the_fix(story).merge_sha, "push", "")
    run.created_at = seen.last_at - timedelta(seconds=1)
    return seen_in(story)


def restore_something_else(story):
    world, (seen,) = story.world, story.seen
    about = (("deployment", "web"), ("by", "somebody"), ("sha", _NOWHERE))
    world.writes.append(Write("roll_out", seen.last_at, about=about))
    return seen_in(story)


def settle_it_for_no_reason(story):
    return seen_in(story, **{BAD_COMMIT_SETTLED.key: "it is gone"})


def call_it_somebody_elses(story):
    return seen_in(story, **{CHANGED_BY_OTHERS.key: ["web"]})


def patch_what_was_not(story):
    restored = [{"name": "admin", "state": "patched"}]
    return seen_in(story, **{RESTORATION.key: restored})


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        (checker._rolled_back, ship_it_again),
        (checker._rolled_back, restore_something_else),
        (checker._held, settle_it_for_no_reason),
        (checker._others, call_it_somebody_elses),
        (checker._restoration, patch_what_was_not),
    ],
)
def test_a_saying_about_a_rollback_that_is_not_so(rolled_back, rule, tamper):
    assert list(rule(tamper(rolled_back)))


def again(kind):
    """Return what does a write of that kind once more."""

    def tamper(story):
        story.world.writes += [each for each in story.world.writes if each.kind == kind]

    tamper.__name__ = f"{kind} again"
    return tamper


def tell_it_twice(story):
    story.world.messages += [replace_message(each) for each in story.world.messages]


def replace_message(message):
    return Message(f"{message.id}-2", message.run, message.key, message.text, message.parent)


def write_elsewhere(story):
    (seen,) = story.seen
    about = (("repository", "acme/other"),)
    story.world.writes.append(Write("add_labels", story.world.now, seen.run, about=about))


def lose_a_commit(story):
    history = story.world.history
    root = next(iter(history.commits))
    story.world.persons_commits.add(history.commit([root], {}, "Mine", "kim"))


def lose_work(story):
    home = next(iter(story.world.clones))
    story.world.persons_files.append((home, "notes.txt", "mine"))


def merge_what_was_not_asked_about(key, value):
    """Return what merges another branch, or under another title, than was looked at."""

    def tamper(story):
        writes = story.world.writes
        for place, each in enumerate(writes):
            if each.kind == "merge":
                about = tuple({**dict(each.about), key: value}.items())
                writes[place] = replace(each, about=about)

    tamper.__name__ = f"merge with {key} {value}"
    return tamper


def keep_the_lock(story):
    machine, (seen,) = story.machines[0], story.seen
    lock = story.world.lock
    lock.run, lock.operator, lock.host = seen.run, machine.operator, machine.host


def free_a_colleagues_lock(story):
    (seen,) = story.seen
    about = (("lock", "hf-of-kim"), ("holder", "kim"))
    story.world.writes.append(Write("release_lock", story.world.now, seen.run, "dana", about=about))


def write_though_refused(story):
    problem = Problem(ProblemCode.USAGE, "No.", "Because.", "hotfix status")
    run, machine = story.seen[0].run, story.machines[0]
    story.results.append(Result("rollback", 99, run, machine.state, problem=problem))
    about = (("deployment", "web"),)
    story.world.writes.append(Write("patch", story.world.now, run, order=99, about=about))


def patch_over_others(story):
    world, (seen,) = story.world, story.seen
    other = world.history.commit([], {"checkout.py": "other"}, "Other", "kim")
    world.push("acme/shop", "main", other, "")
    deploys_by_hand(world)
    world.roll_out("web", template_of("web", next(iter(world.history.commits))), seen.run)
    world.writes.append(
        Write("patch", world.now, seen.run, "dana", order=9, about=(("deployment", "web"),))
    )


@pytest.mark.parametrize(
    ("rule", "tamper"),
    [
        (checker._twice, again("cut_branch")),
        (checker._twice, again("open_pull_request")),
        (checker._twice, again("request_review")),
        (checker._twice, again("merge")),
        (checker._twice, again("open_issue")),
        (checker._twice, again("comment")),
        (checker._messages, tell_it_twice),
        (checker._elsewhere, write_elsewhere),
        (checker._lost, lose_a_commit),
        (checker._lost, lose_work),
        (checker._merges, merge_what_was_not_asked_about("base", "next")),
        (checker._merges, merge_what_was_not_asked_about("named", False)),
        (checker._locks, keep_the_lock),
        (checker._locks, free_a_colleagues_lock),
        (checker._orders, write_though_refused),
        (checker._patches, patch_over_others),
    ],
)
def test_an_effect_that_must_not_be(done, rule, tamper):
    assert not list(rule(done))
    story = of_a_copy(done)
    tamper(story)
    assert list(rule(Story(story.world, story.machines, story.results)))


def test_a_log_that_says_it_twice(done):
    (seen,) = done.seen
    doubled = replace(seen, events=(*seen.events, *seen.events))
    story = Story(done.world, done.machines, done.results)
    story.__dict__["seen"] = (doubled,)
    assert list(checker._entries(story))


def test_a_command_that_ended_and_left_its_run_going_on(done):
    machine, (seen,) = done.machines[0], done.seen
    _, progress = record_of(machine, seen.run)
    result = Result("resume", 9, seen.run, machine.state, replace(progress, state=RunState.RUNNING))
    assert list(checker._of_the_command(result))


def test_an_error_that_nobody_foresaw(tmp_path, done):
    machine = replace(done.machines[0], state=tmp_path)
    folder = tmp_path / "runs" / "hf-1"
    folder.mkdir(parents=True)
    story = Story(done.world, (machine,))
    assert not list(checker._unforeseen(story))
    (folder / "traceback-1.txt").write_text("KeyError: 'web'\n")
    assert list(checker._unforeseen(story))


def test_an_order_to_close_that_was_forgotten(done):
    machine, seen = done.machines[0], done.seen[0]
    the_fix(done).is_open = True
    done.results.append(Result("abort and close", 9, seen.run, machine.state))
    ended = replace(seen, progress=replace(seen.progress, state=RunState.ABORTED))
    story = Story(done.world, done.machines, done.results)
    story.__dict__["seen"] = (ended,)
    assert list(checker._forgotten(story))
