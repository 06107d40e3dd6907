"""What the operator may do, asked of the API server itself (``SelfSubjectAccessReview``)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hotfix.adapters.kubernetes.connection import Connection
from hotfix.adapters.kubernetes.leases import LEASE
from hotfix.domain.problem import ProblemCode
from hotfix.ports.readiness import Finding, Need

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_AT_ONCE = 8


@dataclass(frozen=True)
class _Right:
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


def check_rights(connection: Connection, deployments: Sequence[str]) -> tuple[Need, ...]:
    """Return what is allowed: for the rollback, for the lock, for logs."""
    rollback = [
        *(_Right("list", "apps", resource) for resource in ("deployments", "replicasets")),
        _Right("get", "apps", "replicasets"),
        *(_Right(verb, "", "pods") for verb in ("get", "list")),
        *(
            _Right(verb, "apps", "deployments", name=name)
            for name in deployments
            for verb in ("get", "patch")
        ),
    ]
    group = "coordination.k8s.io"
    lock = [
        _Right("create", group, "leases"),
        *(_Right(verb, group, "leases", name=LEASE) for verb in ("get", "update")),
    ]
    logs = [_Right("get", "", "pods", "log")]
    wanted = [*rollback, *lock, *logs]
    with ThreadPoolExecutor(min(len(wanted), _AT_ONCE)) as pool:
        allowed = dict(
            zip(wanted, pool.map(lambda right: _is_allowed(connection, right), wanted), strict=True)
        )
    namespace = connection.namespace
    return (
        _need(namespace, "rights to roll back", rollback, allowed, Finding.FAILED),
        _need(namespace, "rights for the lock", lock, allowed, Finding.WARNING),
        _need(namespace, "rights for logs", logs, allowed, Finding.WARNING),
    )


def _need(
    namespace: str,
    name: str,
    wanted: Sequence[_Right],
    allowed: dict[_Right, bool],
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
        f"Ask a cluster admin for them, then: kubectl -n {namespace} auth can-i {missing[0]}",
        ProblemCode.RIGHTS,
    )


def _is_allowed(connection: Connection, right: _Right) -> bool:
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
    answer = connection.ask("POST", _REVIEWS, "ask for your own rights", body=review)
    return bool((answer.body.get("status") or {}).get("allowed"))
