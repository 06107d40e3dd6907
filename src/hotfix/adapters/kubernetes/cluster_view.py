"""The contexts of this machine, and the deployments of one of them, as ``hotfix init`` asks."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from hotfix.adapters.kubernetes.api.connection import DEPLOYMENTS, Connection
from hotfix.adapters.kubernetes.api.kubeconfig import (
    context_names,
    current_context,
    files_of,
    namespace_of,
)
from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.adapters.kubernetes.api.object_owners import Json, name_of
from hotfix.adapters.kubernetes.restoration.ownership import ownership
from hotfix.detect.cluster import ClusterView
from hotfix.detect.deployment import SeenDeployment
from hotfix.detect.manifests import at, list_in, text_in
from hotfix.domain.problem import ProblemError, TemporaryTroubleError

_ALL = "/apis/apps/v1/deployments"


def contexts_view(kubeconfig: Path | None = None) -> ClusterView:
    """Return the contexts that there are, and which one is current; nobody is asked."""
    files = files_of(kubeconfig)
    try:
        names = tuple(context_names(files))
        current = current_context(files)
    except UnusableKubeconfigError as error:
        why = f"no kubeconfig to go by: {str(error).rstrip('.')}"
        return ClusterView(seen=why, trouble=why)
    return ClusterView(names, current, f"the current context of {files}")


def deployments_view(view: ClusterView, context: str, namespaces: Sequence[str]) -> ClusterView:
    """Return what a context of ``view`` shows: all deployments, else those of some namespaces.

    Args:
        view: as ``contexts_view`` returns it.
        context: the one that is asked.
        namespaces: where to look as well, where not all may be seen at once.
    """
    seen = view.seen if context == view.context else "the context that you chose"
    asked = ClusterView(view.contexts, context, seen)
    try:
        everything = Connection("default", context, None).items(_ALL, "list deployments")
        found, trouble = list(_seen(everything, context)), ""
    except TemporaryTroubleError as error:
        found, trouble = [], f"{context} was not asked: {error.saying}"
    except ProblemError as error:
        found, trouble = _one_by_one(context, namespaces)
        trouble = trouble or ("" if found else _in_words(context, error))
    return ClusterView(view.contexts, context, asked.seen, tuple(found), trouble)


def _one_by_one(context: str, namespaces: Sequence[str]) -> tuple[list[SeenDeployment], str]:
    """Return the deployments of the namespaces that may be looked into, and what was in the way."""
    found: list[SeenDeployment] = []
    own = namespace_of(files_of(None), context)
    for space in dict.fromkeys(filter(None, (own, *namespaces))):
        try:
            listed = Connection(space, context, None).items(
                DEPLOYMENTS, f"list deployments in {space}"
            )
        except TemporaryTroubleError as error:
            return found, f"{context} was not asked: {error.saying}"
        except ProblemError:
            continue
        found += _seen(listed, context)
    return found, ""


def _in_words(context: str, error: ProblemError) -> str:
    return f"{context} does not show deployments: {error.problem.what} {error.problem.why}"


def _seen(listed: Sequence[Json], context: str) -> Iterator[SeenDeployment]:
    for each in listed:
        space = text_in(each, "metadata", "namespace")
        containers = list_in(each, "spec", "template", "spec", "containers")
        selector = at(each, "spec", "selector", "matchLabels")
        if not space or not text_in(each, "metadata", "name"):
            continue
        yield SeenDeployment(
            space,
            name_of(each),
            tuple(filter(None, (text_in(one, "image") for one in containers))),
            {str(key): str(value) for key, value in dict(selector or {}).items()},
            f"namespace {space} of {context}",
            tuple(f"{need.saw} ({need.mend})" for need in ownership(each, space)),
        )
