"""Watch until what was restored is healthy, and is what was recorded."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    CAVEATS,
    MERGE_SHA,
    REPLACED,
    RESTORED,
    ROLLBACK_TARGETS,
    UNDER_WAY,
)
from hotfix.domain.fact_records import DeploymentRevision
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Failed, GoBack, Outcome
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.restoration import without_a_cluster
from hotfix.domain.rollout.idle import nothing_runs, scaled_to_zero
from hotfix.domain.rollout.judgement import how_far, judge_rollout, not_complete
from hotfix.domain.rollout.made_anew import AFTER_THE_ROLLBACK
from hotfix.domain.rollout.questions import ill_restoration
from hotfix.domain.rollout.running_pod import images_in_words, names_commit
from hotfix.domain.rollout.seen import DeploymentView
from hotfix.domain.usual_options import STOP_HERE
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster
from hotfix.ports.watched_rollouts import judged_in_words, look, waiting_for

# How long the controller may take to see the restored template make progress.
_STALE_FOR_SECONDS = 60.0
# For how long pods may lose their readiness before somebody is asked.
_UNSTEADY_AFTER_SECONDS = 60.0


@frozen
class WatchTheRestoration:
    """Reports ``restored``: the revisions that run now.

    No time is waited for in which all stays ready: what is restored was healthy before.

    Effect: none.
    """

    doomed_share: float = 1.0  #: from which share of its new pods on a restoration is doomed
    name: str = "watch_the_restoration"
    reads: ClassVar[Declared] = (
        REPLACED,
        ROLLBACK_TARGETS,
        *maybe(CAVEATS, MERGE_SHA, UNDER_WAY),
    )
    reports: ClassVar[Declared] = maybe(RESTORED)
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once."""
        if ports.cluster is None:
            return Failed(without_a_cluster("Whether it is healthy is not known"))
        targets = facts[ROLLBACK_TARGETS]
        names = [target.name for target in targets]
        views = look(ports.cluster, names, facts.elapsed_seconds, _STALE_FOR_SECONDS)
        pairs = tuple(zip(views, targets, strict=True))
        strangers = [view.name for view, target in pairs if view.uid not in {"", target.uid}]
        if strangers:
            return Failed(AFTER_THE_ROLLBACK.problem(strangers))
        replaced = {each.name: each.revision for each in facts[REPLACED]}
        # Before any judgement: what somebody else rolls out is not what was restored.
        undone = [
            view for view, target in pairs if _is_overtaken(view, target, replaced.get(view.name))
        ]
        if undone and _is_by_our_deploy(undone, facts):
            over = ", ".join(view.name for view in undone)
            because = f"The deployment that was called off went on over {over}."
            return GoBack("see_what_runs_now", because)
        if undone:
            return Ask(_undone_question(undone, facts))
        return self._outcome(pairs, facts, ports.cluster)

    def _outcome(
        self,
        pairs: Sequence[tuple[DeploymentView, DeploymentRecord]],
        facts: Facts,
        cluster: Cluster,
    ) -> Outcome:
        """Judge what is restored by now."""
        views = [view for view, _ in pairs]
        replaced = {each.name: each for each in facts[REPLACED]}
        judged = [
            judge_rollout(view, self.doomed_share)
            for view, target in pairs
            if _is_shown(view, target, replaced.get(view.name))
        ]
        ill = [each for each in judged if each.is_ill(_UNSTEADY_AFTER_SECONDS)]
        question = ill_restoration(ill, ())
        if ill and facts.answer(question.key) is None:
            shown = [*map(how_far, views), *judged_in_words(ill, cluster)]
            return Ask(ill_restoration(ill, shown))
        waiting = not_complete(views, judged)
        if waiting:
            return waiting_for(waiting, judged, cluster)
        undone = [view for view, target in pairs if _is_another(view, target, cluster)]
        if undone:
            return Ask(_undone_question(undone, facts))
        return self._complete(pairs, facts)

    def _complete(
        self, pairs: Sequence[tuple[DeploymentView, DeploymentRecord]], facts: Facts
    ) -> Outcome:
        """Tell what is healthy, and of what nothing runs, which is asked about if it did before."""
        idle = [(view.name, target.replicas) for view, target in pairs if not view.wanted]
        said = tuple(scaled_to_zero(name, replicas) for name, replicas in idle)
        gone = ", ".join(name for name, replicas in idle if replicas)
        question = nothing_runs(said, gone, self.name)
        if gone and facts.answer(question.key) is None:
            return Ask(question)
        healthy = ", ".join(view.name for view, _ in pairs if view.wanted)
        saying = [f"healthy on the recorded state: {healthy}"] if healthy else []
        found = tuple(DeploymentRevision(view.name, view.revision) for view, _ in pairs)
        words = "; ".join([*saying, *said])
        return Done(f"{words[0].upper()}{words[1:]}.", (RESTORED(found),))


def _is_on(view: DeploymentView, target: DeploymentRecord) -> bool:
    """Tell whether it is set to the target's template: restarted since, or as it was let in.

    Where nobody looked at the template, the newest ReplicaSet tells; where the record has no hash
    either, because the controller had not seen the template, images stand in.
    """
    if view.fingerprint in target.fingerprints:
        return True
    if target.template_hash:
        return view.template_hash == target.template_hash
    return view.images == target.images


def _is_shown(
    view: DeploymentView, target: DeploymentRecord, replaced: DeploymentRecord | None
) -> bool:
    """Tell whether the pods that are seen are the restored ones, and not yet those replaced."""
    if not _is_on(view, target):
        return False
    if not view.fingerprint:
        return True
    if replaced is None or replaced.runs(target):
        return bool(view.template_hash)
    return view.template_hash not in {"", replaced.template_hash}


def _is_overtaken(view: DeploymentView, target: DeploymentRecord, replaced: int | None) -> bool:
    """Tell whether the controller has seen a template that came after the restored one.

    It gives the restored ReplicaSet its new revision a moment before the deployment: so long the
    deployment seems to be at the revision that was replaced, and that is no news.
    """
    if view.observed_generation < view.generation or _is_on(view, target):
        return False
    if view.is_paused:
        return True
    return bool(view.template_hash) and view.revision > (replaced or 0)


def _is_another(view: DeploymentView, target: DeploymentRecord, cluster: Cluster) -> bool:
    """Tell whether what is complete is another template; asked only where nothing tells."""
    if target.template_hash or view.fingerprint in target.fingerprints:
        return False
    (present,) = cluster.record([view.name])
    return not present.runs(target)


def _is_by_our_deploy(undone: Sequence[DeploymentView], facts: Facts) -> bool:
    """Tell whether it is our own merge's deployment, which could not be cancelled in time."""
    if not facts.get(UNDER_WAY, ()) or MERGE_SHA not in facts:
        return False
    return all(names_commit(view.images, facts[MERGE_SHA]) for view in undone)


def _by_whom(view: DeploymentView) -> str:
    images = images_in_words(view.images)
    if view.is_paused:
        return f"{view.name}: {images}, paused: kubectl rollout resume deployment/{view.name}"
    history = f"kubectl rollout history deployment/{view.name} --revision={view.revision}"
    return f"{view.name}: {images} by revision {view.revision}: {history}"


def _undone_question(undone: Sequence[DeploymentView], facts: Facts) -> Question:
    names = ", ".join(f"{view.name} (revision {view.revision} now)" for view in undone)
    caveats = facts.get(CAVEATS, ())
    return Question(
        key="undone",
        text=f"Somebody undid the rollback of {names}. What now?",
        shown=(*map(_by_whom, undone), *(str(caveat) for caveat in caveats)),
        options=(
            Option("again", "Look, and restore again", Then.GO_BACK, "see_what_runs_now"),
            STOP_HERE,
        ),
        flag="hotfix rollback, once the other one is kept from writing",
    )
