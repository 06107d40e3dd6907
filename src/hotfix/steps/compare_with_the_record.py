"""Compare what the repeated deployment brought with what was recorded before the merge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import seen as rollout
from hotfix.domain.rollout.judgement import in_words, judge_rollout
from hotfix.domain.rollout.seen import DeploymentView, RolloutVerdict, images_in_words
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord

_LOOK_AGAIN_SECONDS = 1.0
# How long the word that the bad rollout was given up may outlive it.
_STALE_FOR_SECONDS = 10.0


@dataclass(frozen=True)
class CompareWithTheRecord:
    """Reports ``restored`` and ``compared``; waits for the rollout first."""

    deployments: tuple[str, ...]
    name: str = "compare_with_the_record"
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Look at all deployments at once; a person decides about what is not as recorded."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: watch the rollout yourself.")
        views = [
            rollout.without_earlier_deadline(view, facts.elapsed_seconds, _STALE_FOR_SECONDS)
            for view in ports.cluster.look(self.deployments)
        ]
        open_ones = [view for view in views if rollout.judge(view) is not RolloutVerdict.COMPLETE]
        given_up = rollout.judge_all(views) is RolloutVerdict.GIVEN_UP
        if open_ones and not given_up:
            saying = "; ".join(rollout.in_words(view) for view in open_ones)
            return Waiting(saying, look_again_in=_LOOK_AGAIN_SECONDS)
        recorded = {
            str(each["name"]): DeploymentRecord.from_json(each) for each in facts.objects("healthy")
        }
        present = ports.cluster.record(self.deployments)
        compared = [(now, _verdict(now, recorded.get(now.name))) for now in present]
        shown = (
            *(f"{now.name}: {verdict}" for now, verdict in compared),
            # A template that is as recorded says nothing about pods that do not get ready.
            *(f"not over: {rollout.in_words(view)}" for view in open_ones),
        )
        is_other = given_up or any(verdict.startswith("not ") for _, verdict in compared)
        accepted = facts.answer("not-as-recorded")
        if is_other and accepted is None:
            return Ask(_question(shown, views))
        found: list[JsonObject] = [{"name": view.name, "revision": view.revision} for view in views]
        by = f"; accepted by {accepted.by}" if is_other and accepted is not None else ""
        return Done(f"{'; '.join(shown)}{by}.", {"restored": found, "compared": list(shown)})


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


def _question(shown: tuple[str, ...], views: Sequence[DeploymentView]) -> Question:
    return Question(
        key="not-as-recorded",
        text="This is not the state that was recorded before the merge. What now?",
        shown=(
            *shown,
            *(in_words(each) for each in map(judge_rollout, views) if each.reasons),
            "`hotfix rollback` restores exactly what was recorded.",
        ),
        options=(
            Option("look", "Look again", Then.GO_BACK, "compare_with_the_record"),
            Option("accept", "It is good as it is"),
            Option("stop", "Stop here", then=Then.STOP),
        ),
        flag="hotfix rollback",
    )
