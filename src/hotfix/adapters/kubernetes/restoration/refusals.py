"""Why a deployment is not rolled back, and what to type next."""

from hotfix.adapters.kubernetes.api.object_owners import Json
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.problem import Problem, ProblemCode, ProblemError


class ChangedError(ProblemError):
    """The deployment was changed after it was seen, by somebody else or a deployment under way."""


def not_the_same(namespace: str, present: DeploymentRecord, target: DeploymentRecord) -> Problem:
    """Word that the deployment was deleted and made anew."""
    return Problem(
        ProblemCode.FAILED,
        what=f"Deployment {target.name} is not the one that was recorded.",
        why=f"It was deleted and made anew: its UID is {present.uid} now, and was {target.uid}.",
        next_command=f"kubectl -n {namespace} rollout history deployment/{target.name}",
    )


def paused(namespace: str, name: str) -> Problem:
    """Word that its rollouts are paused."""
    return Problem(
        ProblemCode.FAILED,
        what=f"Deployment {name} is paused.",
        why="A paused deployment takes a new template but does not roll it out.",
        next_command=f"kubectl -n {namespace} rollout resume deployment/{name}; "
        "then: hotfix rollback",
    )


def changed_meanwhile(namespace: str, name: str) -> Problem:
    """Word that its template is another one than was seen."""
    return Problem(
        ProblemCode.FAILED,
        what=f"Deployment {name} was changed during the rollback.",
        why="Its pod template is another one than a moment ago, so nothing was patched.",
        next_command=f"kubectl -n {namespace} rollout history deployment/{name}; "
        "then: hotfix rollback",
    )


def invalid(namespace: str, name: str, status: Json) -> Problem:
    """Word that the server does not take the template."""
    return Problem(
        ProblemCode.FAILED,
        what=f"The cluster refused the recorded template of deployment {name}.",
        why=str(status.get("message") or "It is not valid.")[:300],
        next_command=f"hotfix rollback --list; kubectl -n {namespace} describe deployment/{name}",
    )
