"""What a push deploys, as the deploy workflow's file in a commit says."""

from collections.abc import Iterator

from hotfix.detect.plain_yaml import UnreadableYamlError, one_document
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.push_triggers import PushTriggers, push_triggers, would_deploy
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.ports.repository import Repository

_AREA, _NAME = "git", "what a push deploys"


def path_of(workflow: str) -> str:
    """Return where the file of a workflow is, which is named with its folder or without."""
    return f".github/workflows/{workflow.rpartition('/')[2]}"


def triggers_in(text: str | None) -> PushTriggers:
    """Return the triggers in the file of a workflow, None where a commit has no such file.

    GitHub reads it from the commit that is pushed: without it, none of its pushes runs it.
    """
    if text is None:
        return PushTriggers()
    try:
        return push_triggers(one_document(text))
    except UnreadableYamlError:
        return PushTriggers(is_unreadable=True)


def push_needs(
    repository: Repository,
    base: str,
    workflow: str,
    merge_into: str,
    branch: str,
    dispatch_input: str = "",
) -> Iterator[Need]:
    """Tell, as of the remote's ``base``, what a push deploys.

    Where ``dispatch_input`` is to name a commit to the workflow, what it lacks for that is told.
    """
    try:
        tip = repository.fetch(base)
    except (ProblemError, TemporaryTroubleError) as error:
        yield unmet(_AREA, _NAME, Finding.WARNING, error)
        return
    # Where there is no base, that is told elsewhere.
    if tip is not None:
        triggers = repository.push_triggers(tip, workflow)
        yield _need(triggers, workflow, merge_into, branch)
        if dispatch_input and not triggers.is_unreadable:
            yield from _by_hand(triggers, workflow.rpartition("/")[2], dispatch_input)


def _need(triggers: PushTriggers, workflow: str, merge_into: str, branch: str) -> Need:
    """Tell whether pushing ``branch`` deploys nothing, and ``merge_into`` what is merged there."""
    name = workflow.rpartition("/")[2]
    deploys = triggers.deploy(branch)
    if deploys:
        problem = would_deploy(name, triggers, branch)
        saw = f"{problem.what} {problem.why}"
        return Need(_AREA, _NAME, Finding.FAILED, saw, problem.next_command)
    if deploys is None:
        saw = _not_known(name, triggers, branch)
        mend = f"Name in {name} the one branch that deploys: on: push: branches: [{merge_into}]"
        return Need(_AREA, _NAME, Finding.WARNING, saw, mend)
    if not triggers.names_any:
        return Need(_AREA, _NAME, Finding.OK, f"no push of a branch runs {name}", is_told=True)
    saw = f"{name} deploys what is pushed to {triggers.in_words}"
    if not triggers.run_for(merge_into):
        saw += f": a merge into {merge_into} would not run it"
        mend = f"Correct [github] merge_into in hotfix.toml, or the branches in {name}"
        return Need(_AREA, _NAME, Finding.WARNING, saw, mend)
    saw += f"; pushing {branch} deploys nothing"
    return Need(_AREA, _NAME, Finding.OK, saw, is_told=True)


def _by_hand(triggers: PushTriggers, name: str, wanted: str) -> Iterator[Need]:
    """Tell what keeps the workflow from being started by hand as it is configured."""
    if triggers.by_hand is None:
        lack = f"{name} has no workflow_dispatch"
    elif wanted not in triggers.by_hand:
        has = ", ".join(triggers.by_hand) or "none"
        lack = f"workflow_dispatch of {name} has no input {wanted} (inputs: {has})"
    else:
        return
    saw = f"{lack}: hotfix rollback --via actions cannot start it with a commit"
    mend = (
        f"Add to {name}: on: workflow_dispatch: inputs: {wanted}; "
        "or correct [github] dispatch_input in hotfix.toml"
    )
    yield Need(_AREA, "start by hand", Finding.WARNING, saw, mend)


def _not_known(name: str, triggers: PushTriggers, branch: str) -> str:
    if triggers.is_unreadable:
        return f"{name} cannot be read: whether pushing {branch} deploys is not known"
    return (
        f"{name} runs when {branch} is pushed; whether it deploys then is up to its own conditions "
        "(if: ...), and not known here"
    )
