"""What ``hotfix rollback`` asks the cluster while its own words are still to be parsed.

Half of the time that a rollback needs until its patches are accepted is this program's start. Round
trips to the cluster fit into that. Nothing is decided here: where the command comes to mean another
cluster, the answers are thrown away. Asking runs what a kubeconfig names: the configuration that
leads there is on record, or has been checked, and where anything is odd nobody is asked.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotfix.composition.early_cluster import EarlyCluster, ask_early
from hotfix.config.finding import found_config
from hotfix.domain.json_value import texts
from hotfix.domain.problem import ProblemError
from hotfix.runs.known_runs import named_runs, noteworthy
from hotfix.runs.state_folder import state_folder
from hotfix.runs.whose import Place, fitting

_PLACE = 3  # namespace, context and kubeconfig
_TODAYS = "--use-todays-config"
_NOT_AT_ONCE = {"-h", "--help", "actions", "--via=actions"}


def early_look(
    words: Sequence[str], environ: Mapping[str, str] = os.environ
) -> EarlyCluster | None:
    """Ask the cluster of the run that is meant; returns at once, and None where it is not plain.

    ``words`` are those after ``rollback``. Without a run on record it is the cluster that
    ``hotfix.toml`` names, with overrides such as ``HOTFIX_KUBERNETES__NAMESPACE``.
    """
    if _NOT_AT_ONCE & set(words):
        return None
    kept = None if _TODAYS in words else _kept_cluster(words, environ)
    return ask_early(*kept) if kept else _ask_todays(words, environ)


def _kept_cluster(
    words: Sequence[str], environ: Mapping[str, str]
) -> tuple[str, str, str, tuple[str, ...]] | None:
    """Return what the run that is meant keeps: namespace, context, kubeconfig, deployments."""
    named = next((word for word in words if word.startswith("hf-")), "")
    place = Place(os.getcwd(), environ, _config(words))  # noqa: PTH109 - as text
    state = state_folder(environ)
    kept = named_runs(state, named) if named else noteworthy(state)
    found = fitting(kept, named, place, open_first=False)
    cluster = found[0].whose.get("cluster") if len(found) == 1 else None
    if not isinstance(cluster, list) or len(cluster) != _PLACE:
        return None
    namespace, context, kubeconfig = map(str, cluster)
    is_here = any(map(os.path.isfile, kubeconfig.split(os.pathsep)))
    names = texts(found[0].whose.get("deployments"))
    return (namespace, context, kubeconfig, names) if is_here else None


def _ask_todays(words: Sequence[str], environ: Mapping[str, str]) -> EarlyCluster | None:
    """Ask the cluster of today's configuration, once that is known to be right, and ours."""
    found = found_config(str(Path.cwd()), environ, _config(words))
    if found is None:
        return None
    from hotfix.config.load import parse, text_of
    from hotfix.config.overriding import not_understood

    known = {name: environ[name] for name in environ.keys() - not_understood(environ)}
    try:
        text, state = text_of(found, environ), state_folder(environ)
        settings = parse(text, known, found.path, state=state).kubernetes
    except ProblemError:
        return None  # whoever reads it in earnest says why
    if settings is None:
        return None
    where = (settings.namespace, settings.context, settings.kubeconfig)
    return ask_early(*where, settings.deployments)


def _config(words: Sequence[str]) -> str:
    for number, word in enumerate(words):
        if word.startswith("--config"):
            return word.partition("=")[2] or "".join(words[number + 1 : number + 2])
    return ""
