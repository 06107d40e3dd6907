"""The smallest Role that a hotfix works under, as YAML, made from the rights that are checked."""

import json
from collections.abc import Sequence

from hotfix.adapters.kubernetes.rights import Right, wanted_rights

_NAME = "hotfix"
_HEADER = """\
# The rights that hotfix uses in namespace {namespace}, and no more. hotfix doctor checks the same.
# Apply as a cluster admin: hotfix init --rbac | kubectl apply -f -
# ConfigMaps hold the shared record, one a run; their names are not known beforehand, so the rule
# cannot be limited to them. Leave that rule out, and hotfix works on one machine at a time.
# Autoscalers, StatefulSets and DaemonSets are read to be named: a rollback leaves them alone."""


def role_yaml(namespace: str, deployments: Sequence[str], group: str) -> str:
    """Return a Role, which may patch ``deployments`` alone, and its RoleBinding for ``group``."""
    wanted = [right for each in wanted_rights(deployments) for right in each.rights]
    metadata = f"metadata:\n  name: {_NAME}\n  namespace: {_quoted(namespace)}"
    subject = f"  - {{kind: Group, name: {_quoted(group)}, apiGroup: rbac.authorization.k8s.io}}"
    return "\n".join(
        [
            _HEADER.format(namespace=namespace),
            "apiVersion: rbac.authorization.k8s.io/v1",
            "kind: Role",
            metadata,
            "rules:",
            *_rules(wanted),
            "---",
            "apiVersion: rbac.authorization.k8s.io/v1",
            "kind: RoleBinding",
            metadata,
            f"roleRef: {{kind: Role, name: {_NAME}, apiGroup: rbac.authorization.k8s.io}}",
            "subjects:",
            subject,
            "",
        ]
    )


def _rules(wanted: Sequence[Right]) -> list[str]:
    """Return a rule for each resource and each set of names that its verbs are limited to."""
    verbs: dict[tuple[str, str, str], list[str]] = {}
    for right in wanted:
        resource = f"{right.resource}/{right.subresource}" if right.subresource else right.resource
        verbs.setdefault((right.group, resource, right.name), []).append(right.verb)
    # Names under which the same may be done share a rule.
    names: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for (group, resource, name), allowed in verbs.items():
        names.setdefault((group, resource, tuple(dict.fromkeys(allowed))), []).append(name)
    return [line for key, limited in names.items() for line in _rule(*key, limited)]


def _rule(group: str, resource: str, verbs: Sequence[str], names: Sequence[str]) -> list[str]:
    lines = [
        f"  - apiGroups: [{_quoted(group)}]",
        f"    resources: [{_quoted(resource)}]",
        f"    verbs: [{', '.join(map(_quoted, verbs))}]",
    ]
    limited = [name for name in names if name]
    if limited:
        lines.append(f"    resourceNames: [{', '.join(map(_quoted, limited))}]")
    return lines


def _quoted(text: str) -> str:
    """Return a YAML string; JSON's are."""
    return json.dumps(text)
