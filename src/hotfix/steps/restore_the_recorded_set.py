"""Restore what was recorded, all deployments as one set (procedure: "Rollback Procedure")."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    DECIDED_BY,
    DEPLOY_BRANCH_MADE_AT,
    MERGE_SHA,
    REPLACED,
    RESTORATION,
    ROLLBACK_TARGETS,
    ROLLED_BACK,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Done, Evidence, Failed, GoBack, NotDone, Outcome, Unknown
from hotfix.domain.problem import Problem, ProblemError, TemporaryTroubleError
from hotfix.domain.restoration import (
    Reason,
    Restored,
    RestoredState,
    RestoreState,
    report,
    without_a_cluster,
)
from hotfix.domain.rollout.running_pod import images_in_words, named_commits, names_commit
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster


@frozen
class RestoreTheRecordedSet:
    """Reports ``rolled_back`` and ``restoration``, and anew the ``rollback_targets``.

    What the API server made of a target on its way in is from then on the target, too: it is not
    somebody else's change.

    Effect: patches the deployments; what runs already is left alone, so twice does nothing.
    Its evidence is for whoever ends the run instead.
    """

    incident: Incident
    name: str = "restore_the_recorded_set"
    reads: ClassVar[Declared] = (
        REPLACED,
        ROLLBACK_TARGETS,
        *maybe(DECIDED_BY, DEPLOY_BRANCH_MADE_AT, MERGE_SHA),
    )
    reports: ClassVar[Declared] = maybe(RESTORATION, ROLLBACK_TARGETS, ROLLED_BACK)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Patch all at once; what got no answer is tried again, and no failure is left out."""
        if ports.cluster is None:
            return Failed(without_a_cluster("Nothing was restored"), nothing_happened=True)
        targets = facts[ROLLBACK_TARGETS]
        seen = facts[REPLACED]
        reason = Reason(facts.get(DECIDED_BY, facts.operator), facts.run, self.incident.description)
        results = ports.cluster.restore_all(targets, seen, reason)
        if _in(results, RestoreState.TROUBLED):
            raise TemporaryTroubleError(f"{report(results)}.")
        for result in _in(results, RestoreState.REFUSED):
            return Failed(_refused(result, results))
        if _in(results, RestoreState.CHANGED):
            return GoBack("see_what_runs_now", f"{_came_between(results, facts, ports.cluster)}.")
        answered = _answered(targets, results)
        anew = (ROLLBACK_TARGETS(answered),) if answered != targets else ()
        return _restored([RestoredState(result.name, result.state) for result in results], *anew)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """All of the set has the templates of the record; what had not before was patched."""
        if ports.cluster is None:
            return Unknown(without_a_cluster("Whether it was restored is not known"))
        targets = facts[ROLLBACK_TARGETS]
        present = ports.cluster.record([each.name for each in targets])
        if not all(now.runs(target) for now, target in zip(present, targets, strict=True)):
            return NotDone()
        replaced = {each.name: each for each in facts[REPLACED]}
        return _restored(
            [
                RestoredState(
                    target.name,
                    RestoreState.RAN_ALREADY
                    if replaced[target.name].runs(target)
                    else RestoreState.PATCHED,
                )
                for target in targets
            ]
        )


def _restored(found: Sequence[RestoredState], *more: Reported) -> Done:
    patched = [each.name for each in found if each.state is RestoreState.PATCHED]
    left = [each.name for each in found if each.state is not RestoreState.PATCHED]
    saying = (
        f"Set back to the recorded state: {', '.join(patched)}."
        if patched
        else "Everything ran already."
    )
    if patched and left:
        saying += f" Ran already: {', '.join(left)}."
    return Done(saying, (ROLLED_BACK(tuple(patched or left)), RESTORATION(tuple(found)), *more))


def _answered(
    targets: Sequence[DeploymentRecord], results: Sequence[Restored]
) -> tuple[DeploymentRecord, ...]:
    """Return the targets, with what the API server made of them where that is another template."""
    answers = {result.name: result.answered for result in results}
    return tuple(
        target
        if answers.get(target.name, "") in {"", target.fingerprint}
        else replace(target, answered=answers[target.name])
        for target in targets
    )


def _came_between(results: Sequence[Restored], facts: Facts, cluster: Cluster) -> str:
    """Return what was rolled out after the last look, and whose that is as far as it tells."""
    changed = [result.name for result in _in(results, RestoreState.CHANGED)]
    rest = [result for result in results if result.name not in changed]
    try:
        said = [_whose(now, facts) for now in cluster.record(changed)]
    except (ProblemError, TemporaryTroubleError):
        said = [f"{name} was changed meanwhile; by whom is not known" for name in changed]
    return "; ".join([*said, *([report(rest)] if rest else [])])


def _whose(now: DeploymentRecord, facts: Facts) -> str:
    ours = [facts[each] for each in (MERGE_SHA, DEPLOY_BRANCH_MADE_AT) if each in facts]
    found = next((sha for sha in ours if names_commit(now.texts, sha)), "")
    if found:
        return f"{now.name}: the deployment of {found[:8]}, of this run, was faster"
    came = f"{now.name}: {images_in_words(now.images)} was rolled out meanwhile"
    if MERGE_SHA in facts and named_commits(now.texts):
        return f"{came}, which is not of this run"
    return f"{came}; whose that is, is not known"


def _in(results: Sequence[Restored], state: RestoreState) -> list[Restored]:
    return [result for result in results if result.state is state]


def _refused(first: Restored, results: Sequence[Restored]) -> Problem:
    problem = first.problem
    if problem is None:
        raise ValueError(f"{first.name} was refused without a reason")
    return Problem(
        problem.code,
        what=f"Not all of the set was restored. {problem.what}",
        why=f"{report(results)}.",
        next_command=problem.next_command,
    )
