"""Prove that the merged commit is what runs: every ready pod says so."""

from dataclasses import dataclass
from typing import ClassVar

from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import DeploymentView, is_commit, runs_commit
from hotfix.ports.bundle import Ports

_LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class ProveTheCommitRuns:
    """Reports ``proof``: how many ready pods of each deployment run the merged commit."""

    deployments: tuple[str, ...]
    name: str = "prove_the_commit_runs"
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Compare what the pods say they run with the merge commit."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: nothing to prove.")
        sha = facts.text("merge_sha")
        views = ports.cluster.look(self.deployments)
        silent = [view.name for view in views if not any(view.commits)]
        if silent and facts.answer("silent") is None:
            return Ask(_question(silent))
        other = [view for view in views if any(view.commits) and not runs_commit(view, sha)]
        if other:
            return Waiting(
                "; ".join(_in_words(view, sha) for view in other),
                look_again_in=_LOOK_AGAIN_SECONDS,
            )
        proof: list[JsonObject] = [{"name": view.name, "pods": len(view.commits)} for view in views]
        pods = sum(len(view.commits) for view in views)
        return Done(f"All {pods} ready pods run {sha[:8]}.", {"proof": proof})


def _in_words(view: DeploymentView, sha: str) -> str:
    others = sorted(
        {commit[:8] or "an unnamed commit" for commit in view.commits if not is_commit(commit, sha)}
    )
    return f"{view.name} still runs {', '.join(others)}"


def _question(silent: list[str]) -> Question:
    return Question(
        key="silent",
        text="The pods do not say which commit they run. Go on without the proof?",
        shown=(f"Silent: {', '.join(silent)}.", "Name it in the image tag or in a label."),
        options=(
            Option("go-on", "Go on without the proof"),
            Option("roll-back", "Roll back", then=Then.ROLL_BACK),
        ),
        by_yes="go-on",
    )
