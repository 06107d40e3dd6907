"""What a rollback says before it asks: what goes back to what, and what bars it."""

from collections.abc import Collection, Sequence

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.nearest import did_you_mean
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.restoration import Caveat, Revision
from hotfix.domain.rollout.running_pod import images_in_words


def dropped(revision: Revision) -> Caveat:
    """Name what came between the record and our deploy, and goes with it."""
    cause = f", {revision.change_cause}" if revision.change_cause else ""
    name, number = revision.deployment, revision.number
    return Caveat(
        f"{name}: revision {number} ({images_in_words(revision.images)}{cause}) came after the "
        "record and goes, too",
        f"kubectl rollout history deployment/{name} --revision={number}",
    )


def unrecorded(configured: Sequence[str], recorded: Sequence[DeploymentRecord]) -> tuple[str, ...]:
    """Return the names of the configured deployments that a run has no record of."""
    known = {each.name for each in recorded}
    return tuple(name for name in configured if name not in known)


def beside_the_record(name: str) -> Caveat:
    """Name a configured deployment that is no part of what goes back."""
    return Caveat(
        f"{name}: is configured, but this run has no record of it, so it stays as it is",
        f"hotfix rollback --to-revision N --deployment {name}",
    )


def left_as_it_is(names: Sequence[str]) -> Problem:
    """Word that a rollback is over and did nothing about ``names``."""
    return Problem(
        ProblemCode.FAILED,
        what=f"This rollback did nothing about {', '.join(names)}.",
        why="The run has no record of it: it was configured only after the record was made.",
        next_command="; ".join(beside_the_record(name).next_command for name in names),
    )


def what_goes_back(
    pairs: Sequence[tuple[DeploymentRecord, DeploymentRecord]],
    anew: Collection[str],
    others: Collection[str],
) -> list[str]:
    """Return what goes back to what, line by line.

    Args:
        pairs: what runs, and what to go back to.
        anew: names of those that were made anew since the record.
        others: names of those that somebody else changed.
    """
    lines = [
        _anew_in_words(now, target) if now.name in anew else _back_in_words(now, target)
        for now, target in pairs
    ]
    changed = [name for name in others if name not in anew]
    return [*lines, *(f"{name} was changed by somebody else since" for name in changed)]


def _anew_in_words(now: DeploymentRecord, target: DeploymentRecord) -> str:
    if now.runs(target):
        return f"{now.name}: made anew since the record, runs what was recorded already"
    return (
        f"{now.name}: made anew since the record, so it is another one of that name: its "
        f"revision {now.revision} ({images_in_words(now.images)}) goes, and the recorded template "
        f"({images_in_words(target.images)}) is put onto it"
    )


def _back_in_words(now: DeploymentRecord, target: DeploymentRecord) -> str:
    if now.runs(target):
        return f"{now.name}: runs revision {now.revision} already"
    return (
        f"{now.name}: revision {now.revision} ({images_in_words(now.images)}) "
        f"to go back to revision {target.revision} ({images_in_words(target.images)})"
    )


def not_recorded(unknown: Sequence[str], every: Sequence[DeploymentRecord]) -> Problem:
    """Word that there is nothing to go back to: for ``unknown`` names, or at all."""
    if unknown and every:
        names = [each.name for each in every]
        meant = "".join(did_you_mean(each, names) for each in unknown)
        return Problem(
            ProblemCode.USAGE,
            what=f"Nothing is recorded of {', '.join(unknown)}.",
            why=f"What can be restored: {', '.join(names)}.{meant}",
            next_command="hotfix rollback --list",
        )
    return Problem(
        ProblemCode.FAILED,
        what="There is no recorded state to go back to.",
        why="This run was stopped before it recorded one, or has no cluster.",
        next_command="hotfix rollback --list; then: "
        "hotfix rollback --to-revision N --deployment NAME",
    )


def paused_ones(pairs: Sequence[tuple[DeploymentRecord, DeploymentRecord]]) -> Problem | None:
    """Return what bars the whole set from going back, before any of it is touched."""
    paused = [
        now.name
        for now, target in pairs
        if now.is_paused
        and not (target.template_hash and now.template_hash == target.template_hash)
    ]
    return _paused(paused) if paused else None


def _paused(names: Sequence[str]) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        what=f"Paused: {', '.join(names)}. Nothing was restored.",
        why="A paused deployment takes a new template but does not roll it out.",
        next_command=f"kubectl rollout resume deployment/{names[0]}; then: hotfix rollback "
        "(or go without it: --deployment NAME of the others)",
    )
