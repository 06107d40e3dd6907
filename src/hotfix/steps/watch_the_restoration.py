"""Watch until what was restored is healthy, and is what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfix.domain import rollout
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import DeploymentView, RolloutVerdict
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord

_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class WatchTheRestoration:
    """Reports ``restored``: the revisions that run now.

    Attributes:
        targets: what to go back to; empty for what the run recorded.
    """

    targets: tuple[DeploymentRecord, ...] = ()
    name: str = "watch_the_restoration"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once."""
        if ports.cluster is None:
            return Done("No cluster configured.")
        targets = self.targets or tuple(
            DeploymentRecord.from_json(record) for record in facts.objects("healthy")
        )
        views = ports.cluster.look([target.name for target in targets])
        if rollout.judge_all(views) is RolloutVerdict.GIVEN_UP:
            return Ask(_question(views))
        waiting = [
            view
            for view, target in zip(views, targets, strict=True)
            if not _is_restored(view, target)
        ]
        if waiting:
            saying = "; ".join(rollout.in_words(view) for view in waiting)
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        names = ", ".join(view.name for view in views)
        found: list[JsonObject] = [{"name": view.name, "revision": view.revision} for view in views]
        return Done(f"Healthy on the recorded state: {names}.", {"restored": found})


def _is_restored(view: DeploymentView, target: DeploymentRecord) -> bool:
    is_same = not target.template_hash or view.template_hash == target.template_hash
    return is_same and rollout.judge(view) is RolloutVerdict.COMPLETE


def _question(views: Sequence[DeploymentView]) -> Question:
    shown = [rollout.in_words(view) for view in views]
    shown += [trouble for view in views for trouble in view.troubles]
    return Question(
        key="restoration-failed",
        text="The restored state does not get healthy. What now?",
        shown=tuple(shown),
        options=(
            Option("look", "Look again", Then.GO_BACK, "watch_the_restoration"),
            Option("again", "Restore again", Then.GO_BACK, "restore_the_recorded_set"),
            Option("stop", "Stop here", then=Then.STOP),
        ),
        flag="hotfix resume",
    )
