"""Watch the rollout of every deployment until it is complete and stays so (procedure, step 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain import rollout, rollout_questions
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Failed, Outcome, Waiting
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.rollout import DeploymentView
from hotfix.domain.rollout_judgement import (
    Judgement,
    Stand,
    in_words,
    judge_rollout,
    stable_seconds,
    worst,
)
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster

# How long the word that an earlier rollout was given up may outlive it.
_STALE_FOR_SECONDS = 10.0


@dataclass(frozen=True)
class WatchRollout:
    """Reports ``rollout``: the revision that each deployment came to.

    Attributes:
        deployments: names; all are looked at together.
        stability_seconds: how long all new pods must have been ready; 0 for no such time.
        doomed_share: from which share of its new pods on a rollout is doomed.
    """

    deployments: tuple[str, ...]
    stability_seconds: float = 0.0
    doomed_share: float = 1.0
    name: str = "watch_rollout"
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once; one that has not begun is not judged yet."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: watch the rollout yourself.")
        views = [
            rollout.without_earlier_deadline(view, facts.elapsed_seconds, _STALE_FOR_SECONDS)
            for view in ports.cluster.look(self.deployments)
        ]
        before = {str(record["name"]): record for record in facts.objects("healthy")}
        other = [view.name for view in views if _is_another(view, before.get(view.name))]
        if other:
            return Failed(_made_anew(other))
        # What was ill before the merge is what the hotfix is for.
        begun = [view for view in views if _has_begun(view, before.get(view.name))]
        judged = [judge_rollout(view, self.doomed_share) for view in begun]
        doomed = [each for each in judged if each.stand is Stand.DOOMED]
        is_given_up = any(each.is_given_up for each in doomed)
        if is_given_up or (doomed and facts.answer(rollout_questions.DOOMED) is None):
            shown = [*map(rollout.in_words, views), *map(in_words, doomed)]
            shown += _explanation(doomed, ports.cluster)
            return Ask(rollout_questions.doomed_rollout(shown, is_given_up=is_given_up))
        left = self.stability_seconds - min(map(stable_seconds, views))
        is_complete = len(begun) == len(views) and worst(judged) is Stand.COMPLETE
        if not is_complete or (self.stability_seconds and left > 0):
            saying = _progress(views, judged)
            if is_complete:
                saying = f"Rolled out; all pods must stay ready for {self.stability_seconds:g} s"
            shown = _explanation([each for each in judged if _is_bad(each)], ports.cluster)
            return Waiting(saying, ports.cluster.look_again_in(), shown=tuple(shown))
        revisions = ", ".join(f"{view.name} at revision {view.revision}" for view in views)
        found: list[JsonObject] = [{"name": view.name, "revision": view.revision} for view in views]
        return Done(f"Rolled out: {revisions}.", {"rollout": found})


def _has_begun(view: DeploymentView, before: JsonObject | None) -> bool:
    return before is None or view.revision > int(str(before["revision"]))


def _is_another(view: DeploymentView, before: JsonObject | None) -> bool:
    return before is not None and bool(view.uid) and view.uid != str(before["uid"])


def _is_bad(judgement: Judgement) -> bool:
    return judgement.stand in {Stand.SUSPECT, Stand.DOOMED}


def _progress(views: Sequence[DeploymentView], judged: Sequence[Judgement]) -> str:
    complete = {each.deployment for each in judged if each.stand is Stand.COMPLETE}
    words = [rollout.in_words(view) for view in views if view.name not in complete]
    return "; ".join([*words, *(in_words(each) for each in judged if each.reasons)])


def _explanation(judged: Sequence[Judgement], cluster: Cluster) -> list[str]:
    return [line for each in judged for line in cluster.explain(each.deployment, each.pods)]


def _made_anew(names: Sequence[str]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"{', '.join(names)}: deleted and made anew since the healthy state was recorded.",
        why="Its UID is another one, so neither its revisions nor a rollback can be relied on.",
        next_command=f"kubectl rollout status deployment/{names[0]}; then: hotfix abort",
    )
