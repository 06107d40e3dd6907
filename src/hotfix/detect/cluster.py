"""The context, the namespace and the deployments: asked of the cluster, else read in the clone."""

import re
from collections.abc import Iterator, Mapping, Sequence

from hotfix.detect.deployment import Images, SeenDeployment, place_of, ranked
from hotfix.detect.files import Files
from hotfix.detect.kustomize import kustomizations, made_by, outermost
from hotfix.detect.manifests import Manifest, at, list_in, text_in
from hotfix.detect.setting import Remark, Setting
from hotfix.detect.workflows import Workflows
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen

_OPTION = re.compile(r"(?:(?<=\s)-n|--namespace)[ =]\"?'?([a-z0-9][a-z0-9-]{0,62})(?![\w.${-])")
_KEY = re.compile(r"(?:.*[_-])?(?:NAMESPACE|K8S_NS|KUBE_NS)", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOLD = 4
# As ``place_of`` ranks what is called staging, test or the like.
_ELSEWHERE = 2


@frozen
class ClusterView:
    """What this machine knows of clusters, and what the one that is in force says."""

    contexts: tuple[str, ...] = ()  #: of the kubeconfig
    context: str = ""  #: the one that was asked; empty where none was
    seen: str = "there is no kubeconfig"  #: where the contexts are, or why there are none
    deployments: tuple[SeenDeployment, ...] = ()  #: those of the cluster that could be read
    trouble: str = ""  #: why they could not be read, or only some; empty where they could


@frozen
class Cluster:
    """Section ``[kubernetes]``; where nothing is found, it is left out."""

    settings: tuple[Setting, ...]
    remarks: tuple[Remark, ...] = ()


def cluster_of(
    files: Files,
    manifests: Sequence[Manifest],
    workflows: Workflows,
    images: Images,
    view: ClusterView,
) -> Cluster:
    """Return where it runs."""
    named = namespaces_in(workflows)
    running = [each for each in view.deployments if any(map(images.why, each.images))]
    if running:
        return _found(running, named, images, view)
    written = _written(files, manifests, named)
    ours = [each for each in written if any(map(images.why, each.images))]
    if written:
        return _found(ours or written, named, images, view)
    looked = view.trouble or (
        f"{view.context} shows {counted(len(view.deployments), 'deployment')}, and none has an "
        "image of this repository"
        if view.context
        else view.seen
    )
    return _missing(looked, named, view)


def _found(
    seen: Sequence[SeenDeployment],
    named: Mapping[str, str],
    images: Images,
    view: ClusterView,
) -> Cluster:
    spaces = ranked(sorted({each.namespace for each in seen}))
    # What the deploy workflow names, says most; then what is called production.
    space = next(
        (each for each in spaces if each in named and place_of(each) < _ELSEWHERE), spaces[0]
    )
    ours = [each for each in seen if each.namespace == space]
    names = tuple(dict.fromkeys(each.name for each in ours))
    why = next(filter(None, (images.why(image) for each in ours for image in each.images)), "")
    where = f"{ours[0].seen}{f': {why}' if why else ''}"
    also = [each or "no namespace" for each in spaces if each != space]
    advice = (f"Also in: {', '.join(also[:_TOLD])}",) if also else ()
    doubt = (
        ()
        if why
        else ("None of their images is known to be this repository's: look them through.",)
    )
    selector = ",".join(f"{key}={value}" for key, value in ours[0].selector.items())
    if not space:
        return _missing(f"{where}, which names no namespace", named, view, names)
    settings = (
        Setting("kubernetes", "namespace", space, named.get(space, ours[0].seen), advice=advice),
        Setting("kubernetes", "deployments", names, where, advice=doubt),
        _context(view, ours),
        Setting(
            "kubernetes", "log_selector", selector or None, f"labels of {ours[0].name}", "app=..."
        ),
    )
    marks = dict.fromkeys(f"{each.name}: {mark}." for each in ours for mark in each.marks)
    return Cluster(settings, tuple(Remark("rollback", each, ours[0].seen) for each in marks))


def _context(view: ClusterView, ours: Sequence[SeenDeployment]) -> Setting:
    others = [each for each in view.contexts if each != view.context]
    advice = (f"Also there: {', '.join(others[:_TOLD])}",) if others else ()
    if view.context and ours[0] in view.deployments:
        return Setting("kubernetes", "context", view.context, view.seen, advice=advice)
    why = view.trouble or (f"they are not seen in {view.context}" if view.context else view.seen)
    return Setting("kubernetes", "context", None, why, view.context or "a-context", advice)


def _missing(
    looked: str, named: Mapping[str, str], view: ClusterView, names: tuple[str, ...] = ()
) -> Cluster:
    space = next(iter(ranked(list(named))), "")
    hint = f"; {named[space]} names {space}" if space else ""
    return Cluster(
        (
            Setting("kubernetes", "namespace", None, f"{looked}{hint}", space or "a-namespace"),
            Setting("kubernetes", "deployments", None, looked, names or ("a-deployment",)),
            Setting(
                "kubernetes", "context", None, view.trouble or looked, view.context or "a-context"
            ),
        )
    )


def namespaces_in(workflows: Workflows) -> dict[str, str]:
    """Return the namespaces that the workflow that deploys names, each with its file."""
    found: dict[str, str] = {}
    for name, path in _namespaces(workflows):
        found.setdefault(name, path)
    return found


def _namespaces(workflows: Workflows) -> Iterator[tuple[str, str]]:
    deploy = workflows.deploy
    for key, text in deploy.texts() if deploy is not None else ():
        if _KEY.fullmatch(key) and _LABEL.fullmatch(text.strip()):
            yield text.strip(), deploy.path if deploy else ""
        yield from ((found[1], deploy.path if deploy else "") for found in _OPTION.finditer(text))


def _written(
    files: Files, manifests: Sequence[Manifest], named: Mapping[str, str]
) -> list[SeenDeployment]:
    """Return the deployments that the clone has as manifests, as they would be applied."""
    plain: dict[str, list[SeenDeployment]] = {}
    for each in manifests:
        if each.kind == "Deployment" and each.name and _LABEL.fullmatch(each.name):
            plain.setdefault(each.path, []).append(_seen(each))
    found = kustomizations(files, manifests)
    for folder in outermost(found):
        made = list(made_by(folder, found, plain))
        if made:
            return _with_namespace(made, manifests, named)
    folders = ranked(sorted({path.rpartition("/")[0] for path in plain}))
    best = [folder for folder in folders if place_of(folder) == place_of(folders[0])]
    written = [
        one for path, seen in plain.items() if path.rpartition("/")[0] in best for one in seen
    ]
    return _with_namespace(written, manifests, named)


def _seen(each: Manifest) -> SeenDeployment:
    containers = list_in(each.data, "spec", "template", "spec", "containers")
    images = tuple(filter(None, (text_in(one, "image") for one in containers)))
    selector = at(each.data, "spec", "selector", "matchLabels")
    labels = {str(key): str(value) for key, value in dict(selector or {}).items()}
    return SeenDeployment(each.namespace, each.name, images, labels, each.path)


def _with_namespace(
    seen: Sequence[SeenDeployment], manifests: Sequence[Manifest], named: Mapping[str, str]
) -> list[SeenDeployment]:
    """Return them with the namespace that others say they go to, where they say none."""
    destinations = (
        text_in(each.data, "spec", "destination", "namespace")
        or text_in(each.data, "spec", "targetNamespace")
        for each in manifests
    )
    elsewhere = [*ranked(list(named)), *filter(None, destinations)]
    only = [each.name for each in manifests if each.kind == "Namespace" and each.name]
    usual = next(iter(elsewhere), only[0] if len(only) == 1 else "")
    return [
        SeenDeployment(each.namespace or usual, each.name, each.images, each.selector, each.seen)
        for each in seen
    ]
