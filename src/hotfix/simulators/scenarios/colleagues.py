"""Scenarios of what colleagues do meanwhile: hold the lock, push, merge, deploy, or sleep."""

from hotfix.simulators.people import push_a_commit
from hotfix.simulators.played_fix import BAD_FIX
from hotfix.simulators.scenarios.scenario import Act, Cue, Scenario
from hotfix.simulators.world import SECOND_REVIEWER, World

COLLEAGUE, THEIR_RUN = "noor", "hf-20260312-0258-login-fails-m4tt"
_SECOND_AFTER, _ON_CALL_AFTER = 120.0, 600.0


def _let_a_colleague_hold_the_lock(world: World) -> None:
    world.kubernetes.hold_lock(THEIR_RUN, COLLEAGUE, phase="review", step="await_approval")


LOCKED = Scenario(
    "locked",
    "A colleague is working on another hotfix: yours has to wait, or theirs is taken over.",
    part="A colleague, noor, holds the lock for a hotfix of hers. Read what she does and since "
    "when, and leave: it is not yours to take while she is at it.",
    cues=(Cue("claim_the_lock", "She is at work: leave it with her.", asks=True),),
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
    part="Mend the checkout. Once it is approved, a commit is pushed to your branch as if by a "
    "colleague: see that nothing unreviewed is merged, and wait for the second approval.",
    prepare=_push_once_approved,
)


def _let_the_reviewer_sleep(world: World) -> None:
    world.awake = (SECOND_REVIEWER,)
    # As fast as the procedure is walked: a person has the time to see whose turn it is.
    second, on_call = (each / world.pace for each in (_SECOND_AFTER, _ON_CALL_AFTER))
    world.configure(
        f'\n[review]\nsecond = "{SECOND_REVIEWER}"\n'
        f'second_after = "{second:g}s"\non_call_after = "{on_call:g}s"\n'
    )


REVIEWER_ASLEEP = Scenario(
    "reviewer-asleep",
    "The reviewer does not answer: the second one is asked, and approves.",
    part="Mend the checkout, then do nothing: rena sleeps, and noor is asked in her place.",
    cues=(
        Cue("request_review", "rena is asked, and sleeps. Do nothing, and see who is asked next."),
    ),
    prepare=_let_the_reviewer_sleep,
)


def _let_a_colleague_merge(world: World) -> None:
    text = "Cushions, from Monday on.\n"
    push_a_commit(world.clone, "NEWS.md", text, "Announce cushions (#12)")


RIDE_ALONG = Scenario(
    "ride-along",
    "Another change is on main and not live yet: it would ship with the hotfix.",
    part="Somebody's commit is on main and not live. When it is named, decide whether it may ship "
    "along; then mend the checkout.",
    cues=(Cue("list_the_ride_along", "Decide: does it ship along?", asks=True),),
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
    part="Write a wrong fix: let total_cents return 0 where there is no voucher. Once verification "
    "fails, a colleague changes the frontend: roll back, read whose change that undoes, and say "
    "yes to it by a word of its own.",
    fix=BAD_FIX,
    cues=(
        Cue("await_the_fix", "Now the wrong fix: return 0 where there is no voucher."),
        Cue(
            "probe_production",
            "A colleague has just set BANNER in webrana-frontend. Roll back, and read whose change "
            "it would undo.",
            asks=True,
            do=_set_env,
        ),
    ),
    then=(
        Act("a colleague: kubectl set env deployment/webrana-frontend BANNER=...", _set_env),
        "rollback",
        "rollback --over-others",
    ),
    ends_with=7,
)


def _give_her_a_laptop(world: World) -> None:
    world.add_laptop(SECOND_REVIEWER)


def _go_to_hers(world: World) -> None:
    world.go_to_laptop(SECOND_REVIEWER)


HAND_OVER = Scenario(
    "hand-over",
    "The engineer has to go in the middle: a colleague takes over, from another laptop.",
    part="You are noor. Dana has begun a hotfix, is played until her pull request waits for its "
    "checks, and leaves. On your own laptop, with a clone and nothing of the run: hotfix status "
    "--team, then hotfix takeover RUN, and take it to production.",
    prepare=_give_her_a_laptop,
    breaks_off_in="await_checks",
    enters_later=True,
    then=(Act("cd laptop-of-noor/webrana    # noor, on another laptop", _go_to_hers), "takeover"),
    cues=(Cue("await_checks", "Dana leaves now (Ctrl-C). You are noor: take over."),),
)
