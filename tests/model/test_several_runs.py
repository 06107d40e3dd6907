"""Several runs of one repository, one after the other and within each other: which one is meant."""

from pathlib import Path

import pytest
from tests.model.commands import WILLING, Death, a_desk, a_world
from tests.model.world import template_of

from hotfix.cli import exit_codes
from hotfix.domain.fact_names import BRANCH, HEALTHY, MERGE_SHA, REVERT_NUMBER, ROLLBACK_TARGETS
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import Progress, RunState
from hotfix.runs import roll_back as back
from hotfix.runs.chosen import chosen_run
from hotfix.runs.whose import Place


@pytest.fixture
def desk(tmp_path):
    return a_desk(a_world(), tmp_path / "disks")


def meant(desk, command):
    """The run that a command without a name is about, in the operator's clone."""
    place = Place(desk.machine.clone, {})
    return chosen_run(Path(desk.machine.state), None, place, command)


def a_first_fix(desk):
    """A hotfix that was shipped and verified."""
    done = desk.start(WILLING)
    assert done.progress.state is RunState.DONE
    return done.run


def an_open_one(desk, at="publish"):
    """A second hotfix, whose process dies at its first write of a kind."""
    desk.death = Death(kind=at)
    run = desk.start(WILLING).run
    folder, branch = desk.machine.clone, desk.progress(run).facts[BRANCH]
    desk.world.commit_as_a_person(folder, branch, {"mugs.py": "more mugs"}, "Sell more", "dana")
    return run


def test_while_a_run_is_open_what_shows_a_run_shows_it_and_not_its_mitigation(desk):
    a_first_fix(desk)
    run = an_open_one(desk)
    mitigation = desk.roll_back(to_revision=1)
    assert mitigation.progress.state is RunState.ROLLED_BACK
    for command in ("status", "checklist", "resume", "abort", "note", "lock"):
        assert meant(desk, command) == run
    assert meant(desk, "rollback") == mitigation.run


def test_a_rollback_is_of_the_run_that_shipped_last_though_another_began_later(desk):
    a_first_fix(desk)
    run = an_open_one(desk)
    desk.roll_back(to_revision=1)
    assert desk.resume(run, WILLING).progress.state is RunState.DONE
    rolled = desk.roll_back(flags=WILLING)
    assert rolled.run == run
    assert rolled.progress.state is RunState.ROLLED_BACK
    assert MERGE_SHA in rolled.progress.facts
    assert REVERT_NUMBER in rolled.progress.facts


def look_back(desk, run=None):
    """What ``hotfix rollback --dry-run`` sees."""
    seen = []

    def look(session, where, *_):
        seen.append(back.look_back(session, where))
        return Progress()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(back, "roll_back", look)
        result = desk.roll_back(run)
    return result, seen


@pytest.fixture
def elsewhere(desk, tmp_path):
    """A run whose first machine died before the merge, and that a colleague brought to its end."""
    desk.death = Death(kind="request_review")
    run = desk.start(WILLING).run
    there = a_desk(desk.world, tmp_path / "disks", "robin")
    assert there.take_over(run, WILLING).exit_code == exit_codes.DONE
    return run


def test_a_run_that_went_on_elsewhere_is_not_said_to_have_merged_nothing(desk, elsewhere):
    result, _ = look_back(desk, elsewhere)
    assert result.problem.code is ProblemCode.LOCKED
    refused = desk.roll_back()
    assert refused.problem.code is ProblemCode.LOCKED
    assert refused.problem.next_command.endswith("hotfix rollback --to-healthy")
    assert desk.progress(elsewhere).state is RunState.TAKEN_OVER


@pytest.mark.parametrize("is_known", [True, False])
def test_the_last_healthy_state_is_the_one_that_the_run_verified_elsewhere(
    desk, elsewhere, is_known
):
    verified = {name: it.now.hash for name, it in desk.world.deployments.items()}
    if is_known:
        desk.resume(elsewhere)
    patches = len([each for each in desk.world.writes if each.kind == "patch"])
    desk.world.roll_out("web", template_of("web", "0" * 40), "a person: kim")
    desk.roll_back(flags=WILLING, to_healthy=True)
    # What the colleague's run verified runs again, and not what ran before it.
    assert {name: it.now.hash for name, it in desk.world.deployments.items()} == verified
    assert len([each for each in desk.world.writes if each.kind == "patch"]) == patches + 1


def test_the_dry_run_of_a_run_with_targets_of_its_own_sees_them(desk):
    a_first_fix(desk)
    run = desk.roll_back(to_revision=1).run
    result, seen = look_back(desk, run)
    assert result.problem is None
    assert "runs revision 3 already" in seen[0].saying


def test_a_lock_is_lent_only_to_a_rollback_that_is_on_record(desk):
    first = a_first_fix(desk)
    an_open_one(desk)
    seen = []
    desk.on_write = lambda write: seen.append((write.kind, desk.progress(first).state.is_over))
    desk.roll_back(first)
    assert [kind for kind, _ in seen[:3]] == ["release_lock", "claim_lock", "patch"]
    assert not any(is_over for _, is_over in seen[:3])


def test_what_a_mitigation_brought_back_is_what_the_open_run_goes_back_to(desk):
    a_first_fix(desk)
    run = an_open_one(desk)
    before = [each.revision for each in desk.progress(run).facts[HEALTHY]]
    desk.roll_back(to_revision=1)
    done = desk.resume(run)
    assert done.progress.state is RunState.DONE
    recorded = desk.progress(run).facts[HEALTHY]
    assert [each.revision for each in recorded] == [number + 1 for number in before]
    rolled = desk.roll_back(run)
    assert rolled.progress.state is RunState.ROLLED_BACK
    assert rolled.progress.facts[ROLLBACK_TARGETS] == recorded


@pytest.mark.parametrize("was_free", [True, False])
def test_a_takeover_records_anew_what_runs_where_the_lock_was_free(desk, tmp_path, was_free):
    a_first_fix(desk)
    run = an_open_one(desk)
    before = [each.revision for each in desk.progress(run).facts[HEALTHY]]
    if was_free:
        desk.roll_back(to_revision=1)
    there = a_desk(desk.world, tmp_path / "disks", "noor")
    there.take_over(run, WILLING)
    recorded = [each.revision for each in there.progress(run).facts[HEALTHY]]
    assert recorded == [number + was_free for number in before]
