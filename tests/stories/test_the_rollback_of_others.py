"""Stories of a rollback among others: a colleague, Argo CD, a set of which one part goes back."""

import json
from contextlib import contextmanager

import pytest
from tests.stories.commands import START, commands
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.plan_name import PlanName
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.resume import resume
from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX
from hotfix.simulators.scenarios import SCENARIOS, Act
from hotfix.simulators.webrana import image

BOTH = ("webrana-backend", "webrana-frontend")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One rollback that meets everything that may be in its way, one after the other."""
    with wrong_fix(tmp_path_factory.mktemp("story")) as on:
        cluster, seen = on.world.kubernetes, on.seen
        seen["before"] = templates(on)
        seen["started"] = on.start()
        cluster.change("deployments", BOTH[1], lambda each: each["spec"].update(paused=True))
        seen["paused"] = told(on), rollback(on), told(on)
        cluster.change("deployments", BOTH[1], lambda each: each["spec"].pop("paused"))
        seen["nowhere"] = rollback(on, only=("backend", "nowhere")), told(on)
        cluster.denied.add("patch deployments")
        seen["denied"] = rollback(on), told(on)
        cluster.denied.clear()
        act(on, "somebody-else-deployed", 0)
        seen["theirs"] = templates(on)
        seen["others"] = rollback(on), told(on), templates(on)
        seen["patches"] = [each.status for each in patches(on)]
        runs = on.world.github.hosted.runs
        seen["run"] = next(each for each in runs if each.path.endswith("deploy.yml"))
        seen["run"].status, seen["run"].conclusion = "in_progress", None
        seen["part"] = rollback(on, only=(BOTH[0],)), told(on), templates(on)
        answers = {"over-others": "roll-back"}
        seen["all"] = rollback(on, answers=answers), told(on), templates(on)
        yield on


@contextmanager
def wrong_fix(folder):
    with stage(folder / "world") as made:
        made.world.play_the_engineer(BAD_FIX)
        made.world.play_the_reviewer()
        yield made


def told(on):
    """Return what the operator was told since the last time, on one line."""
    length = on.seen.get("length", 0)
    text = on.screen.getvalue()
    on.seen["length"] = len(text)
    return " ".join(text[length:].split())


def rollback(on, **more):
    answers = more.pop("answers", {})
    manner = Manner(Flags(yes=True, answers=answers))
    where = (on.session, None, manner, on.terminal)
    return exit_codes.of_progress(resume(*where, PlanName.ROLLBACK, **more))


def act(on, scenario, number):
    """Let happen what the scenario says that others do."""
    acts = [each for each in SCENARIOS[scenario].then if isinstance(each, Act)]
    acts[number].do(on.world)


def templates(on):
    return {name: on.world.kubernetes.get("deployments", name)["spec"]["template"] for name in BOTH}


def patches(on):
    return [each for each in on.world.received.all("kubernetes") if each.method == "PATCH"]


def test_a_paused_deployment_is_refused_before_anything_is_patched(story):
    assert story.seen["started"] == exit_codes.WAITING
    _, code, said = story.seen["paused"]
    assert code == exit_codes.FAILED
    assert "rollout resume deployment/webrana-frontend" in said


def test_a_deployment_that_was_not_recorded_is_named(story):
    code, said = story.seen["nowhere"]
    assert code == exit_codes.USAGE
    assert "Nothing is recorded of backend, nowhere." in said
    assert "Did you mean webrana-backend?" in said


def test_what_is_refused_is_reported_for_each(story):
    code, said = story.seen["denied"]
    assert code == exit_codes.RIGHTS
    assert "webrana-backend: refused" in said
    assert "webrana-frontend: refused" in said


def test_what_a_colleague_changed_needs_an_explicit_yes(story):
    code, said, after = story.seen["others"]
    assert code == exit_codes.WAITING
    assert after == story.seen["theirs"]
    assert set(story.seen["patches"]) == {403}, "nothing but the two that were refused before"
    assert "webrana-frontend was changed by somebody else since" in said
    assert "Next: hotfix rollback --over-others --yes" in said


def test_a_part_of_the_set_can_go_back_alone(story):
    code, _, after = story.seen["part"]
    assert code == exit_codes.ROLLED_BACK
    assert after[BOTH[0]] == story.seen["before"][BOTH[0]]
    assert after[BOTH[1]] == story.seen["theirs"][BOTH[1]]


def test_a_deploy_that_is_under_way_is_named_with_the_command_that_cancels_it(story):
    assert f"gh run cancel {story.seen['run'].id}" in story.seen["part"][1]


def test_with_the_explicit_yes_all_of_it_goes_back(story):
    code, said, after = story.seen["all"]
    assert code == exit_codes.ROLLED_BACK, said
    assert after == story.seen["before"]


def test_argo_cd_is_named_before_the_yes_and_what_it_undoes_is_noticed(tmp_path):
    with wrong_fix(tmp_path) as on:
        SCENARIOS["argo-managed"].prepare(on.world)
        before = templates(on)
        assert on.start() == exit_codes.WAITING
        assert rollback(on) == exit_codes.WAITING
        said = told(on)
        assert "argocd app set webrana --sync-policy none" in said
        assert "Somebody undid the rollback of webrana-backend" in said
        act(on, "argo-managed", 0)
        assert rollback(on) == exit_codes.ROLLED_BACK
        assert templates(on) == before


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    """A hotfix that went well, and then an ordinary release that does not."""
    with commands(tmp_path_factory.mktemp("story") / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        at.world.play_the_reviewer()
        assert at.events(*START)[0] == 0
        at.seen["merged"] = at.world.github.hosted.pulls[2].merge_sha
        yield at


def runs_now(at):
    return at.world.kubernetes.get("deployments", BOTH[0])["spec"]["template"]["spec"][
        "containers"
    ][0]["image"]


def test_the_candidates_are_listed_with_what_is_known_of_them(at):
    found = at.json("rollback", "--list", "--json")
    backend = [each for each in found if each["deployment"] == BOTH[0]]
    assert [(each["revision"], each["runs_now"]) for each in backend] == [(2, True), (1, False)]
    assert backend[0]["known_healthy"]
    assert backend[1]["age_seconds"] > 0
    shown = at.run("rollback", "--list", "--deployment", BOTH[0]).stdout
    assert "known healthy: hf-" in shown
    assert f"hotfix rollback --to-revision 1 --deployment {BOTH[0]}" in shown


def test_a_dry_run_says_it_in_json(at):
    found = at.json("rollback", "--dry-run", "--json", "--deployment", BOTH[0])
    (backend,) = found["deployments"]
    assert (backend["revision"], backend["to_revision"]) == (2, 1)
    assert not backend["runs_already"]


def test_without_a_run_it_goes_to_what_the_last_hotfix_verified(at):
    for part in ("backend", "frontend"):
        at.world.kubernetes.set_image(
            f"webrana-{part}", image(part, at.world.first_commit), "c3" * 20
        )
    done = at.run("rollback", "--yes", "--json")
    assert done.returncode == exit_codes.ROLLED_BACK, done.stderr
    first = json.loads(done.stdout.splitlines()[0])
    assert "verified" in first["data"]["incident"]["description"]
    assert runs_now(at) == image("backend", at.seen["merged"])


def test_a_second_one_in_a_row_goes_no_further_back(at):
    done = at.run("rollback", "--yes", "--json")
    assert done.returncode == exit_codes.ROLLED_BACK, done.stderr
    assert runs_now(at) == image("backend", at.seen["merged"])
