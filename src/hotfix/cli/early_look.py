"""What ``hotfix rollback`` asks the cluster while its own words are still to be parsed.

Half of the time that a rollback needs until its patches are accepted is this program's start. Round
trips to the cluster fit into that. Nothing is decided here: where the configuration, once checked,
means another cluster, the answers are thrown away, and where anything is odd nobody is asked.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotfix.composition.early_cluster import EarlyCluster, ask_early
from hotfix.config.finding import find

_KEYS = ("namespace", "context", "kubeconfig")
_NOT_AT_ONCE = {"--help", "actions", "--via=actions"}


def early_look(
    words: Sequence[str], environ: Mapping[str, str] = os.environ
) -> EarlyCluster | None:
    """Ask the cluster that ``hotfix.toml`` names; returns at once, and None where it is not plain.

    ``words`` are those after ``rollback``; overrides are such as ``HOTFIX_KUBERNETES__NAMESPACE``.
    """
    path = _config(words) or environ.get("HOTFIX_CONFIG") or find(Path.cwd())
    if path is None or _NOT_AT_ONCE & set(words):
        return None
    try:
        section = tomllib.loads(Path(path).read_text(encoding="utf-8-sig")).get("kubernetes")
    except (OSError, ValueError, RecursionError):
        return None  # whoever reads it in earnest says why
    if not isinstance(section, dict):
        return None
    found = {
        key: environ.get(f"HOTFIX_KUBERNETES__{key.upper()}", section.get(key, "")) for key in _KEYS
    }
    if not found["namespace"] or not all(isinstance(value, str) for value in found.values()):
        return None
    return ask_early(*(str(found[key]) for key in _KEYS))


def _config(words: Sequence[str]) -> str:
    for number, word in enumerate(words):
        if word.startswith("--config"):
            return word.partition("=")[2] or "".join(words[number + 1 : number + 2])
    return ""
