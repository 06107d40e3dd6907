"""What the operator may do, asked of the API server itself (``SelfSubjectAccessReview``)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from hotfix.adapters.kubernetes.api.connection import LEASE, Connection
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_AT_ONCE = 8


@frozen
class Right:
    """One verb on one resource; a name where a role may be limited to names."""

    verb: str
    group: str
    resource: str
    subresource: str = ""
    name: str = ""

    def __str__(self) -> str:
        resource = f"{self.resource}.{self.group}" if self.group else self.resource
        words = f"{self.verb} {resource}"
        if self.subresource:
            words += f"/{self.subresource}"
        return words + (f" {self.name}" if self.name else "")


@frozen
class RightsGroup:
    """The rights that one purpose needs, and how bad it is when one is missing."""

    name: str
    rights: tuple[Right, ...]
    if_missing: Finding


def wanted_rights(deployments: Sequence[str]) -> tuple[RightsGroup, ...]:
    """Return all that a hotfix uses, and no more: what is checked is also what a role grants."""
    rollback = (
        *(Right("list", "apps", resource) for resource in ("deployments", "replicasets")),
        Right("get", "apps", "replicasets"),
        *(Right(verb, "", "pods") for verb in ("get", "list")),
        *(
            Right(verb, "apps", "deployments", name=name)
            for name in deployments
            for verb in ("get", "patch")
        ),
    )
    group = "coordination.k8s.io"
    lock = (
        Right("create", group, "leases"),
        *(Right(verb, group, "leases", name=LEASE) for verb in ("get", "update")),
    )
    record = tuple(Right(verb, "", "configmaps") for verb in ("create", "get", "list", "update"))
    # Without it old records stay until an admin removes them, and nothing else is missing.
    pruning = (Right("delete", "", "configmaps"),)
    # Without these a rollout is listed again and again, and an image that is missing is a guess.
    watch = (
        *(Right("watch", "apps", resource) for resource in ("deployments", "replicasets")),
        Right("watch", "", "pods"),
        Right("list", "", "events"),
    )
    # Not limited to names: that would ask twice for each deployment, and the pods, which show the
    # same, may be read anyway.
    left_alone = (
        Right("list", "autoscaling", "horizontalpodautoscalers"),
        *(Right("get", "apps", resource) for resource in ("statefulsets", "daemonsets")),
    )
    return (
        RightsGroup("rights to roll back", rollback, Finding.FAILED),
        RightsGroup("rights for the lock", lock, Finding.WARNING),
        RightsGroup("rights for the shared record", record, Finding.WARNING),
        RightsGroup("rights to prune the shared record", pruning, Finding.WARNING),
        RightsGroup("rights for logs", (Right("get", "", "pods", "log"),), Finding.WARNING),
        RightsGroup("rights to watch", watch, Finding.WARNING),
        RightsGroup("rights to name what a rollback leaves", left_alone, Finding.WARNING),
    )


def check_rights(connection: Connection, deployments: Sequence[str]) -> tuple[Need, ...]:
    """Return what is allowed, by what it is for: one need for each group of rights."""
    groups = wanted_rights(deployments)
    wanted = [right for group in groups for right in group.rights]
    with ThreadPoolExecutor(min(len(wanted), _AT_ONCE)) as pool:
        allowed = dict(
            zip(wanted, pool.map(lambda right: _is_allowed(connection, right), wanted), strict=True)
        )
    namespace = connection.namespace
    return tuple(
        _need(namespace, group.name, group.rights, allowed, group.if_missing) for group in groups
    )


def _need(
    namespace: str,
    name: str,
    wanted: Sequence[Right],
    allowed: dict[Right, bool],
    if_missing: Finding,
) -> Need:
    missing = [str(right) for right in wanted if not allowed[right]]
    if not missing:
        return Need("kubernetes", name, Finding.OK, "granted")
    return Need(
        "kubernetes",
        name,
        if_missing,
        f"not granted in {namespace}: {', '.join(missing)}",
        "A cluster admin grants them with: hotfix init --rbac | kubectl apply -f -",
        ProblemCode.RIGHTS,
    )


def _is_allowed(connection: Connection, right: Right) -> bool:
    attributes = {
        "namespace": connection.namespace,
        "verb": right.verb,
        "group": right.group,
        "resource": right.resource,
        "subresource": right.subresource,
        "name": right.name,
    }
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: text for key, text in attributes.items() if text}},
    }
    answer = connection.ask("POST", _REVIEWS, "ask for your own rights", body=review, is_read=True)
    allowed = answer.body["status"]["allowed"]
    if not isinstance(allowed, bool):
        raise TypeError(f"allowed is {allowed!r}")
    return allowed
