"""What ready pods say that they run: from the API server's dictionaries to plain data."""

import re
from collections.abc import Sequence

from hotfix.adapters.kubernetes.api.object_owners import (
    ByOwner,
    Json,
    annotations,
    is_ready,
    labels,
    name_of,
    template_hash_of,
)
from hotfix.domain.frozen import frozen
from hotfix.domain.rollout.running_pod import Named, RunningPod, named

# Says which container is the application; service meshes set it where they inject another.
_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_TAG = re.compile(r"[^@]*:([^/@:]+)(?:@.*)?")
# ``registry/image@sha256:...``, with ``docker-pullable://`` in front, or a bare ``sha256:...``.
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}$")
SOURCES = ("label", "annotation", "tag")


@frozen
class Naming:
    """Where pods name their commit."""

    version_label: str = "app.kubernetes.io/version"  #: the label or annotation that names it
    source: str = ""  #: the only one of ``SOURCES`` that counts; anything else for all of them
    #: whose image counts; empty for the one that the pod marks as its default, else the first of
    #: its template: what is injected into pods is not in there
    container: str = ""


def running_pods(
    replica_sets: Sequence[Json], pods: ByOwner, naming: Naming
) -> tuple[RunningPod, ...]:
    """Return the ready pods of these ReplicaSets."""
    return tuple(
        _running_pod(pod, replica_set, naming)
        for replica_set in replica_sets
        for pod in pods.of(replica_set)
        if is_ready(pod)
    )


def _running_pod(pod: Json, replica_set: Json, naming: Naming) -> RunningPod:
    containers = {str(each["name"]): each for each in pod["spec"].get("containers") or []}
    counting = _container_that_counts(pod, replica_set, naming, list(containers))
    image = str(containers.get(counting, {}).get("image", ""))
    statuses = (pod.get("status") or {}).get("containerStatuses") or []
    status: Json = next((each for each in statuses if each.get("name") == counting), {})
    return RunningPod(
        name=name_of(pod),
        template_hash=template_hash_of(replica_set),
        named=_named(pod, image, naming),
        image=image,
        digest=_digest(str(status.get("imageID") or "")),
        pinned=_digest(image),
        container=counting,
        others=tuple(
            f"{name}={each.get('image', '')}"
            for name, each in containers.items()
            if name != counting
        ),
    )


def _container_that_counts(
    pod: Json, replica_set: Json, naming: Naming, names: Sequence[str]
) -> str:
    if naming.container:
        return naming.container
    marked = annotations(pod).get(_DEFAULT_CONTAINER, "")
    if marked in names:
        return marked
    template = replica_set["spec"]["template"]["spec"].get("containers") or []
    own = [str(each["name"]) for each in template]
    return next((name for name in own if name in names), "")


def _named(pod: Json, image: str, naming: Naming) -> tuple[Named, ...]:
    tag = _TAG.fullmatch(image)
    texts = {
        "label": labels(pod).get(naming.version_label, ""),
        "annotation": annotations(pod).get(naming.version_label, ""),
        "tag": tag[1] if tag else "",
    }
    counting = (naming.source,) if naming.source in SOURCES else SOURCES
    found = (named(source, texts[source]) for source in counting)
    return tuple(each for each in found if each is not None)


def _digest(text: str) -> str:
    found = _DIGEST.search(text)
    return found[0] if found else ""
