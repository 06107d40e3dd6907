"""Watch until what was restored is healthy, and is what was recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotfix.domain import rollout
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import DeploymentView, RolloutVerdict
from hotfix.domain.rollout_judgement import Judgement, Stand, in_words, judge_rollout
from hotfix.domain.rollout_questions import RESTORATION_DOOMED, ill_restoration
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster, DeploymentRecord, records_from
from hotfix.ports.restoration import Caveat

# How long the controller may take to see the restored template make progress.
_STALE_FOR_SECONDS = 60.0


@dataclass(frozen=True)
class WatchTheRestoration:
    """Reports ``restored``: the revisions that run now."""

    name: str = "watch_the_restoration"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once."""
        if ports.cluster is None:
            return Done("No cluster configured.")
        targets = records_from(facts.objects("rollback_targets"))
        views = [
            rollout.without_earlier_deadline(view, facts.elapsed_seconds, _STALE_FOR_SECONDS)
            for view in ports.cluster.look([target.name for target in targets])
        ]
        judged = [judge_rollout(view) for view in views]
        doomed = [each for each in judged if each.stand is Stand.DOOMED]
        is_given_up = any(each.is_given_up for each in doomed)
        if is_given_up or (doomed and facts.answer(RESTORATION_DOOMED) is None):
            shown = [*map(rollout.in_words, views), *map(in_words, doomed)]
            shown += _explanation(doomed, ports.cluster)
            return Ask(ill_restoration(shown, is_given_up=is_given_up))
        pairs = tuple(zip(views, targets, strict=True))
        undone = [view for view, target in pairs if _is_undone(view, target)]
        if undone:
            return Ask(_undone_question(undone, facts))
        waiting = [view for view, target in pairs if not _is_restored(view, target)]
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


def _is_undone(view: DeploymentView, target: DeploymentRecord) -> bool:
    """Tell whether another template than the target's has been rolled out to its end."""
    is_other = bool(target.template_hash) and view.template_hash != target.template_hash
    return is_other and rollout.judge(view) is RolloutVerdict.COMPLETE


def _undone_question(undone: Sequence[DeploymentView], facts: Facts) -> Question:
    names = ", ".join(f"{view.name} (revision {view.revision} now)" for view in undone)
    caveats = [Caveat.from_json(each) for each in facts.objects("caveats")]
    return Question(
        key="undone",
        text=f"Somebody undid the rollback of {names}. What now?",
        shown=tuple(str(caveat) for caveat in caveats),
        options=(
            Option("again", "Look, and restore again", Then.GO_BACK, "see_what_runs_now"),
            Option("stop", "Stop here", then=Then.STOP),
        ),
        flag="hotfix rollback, once the other one is kept from writing",
    )
