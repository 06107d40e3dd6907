"""See what a rollback would replace, and what it would leave: before anybody is asked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ClassVar

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import (
    AGAIN_RUN_ID,
    CAVEATS,
    CHANGED_BY_OTHERS,
    DEPLOY_BRANCH_MADE_AT,
    HEALTHY,
    MERGE_HOW,
    MERGE_SHA,
    PROOF,
    REPLACED,
    ROLLBACK_SHOWN,
    ROLLBACK_TARGETS,
    ROLLOUT,
    UNDER_WAY,
    UNSETTLED,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.outcome import Done, Failed, Outcome
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.restoration import Revision
from hotfix.domain.rollout.before_the_yes import (
    beside_the_record,
    dropped,
    not_recorded,
    paused_ones,
    unrecorded,
    what_goes_back,
)
from hotfix.domain.rollout.running_pod import named_commits, names_commit
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Survey
from hotfix.ports.deploys_under_way import caveats_of, under_way
from hotfix.ports.workflow_runs import WorkflowRun, WorkflowRuns


@frozen
class SeeWhatRunsNow:
    """Reports ``rollback_targets``, ``replaced``, ``changed_by_others`` and ``rollback_shown``.

    What is decided and replaced later is what was seen here, and nothing else.

    Effect: none.
    """

    #: what to go back to; empty for what the run recorded
    targets: tuple[DeploymentRecord, ...] = ()
    only: tuple[str, ...] = ()  #: names of the deployments to go back with; empty for all
    workflow: str = ""  #: file name of the deploy workflow; empty for none
    configured: tuple[str, ...] = ()  #: names of the deployments that should all be recorded
    name: str = "see_what_runs_now"
    reads: ClassVar[Declared] = maybe(
        AGAIN_RUN_ID,
        CHANGED_BY_OTHERS,
        DEPLOY_BRANCH_MADE_AT,
        HEALTHY,
        MERGE_HOW,
        MERGE_SHA,
        PROOF,
        REPLACED,
        ROLLBACK_TARGETS,
        ROLLOUT,
        UNSETTLED,
    )
    reports: ClassVar[Declared] = (
        CAVEATS,
        CHANGED_BY_OTHERS,
        REPLACED,
        ROLLBACK_SHOWN,
        ROLLBACK_TARGETS,
        *maybe(UNDER_WAY),
    )

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the deployments and at who else writes them, at the same time."""
        every = self.targets or facts.get(HEALTHY, ())
        wanted = tuple(each for each in every if not self.only or each.name in self.only)
        unknown = [name for name in self.only if name not in {each.name for each in every}]
        if ports.cluster is None or not every or unknown:
            return Failed(not_recorded(unknown, every))
        with ThreadPoolExecutor() as pool:
            unfinished = pool.submit(_unfinished, ports.workflow_runs, self.workflow)
            survey = ports.cluster.survey(wanted)
            theirs = _theirs(survey, facts)
            found = unfinished.result()
        again = facts.get(AGAIN_RUN_ID, 0)
        known = under_way(found or (), facts.get(MERGE_SHA, ""), again)
        caveats = (
            *survey.caveats,
            *map(beside_the_record, unrecorded(self.configured, every)),
            *map(dropped, theirs),
            *caveats_of(self.workflow, found, known),
        )
        seen = tuple(zip(survey.present, wanted, strict=True))
        anew = {now.name for now, each in seen if now.uid != each.uid}
        pairs = [(now, _target_of(now, each, facts)) for now, each in seen]
        targets = tuple(target for _, target in pairs)
        barred = paused_ones(pairs)
        if barred is not None:
            return Failed(barred)
        overlaid = {each.deployment for each in theirs} | anew
        others = [
            now.name
            for now, target in pairs
            if _is_by_others(
                now,
                target,
                facts,
                is_over_others=now.name in overlaid,
                is_by_rollback=now.name in survey.by_rollback,
            )
        ]
        shown = what_goes_back(pairs, anew, others)
        shown += [str(caveat) for caveat in caveats]
        return Done(
            f"{'; '.join(shown)}.",
            (
                ROLLBACK_TARGETS(targets),
                REPLACED(survey.present),
                CHANGED_BY_OTHERS(tuple(others)),
                ROLLBACK_SHOWN(tuple(shown)),
                CAVEATS(caveats),
                UNDER_WAY(known),
            ),
        )


def _target_of(now: DeploymentRecord, wanted: DeploymentRecord, facts: Facts) -> DeploymentRecord:
    """Return what to go back to.

    That is what was recorded, put onto a deployment that was made anew since; and what an earlier
    restoration of this run made of it.
    """
    earlier = {each.name: each for each in facts.get(ROLLBACK_TARGETS, ())}.get(wanted.name)
    is_same = earlier is not None and earlier.template == wanted.template
    answered = earlier.answered if earlier is not None and is_same else wanted.answered
    if now.uid == wanted.uid and answered == wanted.answered:
        return wanted
    return replace(wanted, uid=now.uid, answered=answered)


def _theirs(survey: Survey, facts: Facts) -> list[Revision]:
    """Return what somebody else rolled out between the record and our deploy.

    What our own deploys made names a commit of ours, and a rollback leaves its mark. A deploy job
    that patches in several steps makes several revisions of the same images.
    """
    if MERGE_SHA not in facts:
        return []
    images = {now.name: now.images for now in survey.present}
    return [
        each
        for each in survey.between
        if not each.is_by_rollback
        and each.images != images[each.deployment]
        and not any(names_commit(_texts(each), sha) for sha in _our_commits(facts))
    ]


def _texts(revision: Revision) -> tuple[str, ...]:
    return (*revision.images, *revision.marks)


def _is_by_others(
    now: DeploymentRecord,
    target: DeploymentRecord,
    facts: Facts,
    *,
    is_over_others: bool,
    is_by_rollback: bool,
) -> bool:
    """Tell whether what runs, or what it was rolled out over, is not what this run knows of.

    Where no merge is known, it knows of what an earlier look of this rollback saw; while one may
    have been made unseen, of the first revision after the record as well.
    """
    if now.runs(target):
        return False
    earlier = {each.name: each for each in facts.get(REPLACED, ())}.get(now.name)
    if earlier is not None and (now.runs(earlier)):
        return now.name in facts.get(CHANGED_BY_OTHERS, ())
    if is_over_others or is_by_rollback:
        return is_over_others
    is_next = now.revision == target.revision + 1
    if MERGE_SHA not in facts:
        # GitHub may have merged it unseen: the next revision is what its deploy would have made.
        is_perhaps_ours = is_merge_open(facts) and is_next and earlier is None
        return not is_perhaps_ours and (earlier is not None or HEALTHY in facts)
    return not _is_ours(now, target, facts)


def _is_ours(now: DeploymentRecord, target: DeploymentRecord, facts: Facts) -> bool:
    """Tell whether what runs is what this run rolled out: it carries the commit.

    Once its rollout was watched to the end, it is that revision, restarted since or not; what was
    watched by mistake carries no commit of ours. A team that names none in what it deploys is known
    by the revision alone: until then, by the first one after the record.
    """
    proven = {each.name: each.revision for each in facts.get(PROOF, ())}
    is_ours = (
        any(names_commit(now.texts, sha) for sha in _our_commits(facts))
        or proven.get(now.name) == now.revision
        or not any(named_commits(each.texts) for each in (now, target))
    )
    rolled_out = {each.name: each for each in facts.get(ROLLOUT, ())}.get(now.name)
    if rolled_out is not None:
        # No hash: its template is so new that the controller has not given it a revision yet.
        is_that = now.revision == rolled_out.revision and bool(now.template_hash)
        return is_ours and (is_that or now.fingerprint == rolled_out.fingerprint)
    is_named = bool(named_commits((*now.texts, *target.texts)))
    return is_ours and (is_named or now.revision == target.revision + 1)


def _our_commits(facts: Facts) -> list[str]:
    """Return what was merged, and where we created the deploy branch: such a push deploys, too."""
    made_at = facts.get(DEPLOY_BRANCH_MADE_AT)
    return [facts[MERGE_SHA], *([made_at] if made_at else [])]


def _unfinished(runs: WorkflowRuns, workflow: str) -> tuple[WorkflowRun, ...] | None:
    """Return what would deploy over it; None where a GitHub that is down does not tell."""
    if not workflow:
        return ()
    try:
        return runs.unfinished()
    except (ProblemError, TemporaryTroubleError):
        return None
