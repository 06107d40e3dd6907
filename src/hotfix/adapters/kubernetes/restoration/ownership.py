"""Who else writes the deployment, and would undo a rollback: Argo CD, Flux, Helm."""

from hotfix.adapters.kubernetes.api.object_owners import Json, annotations, labels, name_of
from hotfix.ports.readiness import Finding, Need

_ARGO = "argocd.argoproj.io/"
_FLUX_KUSTOMIZE = "kustomize.toolkit.fluxcd.io/name"
_FLUX_HELM = "helm.toolkit.fluxcd.io/name"
_INSTANCE = "app.kubernetes.io/instance"
_MANAGED_BY = "app.kubernetes.io/managed-by"
_RELEASE = "meta.helm.sh/release-name"


def ownership(deployment: Json, namespace: str) -> Need | None:
    """Return a warning with the command that keeps the other one from writing, or None."""
    marks = {**labels(deployment), **annotations(deployment)}
    found = _flux(marks) or _argo(marks) or _helm(marks, namespace) or _maybe_argo(marks)
    if found is None:
        return None
    saw, mend = found
    return Need("kubernetes", f"owner of {name_of(deployment)}", Finding.WARNING, saw, mend)


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


def _maybe_argo(marks: dict[str, str]) -> tuple[str, str] | None:
    if _INSTANCE not in marks:
        return None
    name = marks[_INSTANCE]
    saw = f"{_INSTANCE} is {name!r}: if Argo CD tracks by that label, it would undo a rollback"
    return saw, f"argocd app get {name}"
