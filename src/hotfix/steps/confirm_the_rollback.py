"""Confirm the rollback: what runs now, and what it goes back to."""

from dataclasses import dataclass

from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, Done, Failed, Outcome
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question, Then
from hotfix.domain.rollout import images_in_words
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import DeploymentRecord


@dataclass(frozen=True)
class ConfirmTheRollback:
    """Reports ``replaced``: what ran before the rollback.

    Attributes:
        targets: what to go back to; empty for what the run recorded.
    """

    targets: tuple[DeploymentRecord, ...] = ()
    name: str = "confirm_the_rollback"

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show both sides of every deployment and ask."""
        targets = self.targets or recorded(facts)
        if ports.cluster is None or not targets:
            return Failed(_NOTHING_RECORDED)
        present = ports.cluster.record([target.name for target in targets])
        shown = tuple(_in_words(now, target) for now, target in zip(present, targets, strict=True))
        if facts.answer("roll-back") is None:
            return Ask(
                Question(
                    key="roll-back",
                    text="Roll all of these back?",
                    shown=(*shown, "Changed ConfigMaps, Secrets and migrations stay changed."),
                    options=(
                        Option("roll-back", "Roll back"),
                        Option("stop", "Leave everything as it is", then=Then.STOP),
                    ),
                    by_yes="roll-back",
                )
            )
        return Done("; ".join(shown), {"replaced": [record.to_json() for record in present]})


def recorded(facts: Facts) -> tuple[DeploymentRecord, ...]:
    """Return the records that the run made before the merge."""
    return tuple(DeploymentRecord.from_json(record) for record in facts.objects("healthy"))


def _in_words(now: DeploymentRecord, target: DeploymentRecord) -> str:
    if now.template_hash == target.template_hash:
        return f"{now.name}: runs revision {target.revision} already"
    return (
        f"{now.name}: revision {now.revision} ({images_in_words(now.images)}) "
        f"back to revision {target.revision} ({images_in_words(target.images)})"
    )


_NOTHING_RECORDED = Problem(
    ProblemCode.FAILED,
    what="There is no recorded state to go back to.",
    why="This run was stopped before it recorded one, or has no cluster.",
    next_command="hotfix rollback --to-revision N --deployment NAME",
)
