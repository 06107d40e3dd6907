"""What a person is asked when a rollout, or a restoration, will not come to a good end.

The cause is told once, by the question itself; what is shown beside it says the rest.
"""

from collections.abc import Sequence

from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout.judgement import Judgement, beside_the_cause, cause, kinds
from hotfix.domain.usual_options import STOP_HERE

# Answered with "wait", these are not asked again of the same kind of trouble, until the cluster
# itself gives up.
_DOOMED, _RESTORATION_DOOMED = "rollout-doomed", "restoration-doomed"
_REDEPLOYMENT_DOOMED = "redeployment-doomed"
# Answered with "wait", pods may lose their readiness for as long as they like.
UNSTEADY = "rollout-unsteady"
# Answered with "go-on", what has not begun is taken as it is.
NOT_BEGUN = "rollout-not-begun"
# What a person may do instead of what `--via actions` brought.
EXACTLY = "`hotfix rollback` restores exactly what was recorded."


def doomed_rollout(doomed: Sequence[Judgement], shown: Sequence[str]) -> Question:
    """Ask about a rollout that is doomed, or given up by the cluster: rolling back comes first."""
    is_given_up = any(each.is_given_up for each in doomed)
    look = Option("look", "Look again", Then.GO_BACK, "watch_rollout")
    wait = Option(
        "wait",
        "Wait until its pods are ready, or until the cluster gives up",
        does="Nothing is changed; the pods are watched on.",
    )
    return Question(
        key="rollout-failed" if is_given_up else f"{_DOOMED}: {kinds(doomed)}",
        text=f"{cause(doomed, shown)}. {'What now?' if is_given_up else 'Roll back?'}",
        shown=beside_the_cause(doomed, shown),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            look if is_given_up else wait,
            Option("stop", "Stop here; what is rolled out stays", then=Then.STOP),
        ),
        flag="hotfix rollback",
    )


def unsteady(names: Sequence[str], shown: Sequence[str]) -> Question:
    """Ask about pods that are ready again and again, and never for long."""
    return Question(
        key=UNSTEADY,
        text=f"The new pods of {', '.join(names)} do not stay ready. Roll back?",
        shown=tuple(shown),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            Option(
                "wait",
                "Wait on until the new pods stay ready",
                does="Nothing is changed; the pods are watched on.",
            ),
            Option("stop", "Stop here; what is rolled out stays", then=Then.STOP),
        ),
        flag="hotfix rollback",
    )


def not_begun(names: Sequence[str], shown: Sequence[str]) -> Question:
    """Ask about deployments that got no new revision: rolling them back would change nothing."""
    back = "`hotfix rollback` restores what was rolled out of the others."
    return Question(
        key=NOT_BEGUN,
        text=f"Nothing new is rolled out of {', '.join(names)}. What now?",
        shown=(*shown, back),
        options=(
            Option("look", "Look again", Then.GO_BACK, "watch_rollout"),
            Option(
                "go-on",
                "Go on: what runs of it stays as it is",
                does="They keep what they run; which commit that is, is looked at next.",
            ),
            Option("stop", "Stop here; the merge stays", then=Then.STOP),
        ),
        flag="hotfix resume, once it is rolled out, or: hotfix rollback",
    )


def ill_restoration(ill: Sequence[Judgement], shown: Sequence[str]) -> Question:
    """Ask about a restored state that does not get healthy."""
    is_given_up = any(each.is_given_up for each in ill)
    look = Option("look", "Look again", Then.GO_BACK, "watch_the_restoration")
    wait = Option(
        "wait",
        "Wait until its pods are ready, or until the cluster gives up",
        does="Nothing is changed; the pods are watched on.",
    )
    return Question(
        key="restoration-failed" if is_given_up else f"{_RESTORATION_DOOMED}: {kinds(ill)}",
        text=f"The restored state does not get healthy: {cause(ill, shown)}. What now?",
        shown=beside_the_cause(ill, shown),
        options=(
            look if is_given_up else wait,
            Option("again", "Restore again", Then.GO_BACK, "restore_the_recorded_set"),
            STOP_HERE,
        ),
        flag="hotfix resume",
    )


def ill_redeployment(ill: Sequence[Judgement], shown: Sequence[str]) -> Question:
    """Ask about a deployment that was done again and does not get healthy.

    Once the cluster gives up, what came of it is compared with the record.
    """
    return Question(
        key=f"{_REDEPLOYMENT_DOOMED}: {kinds(ill)}",
        text=f"The deployment that was done again does not get healthy: {cause(ill, shown)}. "
        "What now?",
        shown=(*beside_the_cause(ill, shown), EXACTLY),
        options=(
            Option(
                "wait",
                "Wait until its pods are ready, or until the cluster gives up",
                does="Nothing is changed; the pods are watched on.",
            ),
            STOP_HERE,
        ),
        flag="hotfix rollback",
    )
