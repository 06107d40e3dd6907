"""See that nothing which is under way can ship the commit again: only then a rollback is over."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, Reported, maybe
from hotfix.domain.fact_names import (
    AGAIN_RUN_ID,
    CALLED_OFF,
    MERGE_HOW,
    MERGE_SHA,
    PULL_REQUEST_NUMBER,
    ROLLBACK_TARGETS,
    ROLLOUT,
    UNDER_WAY,
    UNSETTLED,
    WORKFLOW_RUN_ID,
)
from hotfix.domain.fact_records import DeployUnderWay
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.open_merge import is_merge_open
from hotfix.domain.outcome import Ask, Done, GoBack, Outcome, Waiting
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.deploys_under_way import in_words, question_about, under_way
from hotfix.ports.workflow_runs import WorkflowRuns

_LOOK_AGAIN_SECONDS = 2.0
# As long as the watch of a merge waits for its run to appear.
_GRACE_SECONDS = 90.0
# How long GitHub is asked before a ``--yes`` ends a rollback without its word.
_PATIENCE_SECONDS = 60.0


@frozen
class SeeNothingUnderWay:
    """Reports ``called_off``, and ``merge_sha`` where the merge is found out here.

    Where the merge is not settled, it is asked about once more; one that was left to GitHub is
    taken back. A run of the deploy workflow is cancelled, or waited for and restored over.

    Effect: cancels runs of the deploy workflow, and merges that are still to come; twice does
    nothing.
    """

    workflow: str  #: file name of the deploy workflow; empty for none
    begins_with: str  #: the rollback's first step, gone back to where something was shipped
    name: str = "see_nothing_under_way"
    reads: ClassVar[Declared] = maybe(
        AGAIN_RUN_ID,
        MERGE_HOW,
        MERGE_SHA,
        PULL_REQUEST_NUMBER,
        ROLLBACK_TARGETS,
        ROLLOUT,
        UNDER_WAY,
        UNSETTLED,
        WORKFLOW_RUN_ID,
    )
    reports: ClassVar[Declared] = maybe(CALLED_OFF, MERGE_SHA)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at the merge, at the deploy workflow, and once more at what runs."""
        try:
            sha = facts.get(MERGE_SHA, "") or _merged_meanwhile(facts, ports)
            if sha is None:
                saying = "waiting for GitHub to take the merge back"
                return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
            going_on = self._going_on(facts, ports.workflow_runs, sha) if self.workflow else None
        except ProblemError as error:
            return self._not_known(facts, error.problem.what, is_final=True)
        except TemporaryTroubleError as trouble:
            return self._not_known(facts, trouble.saying, is_final=False)
        return going_on or self._seen(facts, ports, sha)

    def _going_on(self, facts: Facts, runs: WorkflowRuns, sha: str) -> Outcome | None:
        """Return what is still to be waited for, or asked; None where nothing is under way."""
        again = facts.get(AGAIN_RUN_ID, 0)
        found = [run for run in under_way(runs.unfinished(), sha) if run.run_id != again]
        known = {run.run_id for run in facts.get(UNDER_WAY, ())}
        theirs = [run for run in found if not run.is_ours and run.run_id not in known]
        question = question_about(self.workflow, theirs)
        if theirs and facts.answer(question.key) is None:
            return Ask(question)
        if found:
            return self._cancelled(runs, found)
        is_watched = WORKFLOW_RUN_ID in facts or ROLLOUT in facts
        if not sha or is_watched or facts.elapsed_seconds > _GRACE_SECONDS or runs.find(sha):
            return None
        saying = f"waiting for {self.workflow} to begin for {sha[:8]}, to cancel it"
        return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)

    def _cancelled(self, runs: WorkflowRuns, found: Sequence[DeployUnderWay]) -> Outcome:
        names = ", ".join(in_words(self.workflow, run) for run in found)
        try:
            for run in found:
                runs.cancel(run.run_id)
        except ProblemError as error:
            saying = f"waiting for {names} to end: not to be cancelled. {error.problem.what}"
        else:
            saying = f"waiting for {names} to end: cancelled"
        return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)

    def _seen(self, facts: Facts, ports: Ports, sha: str) -> Outcome:
        """Compare what runs once more: what could not be stopped in time has shipped something."""
        targets = facts.get(ROLLBACK_TARGETS, ())
        if ports.cluster is not None and targets:
            present = ports.cluster.record([each.name for each in targets])
            shipped = [
                now.name
                for now, target in zip(present, targets, strict=True)
                if not now.runs(target)
            ]
            if shipped:
                because = f"{', '.join(shipped)}: deployed once more after the restoration."
                return GoBack(self.begins_with, because)
        found = () if MERGE_SHA in facts or not sha else (MERGE_SHA(sha),)
        called_off = tuple(
            f"{in_words(self.workflow, run)} is over" for run in facts.get(UNDER_WAY, ())
        )
        saying = "; ".join((*called_off, "nothing is under way that would deploy over it"))
        reported: tuple[Reported, ...] = (*found, CALLED_OFF(called_off))
        return Done(f"{saying[0].upper()}{saying[1:]}.", reported)

    def _not_known(self, facts: Facts, why: str, *, is_final: bool) -> Outcome:
        """Wait for GitHub's word, unless a person, or ``--yes`` after a while, does without it."""
        workflow = self.workflow or "a merge"
        question = Question(
            key="under-way",
            text=f"It is not known whether {workflow} is under way. End the rollback all the same?",
            shown=(why, f"To look by hand: gh run list --workflow {self.workflow}"),
            options=(
                Option(
                    "end",
                    "End the rollback; I look at that workflow by hand",
                    does="The rollback ends without knowing it; a deployment that is under way "
                    "would go over it.",
                ),
            ),
            by_yes="end",
        )
        if facts.answer(question.key) is not None:
            saying = f"Whether {workflow} is under way, and would deploy over it, is not known"
            return Done(f"{saying}: {why}", (CALLED_OFF((f"not known: {why}",)),))
        return Waiting(
            f"whether {workflow} is under way could not be asked: {why}",
            look_again_in=_LOOK_AGAIN_SECONDS,
            question=question,
            ready=is_final or facts.elapsed_seconds > _PATIENCE_SECONDS,
        )


def _merged_meanwhile(facts: Facts, ports: Ports) -> str | None:
    """Return the commit of a merge that was not settled; empty for none, None for not yet."""
    if PULL_REQUEST_NUMBER not in facts or not is_merge_open(facts):
        return ""
    number = facts[PULL_REQUEST_NUMBER]
    pull_request = ports.pull_requests.get(number)
    if pull_request.is_merged:
        return pull_request.merge_sha
    if ports.pull_requests.handed_over(number) is None:
        return ""
    ports.pull_requests.take_back(number)
    return None
