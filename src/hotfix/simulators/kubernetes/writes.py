"""Creating, replacing, patching and deleting, with the rules of each kind."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hotfix.simulators.kubernetes import manifests
from hotfix.simulators.kubernetes.deployment_controller import DeploymentController
from hotfix.simulators.kubernetes.kinds import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    EVENTS,
    FOUND,
    LEASES,
    NAMESPACES,
    PODS,
    Kind,
)
from hotfix.simulators.kubernetes.patches import patched, without_nulls
from hotfix.simulators.kubernetes.status_answers import (
    bad_request,
    conflict,
    invalid,
    not_found,
    refusal,
)
from hotfix.simulators.kubernetes.store import Json, Store

_MADE_BY_CLIENTS = frozenset({CONFIG_MAPS, DEPLOYMENTS, EVENTS, LEASES, *FOUND})


@dataclass(frozen=True)
class Writes:
    """Changes that clients ask for; the controller hears of deployments and pods.

    Attributes:
        policies: what looks at each deployment that a client creates or changes, on its way in:
            such a one alters it, or raises the answer of a refusal.
    """

    store: Store
    controller: DeploymentController
    policies: list[Callable[[Json], None]] = field(default_factory=list)

    def create(self, kind: Kind, namespace: str, thing: Json | None) -> Json:
        """Create an object of a kind that clients make themselves."""
        thing = _checked(kind, thing)
        if kind not in _MADE_BY_CLIENTS:
            raise refusal(405, "MethodNotAllowed", f"{kind.resource} are made by controllers here")
        if self.store.find(NAMESPACES, "", namespace) is None:
            raise not_found("namespaces", namespace)
        if "name" not in thing["metadata"]:
            prefix = thing["metadata"].get("generateName", "")
            thing["metadata"]["name"] = f"{prefix}{manifests.encoded(str(self.store.version))[:5]}"
        thing["metadata"].pop("resourceVersion", None)
        if kind is DEPLOYMENTS:
            thing.pop("status", None)
            thing = manifests.with_defaults(thing)
            self._let_in(thing)
            manifests.check(thing)
        manifests.check_size(kind, thing)
        created = self.store.create(kind, namespace, thing)
        self._tell(kind, created)
        return created

    def replace(self, kind: Kind, namespace: str, name: str, thing: Json | None) -> Json:
        """Replace an object; 409 where ``resourceVersion`` is not the present one."""
        thing = _checked(kind, thing)
        if thing["metadata"].setdefault("name", name) != name:
            raise bad_request("the name of the object does not match the name on the URL")
        present = self.store.get(kind, namespace, name)
        if kind.needs_version_to_update and not thing["metadata"].get("resourceVersion"):
            raise invalid(
                f'{kind.resource} "{name}" is invalid: metadata.resourceVersion: '
                "Invalid value: 0x0: must be specified for an update"
            )
        return self._update(kind, namespace, present, thing)

    def patch(
        self,
        kind: Kind,
        namespace: str,
        name: str,
        patch: object,
        media: str,
        *,
        is_dry: bool = False,
    ) -> Json:
        """Patch an object; 422 where a JSON patch's ``test`` does not hold, or the UID differs.

        A dry run returns what would become of it, and changes nothing.
        """
        present = self.store.get(kind, namespace, name)
        result = _checked(kind, patched(present, patch, media))
        uid = result["metadata"].get("uid")
        if uid != present["metadata"]["uid"]:
            raise invalid(
                f'{kind.resource} "{name}" is invalid: metadata.uid: Invalid value: "{uid}": '
                "field is immutable"
            )
        if result["metadata"].get("resourceVersion") != present["metadata"]["resourceVersion"]:
            raise conflict(kind.resource, name)
        return self._update(kind, namespace, present, result, is_dry=is_dry)

    def delete(self, kind: Kind, namespace: str, name: str) -> Json:
        """Delete an object; a pod takes its time, and a deployment takes its pods along."""
        thing = self.store.get(kind, namespace, name)
        if kind is PODS:
            self.controller.kubelet.terminate(name)
            for each in self.store.all(DEPLOYMENTS, namespace):
                self.controller.notice(each["metadata"]["name"])
            return thing
        deleted = self.store.delete(kind, namespace, name)
        self._tell(kind, deleted)
        return deleted

    def _let_in(self, deployment: Json) -> None:
        for policy in self.policies:
            policy(deployment)

    def _update(
        self, kind: Kind, namespace: str, present: Json, thing: Json, *, is_dry: bool = False
    ) -> Json:
        if kind is DEPLOYMENTS:
            if "status" in present:
                thing["status"] = present["status"]
            thing = manifests.with_defaults(thing)
            self._let_in(thing)
            manifests.check(thing, present)
        manifests.check_size(kind, thing)
        updated = self.store.update(kind, namespace, thing, is_by_client=True, is_dry=is_dry)
        if not is_dry:
            self._tell(kind, updated)
        return updated

    def _tell(self, kind: Kind, thing: Json) -> None:
        if kind is DEPLOYMENTS:
            self.controller.notice(thing["metadata"]["name"])


def _checked(kind: Kind, thing: object) -> Json:
    if not isinstance(thing, dict) or not isinstance(thing.get("metadata"), dict):
        raise bad_request(f"the request body is no {kind.name}")
    if thing.get("kind", kind.name) != kind.name:
        raise bad_request(f"the request body is a {thing['kind']}, and no {kind.name}")
    result: Json = without_nulls(thing)
    return result
