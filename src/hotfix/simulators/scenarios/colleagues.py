"""Scenarios of what colleagues do meanwhile: hold the lock, push, merge, deploy, or sleep."""

from hotfix.simulators.people import push_a_commit
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Scenario
from hotfix.simulators.world import SECOND_REVIEWER, World

COLLEAGUE, THEIR_RUN = "noor", "hf-20260312-0258-login-fails-m4tt"
_SECOND_AFTER, _ON_CALL_AFTER = 120.0, 600.0


def _let_a_colleague_hold_the_lock(world: World) -> None:
    world.kubernetes.hold_lock(THEIR_RUN, COLLEAGUE, phase="review", step="await_approval")


LOCKED = Scenario(
    "locked",
    "A colleague is working on another hotfix: yours has to wait, or theirs is taken over.",
    prepare=_let_a_colleague_hold_the_lock,
    ends_with=6,
)


def _push_once_approved(world: World) -> None:
    pushed: list[str] = []

    def push(_number: int) -> None:
        if not pushed:
            text = "Checked the totals once more.\n"
            pushed.append(push_a_commit(world.clone, "NOTES.md", text, "Add one more note"))

    world.github.on_approved = push


COMMIT_AFTER_APPROVAL = Scenario(
    "commit-after-approval",
    "A commit is pushed after the approval: it goes back to checks and review.",
    prepare=_push_once_approved,
)


def _let_the_reviewer_sleep(world: World) -> None:
    world.awake = (SECOND_REVIEWER,)
    # The run's clock is the world's divided by its speed.
    second, on_call = (each / world.timeline.speed for each in (_SECOND_AFTER, _ON_CALL_AFTER))
    world.configure(
        f'\n[review]\nsecond = "{SECOND_REVIEWER}"\n'
        f'second_after = "{second:g}s"\non_call_after = "{on_call:g}s"\n'
    )


REVIEWER_ASLEEP = Scenario(
    "reviewer-asleep",
    "The reviewer does not answer: the second one is asked, and approves.",
    prepare=_let_the_reviewer_sleep,
)


def _let_a_colleague_merge(world: World) -> None:
    text = "Cushions, from Monday on.\n"
    push_a_commit(world.clone, "NEWS.md", text, "Announce cushions (#12)")


RIDE_ALONG = Scenario(
    "ride-along",
    "Another change is on main and not live yet: it would ship with the hotfix.",
    prepare=_let_a_colleague_merge,
)


def _set_env(world: World) -> None:
    """Do what ``kubectl set env`` does."""
    world.kubernetes.change(
        "deployments",
        "webrana-frontend",
        lambda each: each["spec"]["template"]["spec"]["containers"][0].update(
            env=[{"name": "BANNER", "value": "We are on it."}]
        ),
    )


SOMEBODY_ELSE_DEPLOYED = Scenario(
    "somebody-else-deployed",
    "A colleague changes the frontend before the rollback: it needs an explicit yes.",
    fix=BAD_FIX,
    then=(
        Act("a colleague: kubectl set env deployment/webrana-frontend BANNER=...", _set_env),
        "rollback",
        "rollback --over-others",
    ),
    ends_with=7,
)
