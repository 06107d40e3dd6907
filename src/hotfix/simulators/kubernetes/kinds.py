"""The kinds of objects that the simulated API server keeps, and how clients learn of them."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind: API group (empty for the core), version, plural, name, short names."""

    group: str
    version: str
    plural: str
    name: str
    short: tuple[str, ...] = ()
    is_namespaced: bool = True
    needs_version_to_update: bool = False

    @property
    def api_version(self) -> str:
        """Return such as ``apps/v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def prefix(self) -> str:
        """Return the path under which its objects are."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"

    @property
    def resource(self) -> str:
        """Return such as ``deployments.apps``, as error messages say it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


NAMESPACES = Kind("", "v1", "namespaces", "Namespace", ("ns",), is_namespaced=False)
PODS = Kind("", "v1", "pods", "Pod", ("po",))
EVENTS = Kind("", "v1", "events", "Event", ("ev",))
CONFIG_MAPS = Kind("", "v1", "configmaps", "ConfigMap", ("cm",))
SECRETS = Kind("", "v1", "secrets", "Secret")
STATEFUL_SETS = Kind("apps", "v1", "statefulsets", "StatefulSet", ("sts",))
DAEMON_SETS = Kind("apps", "v1", "daemonsets", "DaemonSet", ("ds",))
AUTOSCALERS = Kind(
    "autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", ("hpa",)
)
DEPLOYMENTS = Kind("apps", "v1", "deployments", "Deployment", ("deploy",))
REPLICA_SETS = Kind("apps", "v1", "replicasets", "ReplicaSet", ("rs",))
LEASES = Kind("coordination.k8s.io", "v1", "leases", "Lease", needs_version_to_update=True)

APPLICATIONS = Kind("argoproj.io", "v1alpha1", "applications", "Application", ("app",))
# Nothing happens to these by itself here: they are there to be found.
FOUND = (SECRETS, STATEFUL_SETS, DAEMON_SETS, AUTOSCALERS, APPLICATIONS)
KINDS = (NAMESPACES, PODS, EVENTS, CONFIG_MAPS, DEPLOYMENTS, REPLICA_SETS, LEASES, *FOUND)
_VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]

VERSION: Json = {
    "major": "1",
    "minor": "34",
    "gitVersion": "v1.34.0+drill",
    "gitTreeState": "clean",
    "buildDate": "2026-01-01T00:00:00Z",
    **dict.fromkeys(("gitCommit", "goVersion", "compiler", "platform"), ""),
}

API_VERSIONS: Json = {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}


def api_groups() -> Json:
    """Return the named API groups."""
    named = sorted({(kind.group, kind.version) for kind in KINDS if kind.group})
    named.append(("authorization.k8s.io", "v1"))
    found = []
    for group, version in named:
        entry = {"groupVersion": f"{group}/{version}", "version": version}
        found.append({"name": group, "versions": [entry], "preferredVersion": entry})
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": found}


def api_resources(group_version: str) -> Json:
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
