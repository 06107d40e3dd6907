"""Watch the rollout of every deployment until it is complete (procedure, step 6)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfix.domain import rollout
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import DeploymentView, RolloutVerdict
from hotfix.ports.bundle import Ports

_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class WatchRollout:
    """Reports ``rollout``: the revision that each deployment came to."""

    deployments: tuple[str, ...]
    name: str = "watch_rollout"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once; one that has not begun is not complete."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: watch the rollout yourself.")
        views = ports.cluster.look(self.deployments)
        before = {str(record["name"]): record for record in facts.objects("healthy")}
        if rollout.judge_all(views) is RolloutVerdict.GIVEN_UP:
            return Ask(_question(views))
        waiting = [view for view in views if not _is_over(view, before.get(view.name))]
        if waiting:
            saying = "; ".join(rollout.in_words(view) for view in waiting)
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        revisions = ", ".join(f"{view.name} at revision {view.revision}" for view in views)
        found: list[JsonObject] = [{"name": view.name, "revision": view.revision} for view in views]
        return Done(f"Rolled out: {revisions}.", {"rollout": found})


def _is_over(view: DeploymentView, before: JsonObject | None) -> bool:
    """Tell whether the rollout is complete, and is another one than before the merge."""
    has_begun = before is None or view.revision > int(str(before["revision"]))
    return has_begun and rollout.judge(view) is RolloutVerdict.COMPLETE


def _question(views: Sequence[DeploymentView]) -> Question:
    shown = [rollout.in_words(view) for view in views]
    shown += [trouble for view in views for trouble in view.troubles]
    return Question(
        key="rollout-failed",
        text="The rollout does not come to an end. What now?",
        shown=tuple(shown),
        options=(
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            Option("look", "Look again", then=Then.GO_BACK, back_to="watch_rollout"),
            Option("stop", "Stop here; what is rolled out stays", then=Then.STOP),
        ),
        flag="hotfix rollback",
    )
