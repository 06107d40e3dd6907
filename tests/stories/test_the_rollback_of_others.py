"""Stories of a rollback among others: a colleague, Argo CD, a set of which one part goes back."""

import json

import pytest
from tests.stories.commands import START, commands
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.cli.asking import Flags
from hotfix.cli.resuming import resume
from hotfix.cli.running import Manner
from hotfix.simulators.played_fix import BAD_FIX, GOOD_FIX
from hotfix.simulators.scenarios import SCENARIOS, Act
from hotfix.simulators.webrana import image

BOTH = ("webrana-backend", "webrana-frontend")


@pytest.fixture
def on(tmp_path):
    with stage(tmp_path / "world") as made:
        made.world.play_the_engineer(BAD_FIX)
        made.world.play_the_reviewer()
        yield made


def rollback(on, **more):
    answers = more.pop("answers", {})
    manner = Manner(Flags(yes=True, answers=answers))
    return resume(on.session, None, manner, on.terminal, plan="rollback", **more)


def act(on, scenario, number):
    """Let happen what the scenario says that others do."""
    acts = [each for each in SCENARIOS[scenario].then if isinstance(each, Act)]
    acts[number].do(on.world)


def templates(on):
    return {name: on.world.kubernetes.deployment(name)["spec"]["template"] for name in BOTH}


def patches(on):
    return [line for line in on.wrote("kubernetes") if line.startswith("PATCH")]


def test_what_a_colleague_changed_needs_an_explicit_yes(on):
    before = templates(on)
    assert on.start() == exit_codes.WAITING
    act(on, "somebody-else-deployed", 0)
    theirs = templates(on)
    assert rollback(on) == exit_codes.WAITING
    assert (patches(on), templates(on)) == ([], theirs)
    assert "Next: hotfix rollback --over-others --yes" in on.screen.getvalue()
    assert "webrana-frontend was changed by somebody else since" in on.screen.getvalue()
    assert rollback(on, answers={"over-others": "roll-back"}) == exit_codes.ROLLED_BACK
    assert templates(on) == before


def test_argo_cd_is_named_before_the_yes_and_what_it_undoes_is_noticed(on):
    SCENARIOS["argo-managed"].prepare(on.world)
    before = templates(on)
    assert on.start() == exit_codes.WAITING
    assert rollback(on) == exit_codes.WAITING
    shown = on.screen.getvalue().replace("\n", "")
    assert "argocd app set webrana --sync-policy none" in shown
    assert "Somebody undid the rollback of webrana-backend" in shown
    act(on, "argo-managed", 0)
    assert rollback(on) == exit_codes.ROLLED_BACK
    assert templates(on) == before


def test_a_part_of_the_set_can_go_back_alone(on):
    before = templates(on)
    assert on.start() == exit_codes.WAITING
    assert rollback(on, only=("webrana-backend",)) == exit_codes.ROLLED_BACK
    after = templates(on)
    assert after["webrana-backend"] == before["webrana-backend"]
    assert after["webrana-frontend"] != before["webrana-frontend"]
    assert rollback(on, only=("nowhere",)) == exit_codes.USAGE
    assert "Nothing is recorded of nowhere." in on.screen.getvalue()


def test_a_paused_deployment_is_refused_before_anything_is_patched(on):
    assert on.start() == exit_codes.WAITING
    on.world.kubernetes.change_deployment(BOTH[1], lambda each: each["spec"].update(paused=True))
    assert rollback(on) == exit_codes.FAILED
    assert patches(on) == []
    assert "rollout resume deployment/webrana-frontend" in on.screen.getvalue()


def test_a_part_that_fails_is_reported_and_the_rest_is_restored(on):
    before = templates(on)
    assert on.start() == exit_codes.WAITING
    on.world.kubernetes.denied.add("patch deployments")
    assert rollback(on) == exit_codes.RIGHTS
    assert "webrana-frontend: refused" in on.screen.getvalue().replace("\n", "")
    on.world.kubernetes.denied.clear()
    assert rollback(on) == exit_codes.ROLLED_BACK
    assert templates(on) == before


def test_a_deploy_that_is_under_way_is_named_with_the_command_that_cancels_it(on):
    assert on.start() == exit_codes.WAITING
    run = next(each for each in on.world.github.hosted.runs if each.path.endswith("deploy.yml"))
    run.status, run.conclusion = "in_progress", None
    assert rollback(on) == exit_codes.ROLLED_BACK
    shown = on.screen.getvalue().replace("\n", "")
    assert f"gh run cancel {run.id}" in shown.replace("         ", "")


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
    return at.world.kubernetes.deployment(BOTH[0])["spec"]["template"]["spec"]["containers"][0][
        "image"
    ]


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
