"""Watch until what was restored is healthy, and is what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfix.domain import rollout
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.rollout import DeploymentView, RolloutVerdict
from hotfix.domain.rollout_judgement import Judgement, Stand, in_words, judge_rollout
from hotfix.domain.rollout_questions import RESTORATION_DOOMED, ill_restoration
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster, DeploymentRecord


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
        judged = [judge_rollout(view) for view in views]
        doomed = [each for each in judged if each.stand is Stand.DOOMED]
        is_given_up = any(each.is_given_up for each in doomed)
        if is_given_up or (doomed and facts.answer(RESTORATION_DOOMED) is None):
            shown = [*map(rollout.in_words, views), *map(in_words, doomed)]
            shown += _explanation(doomed, ports.cluster)
            return Ask(ill_restoration(shown, is_given_up=is_given_up))
        waiting = [
            view
            for view, target in zip(views, targets, strict=True)
            if not _is_restored(view, target)
        ]
        if waiting:
            words = [*map(rollout.in_words, waiting), *map(in_words, filter(_is_bad, judged))]
            shown = _explanation([*filter(_is_bad, judged)], ports.cluster)
            pause = ports.cluster.look_again_in()
            return Waiting("; ".join(words), look_again_in=pause, shown=tuple(shown))
        names = ", ".join(view.name for view in views)
        found: list[JsonObject] = [{"name": view.name, "revision": view.revision} for view in views]
        return Done(f"Healthy on the recorded state: {names}.", {"restored": found})


def _is_restored(view: DeploymentView, target: DeploymentRecord) -> bool:
    is_same = not target.template_hash or view.template_hash == target.template_hash
    return is_same and rollout.judge(view) is RolloutVerdict.COMPLETE


def _is_bad(judgement: Judgement) -> bool:
    return judgement.stand in {Stand.SUSPECT, Stand.DOOMED}


def _explanation(judged: Sequence[Judgement], cluster: Cluster) -> list[str]:
    return [line for each in judged for line in cluster.explain(each.deployment, each.pods)]
