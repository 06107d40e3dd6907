"""Compare what the repeated deployment brought with what was recorded before the merge."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import COMPARED, HEALTHY, REPLACED, RESTORED
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout.idle import scaled_to_zero
from hotfix.domain.rollout.judgement import (
    Judgement,
    how_far,
    in_words,
    judge_rollout,
    not_complete,
)
from hotfix.domain.rollout.questions import EXACTLY, ill_redeployment
from hotfix.domain.rollout.running_pod import images_in_words
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.domain.usual_options import STOP_HERE
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster
from hotfix.ports.watched_rollouts import judged_in_words, look, waiting_for

# How long the word that the bad rollout was given up may outlive it.
_STALE_FOR_SECONDS = 10.0
# For how long pods may lose their readiness before somebody is asked.
_UNSTEADY_AFTER_SECONDS = 60.0
# How long a deploy job's success may be ahead of the new revision.
_AFTER_THE_RUN_SECONDS = 60.0


@frozen
class CompareWithTheRecord:
    """Reports ``restored`` and ``compared``; waits for the rollout first.

    Effect: none.
    """

    deployments: tuple[str, ...]  #: names; all are looked at together
    doomed_share: float = 1.0  #: from which share of its new pods on a rollout is doomed
    name: str = "compare_with_the_record"
    reads: ClassVar[Declared] = maybe(HEALTHY, REPLACED)
    reports: ClassVar[Declared] = maybe(COMPARED, RESTORED)
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once; what is ill, or not as recorded, is asked about."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: watch the rollout yourself.", is_needless=True)
        views = look(ports.cluster, self.deployments, facts.elapsed_seconds, _STALE_FOR_SECONDS)
        judged = [judge_rollout(view, self.doomed_share) for view in views]
        if not any(each.is_given_up for each in judged):
            outcome = _before_it_is_over(views, judged, facts, ports.cluster)
            if outcome is not None:
                return outcome
        return self._compared(views, judged, facts, ports.cluster)

    def _compared(
        self,
        views: Sequence[DeploymentView],
        judged: Sequence[Judgement],
        facts: Facts,
        cluster: Cluster,
    ) -> Outcome:
        """Compare what is complete, or given up, with the record."""
        recorded = {each.name: each for each in facts.get(HEALTHY, ())}
        compared = [
            (now, _verdict(now, recorded.get(now.name))) for now in cluster.record(self.deployments)
        ]
        open_ones = not_complete(views, judged)
        shown = (
            *(f"{now.name}: {verdict}" for now, verdict in compared),
            # A template that is as recorded says nothing about pods that do not get ready.
            *(f"not over: {how_far(view)}" for view in open_ones),
            *(
                scaled_to_zero(view.name, recorded[view.name].replicas)
                if view.name in recorded
                else scaled_to_zero(view.name)
                for view in views
                if not view.wanted
            ),
        )
        is_other = bool(open_ones) or any(verdict.startswith("not ") for _, verdict in compared)
        accepted = facts.answer("not-as-recorded")
        if is_other and accepted is None:
            return Ask(_question(shown, judged))
        found = tuple(DeploymentRevision(view.name, view.revision) for view in views)
        by = f"; accepted by {accepted.by}" if is_other and accepted is not None else ""
        return Done(f"{'; '.join(shown)}{by}.", (RESTORED(found), COMPARED(shown)))


def _before_it_is_over(
    views: Sequence[DeploymentView], judged: Sequence[Judgement], facts: Facts, cluster: Cluster
) -> Outcome | None:
    """Ask about what is ill, wait for what is not complete; None where all of it is."""
    replaced = {each.name: each for each in facts.get(REPLACED, ())}
    is_early = facts.elapsed_seconds < _AFTER_THE_RUN_SECONDS
    # Until something new is rolled out, the pods are those of what is to be replaced.
    new = [
        each
        for view, each in zip(views, judged, strict=True)
        if not (is_early and _is_still(view, replaced.get(view.name)))
    ]
    ill = [each for each in new if each.is_ill(_UNSTEADY_AFTER_SECONDS)]
    question = ill_redeployment(ill, ())
    if ill and facts.answer(question.key) is None:
        shown = [*map(how_far, views), *judged_in_words(ill, cluster)]
        return Ask(ill_redeployment(ill, shown))
    open_ones = not_complete(views, judged)
    return waiting_for(open_ones, new, cluster) if open_ones else None


def _is_still(view: DeploymentView, replaced: DeploymentRecord | None) -> bool:
    """Tell whether the newest ReplicaSet is the one that is to be replaced."""
    return replaced is not None and view.template_hash == replaced.template_hash


def _verdict(now: DeploymentRecord, recorded: DeploymentRecord | None) -> str:
    if recorded is None:
        return "nothing was recorded to compare it with"
    # Two hashes that are not known yet are no match: only the template itself is.
    if now.runs(recorded):
        return "as recorded"
    if now.uid != recorded.uid:
        return f"not as recorded: made anew since, with {images_in_words(now.images)}"
    if now.images == recorded.images:
        return "the recorded images, in another pod template"
    wanted = images_in_words(recorded.images)
    return f"not as recorded: {images_in_words(now.images)} instead of {wanted}"


def _question(shown: tuple[str, ...], judged: Sequence[Judgement]) -> Question:
    return Question(
        key="not-as-recorded",
        text="This is not the state that was recorded before the merge. What now?",
        shown=(*shown, *(in_words(each) for each in judged if each.reasons), EXACTLY),
        options=(
            Option("look", "Look again", Then.GO_BACK, "compare_with_the_record"),
            Option(
                "accept",
                "Go on: it is good as it is",
                does="What runs now is taken in the place of what was recorded, and the rollback "
                "goes on.",
            ),
            STOP_HERE,
        ),
        flag="hotfix rollback",
    )
