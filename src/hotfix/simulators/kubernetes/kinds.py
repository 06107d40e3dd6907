"""The kinds of objects that the simulated API server keeps."""

from dataclasses import dataclass


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
