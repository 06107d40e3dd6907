"""What a client asks to learn which API there is."""

from typing import Any

from hotfix.simulators.kubernetes.kinds import KINDS

Json = dict[str, Any]

_VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]

VERSION: Json = {
    "major": "1",
    "minor": "34",
    "gitVersion": "v1.34.0+drill",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    "goVersion": "",
    "compiler": "",
    "platform": "",
}

CORE: Json = {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def groups() -> Json:
    """Return the named API groups."""
    named = sorted({(kind.group, kind.version) for kind in KINDS if kind.group})
    named.append(("authorization.k8s.io", "v1"))
    found = []
    for group, version in named:
        entry = {"groupVersion": f"{group}/{version}", "version": version}
        found.append({"name": group, "versions": [entry], "preferredVersion": entry})
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def resources(group_version: str) -> Json:
    """Return the resources of one group and version."""
    found: list[Json] = [
        {
            "name": kind.plural,
            "singularName": kind.name.lower(),
            "namespaced": kind.is_namespaced,
            "kind": kind.name,
            "verbs": _VERBS,
            "shortNames": list(kind.short),
        }
        for kind in KINDS
        if kind.api_version == group_version
    ]
    if group_version == "v1":
        found.append({"name": "pods/log", "namespaced": True, "kind": "Pod", "verbs": ["get"]})
    if group_version == "authorization.k8s.io/v1":
        found.append(
            {
                "name": "selfsubjectaccessreviews",
                "singularName": "selfsubjectaccessreview",
                "namespaced": False,
                "kind": "SelfSubjectAccessReview",
                "verbs": ["create"],
            }
        )
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": group_version,
        "resources": found,
    }
