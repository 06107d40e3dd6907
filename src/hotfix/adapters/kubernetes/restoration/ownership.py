"""Who else writes the deployment, and would undo a rollback.

Told by its controller (``ownerReferences``), by the marks that known tools leave, and by the fields
that somebody applies, which the API server keeps account of (``managedFields``).
"""

import re
from collections.abc import Iterator

from hotfix.adapters.kubernetes.api.object_owners import Json, annotations, labels, name_of
from hotfix.ports.readiness import Finding, Need

_ARGO = "argocd.argoproj.io/"
_FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
_FLUX_HELM = "helm.toolkit.fluxcd.io/name"
_INSTANCE = "app.kubernetes.io/instance"
_MANAGED_BY = "app.kubernetes.io/managed-by"
_RELEASE = "meta.helm.sh/release-name"
# The beginning of a label or annotation that only this tool writes, and what to type there.
_MARKS = (
    ("kapp.k14s.io/", "kapp", "kapp list"),
    ("objectset.rio.cattle.io/", "Fleet", "kubectl get bundledeployments -A"),
    ("configmanagement.gke.io/", "Config Sync", "nomos status"),
    ("configsync.gke.io/", "Config Sync", "nomos status"),
    ("olm.owner", "the Operator Lifecycle Manager", "kubectl get csv -A"),
    ("app.oam.dev/", "KubeVela", "vela ls -A"),
    ("crossplane.io/", "Crossplane", "kubectl get managed"),
    ("werf.io/", "werf", "werf helm list -A"),
    ("moniker.spinnaker.io/", "Spinnaker", "spin application list"),
    ("deploy.cloud.google.com/", "Cloud Deploy", "gcloud deploy delivery-pipelines list"),
    ("addonmanager.kubernetes.io/mode", "the addon manager", "kubectl -n kube-system get pods"),
    ("pulumi.com/", "Pulumi", "pulumi stack ls"),
)
# Who writes by updates and comes again; a person's kubectl does so as well, and does not.
_COMES_AGAIN = re.compile(
    r"argocd|flux|kustomize-controller|helm-controller|fleet|kapp|terraform|hashicorp|pulumi"
    r"|crossplane|spinnaker|werf|configsync|configmanagement|operator|reconciler",
    re.IGNORECASE,
)
_PERSON = re.compile(r"kubectl.*|before-first-apply", re.IGNORECASE)


def ownership(deployment: Json, namespace: str) -> tuple[Need, ...]:
    """Return a warning for each, with the command that keeps it from writing, or shows it."""
    marks = {**labels(deployment), **annotations(deployment)}
    mark = (
        _flux(marks)
        or _argo(marks)
        or _helm(marks, namespace)
        or _known(marks)
        or _managed_by(marks, namespace, name_of(deployment))
    )
    found = [_controller(deployment, namespace), mark]
    if not any(found):
        found.append(_applier(deployment, namespace))
    if not any(found):
        found.append(_maybe_argo(marks))
    found.append(_server_side(deployment))
    name = f"owner of {name_of(deployment)}"
    return tuple(
        Need("kubernetes", name, Finding.WARNING, saw, mend)
        for saw, mend in (each for each in found if each is not None)
    )


def _controller(deployment: Json, namespace: str) -> tuple[str, str] | None:
    for owner in deployment["metadata"].get("ownerReferences") or []:
        if not owner.get("controller"):
            continue
        kind, name = str(owner.get("kind")), str(owner.get("name"))
        group, _, version = str(owner.get("apiVersion") or "").rpartition("/")
        full = f"{kind.lower()}.{version}.{group}" if group else kind.lower()
        saw = f"the {kind} {name} controls it and would undo a rollback"
        return saw, f"kubectl -n {namespace} get {full} {name} -o yaml"
    return None


def _flux(marks: dict[str, str]) -> tuple[str, str] | None:
    for key, kind in ((_FLUX_HELM, "helmrelease"), (_FLUX_KUSTOMIZE, "kustomization")):
        if key in marks:
            name, space = marks[key], marks.get(key.replace("/name", "/namespace"), "flux-system")
            saw = f"Flux ({kind} {name}) writes it and would undo a rollback"
            return saw, f"flux suspend {kind} {name} -n {space}"
    return None


def _argo(marks: dict[str, str]) -> tuple[str, str] | None:
    if not any(key.startswith(_ARGO) for key in marks):
        return None
    tracked = marks.get(f"{_ARGO}tracking-id", "").split(":")[0]
    name = tracked or marks.get(f"{_ARGO}instance") or marks.get(_INSTANCE) or "APP"
    saw = f"Argo CD (application {name}) writes it and would undo a rollback"
    return saw, f"argocd app set {name} --sync-policy none"


def _helm(marks: dict[str, str], namespace: str) -> tuple[str, str] | None:
    if marks.get(_MANAGED_BY) != "Helm":
        return None
    name = marks.get(_RELEASE) or marks.get(_INSTANCE) or "RELEASE"
    saw = f"Helm (release {name}) owns it: the next upgrade overwrites a rollback"
    return saw, f"helm history {name} -n {namespace}"


def _known(marks: dict[str, str]) -> tuple[str, str] | None:
    for prefix, who, mend in _MARKS:
        if any(key.startswith(prefix) for key in marks):
            return f"{who} writes it and would undo a rollback", mend
    return None


def _managed_by(marks: dict[str, str], namespace: str, name: str) -> tuple[str, str] | None:
    who = marks.get(_MANAGED_BY)
    if not who:
        return None
    saw = f"{_MANAGED_BY} is {who!r}: {who} may undo a rollback"
    return saw, _fields(namespace, name)


def _applier(deployment: Json, namespace: str) -> tuple[str, str] | None:
    """Tell who manages fields of the template and comes again to write them."""
    for manager, is_applied in _managers(deployment):
        if _COMES_AGAIN.search(manager) or (is_applied and not _PERSON.fullmatch(manager)):
            saw = f"{manager} manages fields of its template and would undo a rollback"
            return saw, _fields(namespace, name_of(deployment))
    return None


def _server_side(deployment: Json) -> tuple[str, str] | None:
    """Tell of a person's server-side apply: what a rollback writes is not its own any more."""
    if not any(each and _PERSON.fullmatch(who) for who, each in _managers(deployment)):
        return None
    saw = "its template is applied on the server: the next apply conflicts with a rollback's fields"
    return saw, "kubectl apply --server-side --force-conflicts -f MANIFEST"


def _maybe_argo(marks: dict[str, str]) -> tuple[str, str] | None:
    if _INSTANCE not in marks:
        return None
    name = marks[_INSTANCE]
    saw = f"{_INSTANCE} is {name!r}: if Argo CD tracks by that label, it would undo a rollback"
    return saw, f"argocd app get {name}"


def _managers(deployment: Json) -> Iterator[tuple[str, bool]]:
    """Yield who manages fields of the pod template, and whether by server-side apply."""
    for each in deployment["metadata"].get("managedFields") or []:
        spec = (each.get("fieldsV1") or {}).get("f:spec") or {}
        if "f:template" in spec and not each.get("subresource"):
            yield str(each.get("manager") or ""), each.get("operation") == "Apply"


def _fields(namespace: str, name: str) -> str:
    return f"kubectl -n {namespace} get deployment {name} --show-managed-fields -o yaml"
