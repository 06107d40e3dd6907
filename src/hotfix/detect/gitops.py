"""Who else deploys: Argo CD, Flux, Helm, kustomize; and what that means for a rollback."""

from collections.abc import Iterator, Sequence

from hotfix.detect.files import Files
from hotfix.detect.manifests import CHART, Manifest, at, text_in
from hotfix.detect.setting import Remark
from hotfix.detect.workflows import Workflows

_HELM = ("helm upgrade", "helm install", "helmfile ")
_APPLIES = ("kubectl apply -k", "kustomize build")


def deployers_of(
    files: Files, manifests: Sequence[Manifest], workflows: Workflows
) -> tuple[Remark, ...]:
    """Return a remark on each kind that was found, with the command that keeps it from writing."""
    found = [*_argo(manifests), *_flux(manifests)]
    has_controller = bool(found)
    found += _helm(files, workflows)
    if not has_controller:
        found += _kustomize(manifests, workflows)
    return tuple(found)


def _argo(manifests: Sequence[Manifest]) -> Iterator[Remark]:
    for each in manifests:
        if not each.api.startswith("argoproj.io/"):
            continue
        if each.kind == "ApplicationSet":
            text = (
                f"Argo CD (application set {each.name}) makes applications that write the "
                "deployments: where they sync by themselves, a rollback in the cluster is undone. "
                "What lasts is the revert in git."
            )
            yield Remark("rollback", text, each.path)
        if each.kind == "Application":
            yield Remark("rollback", _of_application(each), each.path)
        if each.kind == "Rollout":
            text = (
                f"{each.name} is a Rollout of Argo Rollouts and no Deployment: hotfix does not "
                f"roll it back; kubectl argo rollouts undo {each.name} does."
            )
            yield Remark("rollback", text, each.path)


def _of_application(each: Manifest) -> str:
    automated = at(each.data, "spec", "syncPolicy", "automated")
    heals = text_in(automated, "selfHeal") == "true"
    first = f"argocd app set {each.name} --sync-policy none"
    if automated is None:
        return (
            f"Argo CD (application {each.name}) writes the deployments when somebody syncs: the "
            "next sync undoes a rollback in the cluster. What lasts is the revert in git."
        )
    when = "at once (selfHeal)" if heals else "with the next commit that it syncs"
    return (
        f"Argo CD (application {each.name}) undoes a rollback in the cluster {when}: before it, "
        f"{first}. What lasts is the revert in git."
    )


def _flux(manifests: Sequence[Manifest]) -> Iterator[Remark]:
    for each in manifests:
        kinds = {
            "kustomize.toolkit.fluxcd.io": "kustomization",
            "helm.toolkit.fluxcd.io": "helmrelease",
        }
        kind = kinds.get(each.api.partition("/")[0])
        if kind is None or each.kind.lower() != kind:
            continue
        space = each.namespace or "flux-system"
        text = (
            f"Flux ({kind} {each.name}) undoes a rollback in the cluster at its next interval: "
            f"before it, flux suspend {kind} {each.name} -n {space}. What lasts is the revert in "
            "git."
        )
        yield Remark("rollback", text, each.path)


def _helm(files: Files, workflows: Workflows) -> Iterator[Remark]:
    chart = next(files.named(CHART), "")
    used = next(
        (path for path, _, text in workflows.texts() if any(each in text for each in _HELM)), ""
    )
    if chart or used:
        who = "Helm deploys it" if used else "Where Helm deploys the chart that is here"
        text = (
            f"{who}: a rollback by hotfix brings back what ran, but Helm's own record "
            "stays at the bad release, and the next helm upgrade starts from there. helm history "
            "RELEASE shows it; what lasts is the revert in git."
        )
        yield Remark("rollback", text, used or chart)


def _kustomize(manifests: Sequence[Manifest], workflows: Workflows) -> Iterator[Remark]:
    used = next(
        (path for path, _, text in workflows.texts() if any(each in text for each in _APPLIES)), ""
    )
    names = (
        each.path for each in manifests if each.path.rpartition("/")[2].startswith("kustomization.")
    )
    seen = used or next(names, "")
    if seen:
        who = "Where kustomize is applied" if used else "Where the kustomization here is applied"
        text = (
            f"{who}, nothing undoes a rollback by itself: the next apply does, with the image that "
            "git names by then."
        )
        yield Remark("rollback", text, seen)
