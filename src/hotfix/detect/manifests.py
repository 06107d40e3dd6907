"""Objects of Kubernetes that are in the clone as YAML."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hotfix.detect.files import Files, folder_of, joined
from hotfix.detect.plain_yaml import UnreadableYamlError, documents
from hotfix.domain.frozen import frozen

# A clone may hold thousands of others; only what one of these is in is read as YAML, and so much.
_WANTED = re.compile(
    r"\bkind[\"']?\s*:\s*[\"']?(?:Deployment|Rollout|Ingress|Namespace|List|Application(?:Set)?"
    r"|Kustomization|HelmRelease)\b|^[\"']?(?:resources|bases|components)[\"']?\s*:",
    re.MULTILINE,
)
_MOST_CHARACTERS = 4_000_000
CHART = "Chart.yaml"


@frozen
class Manifest:
    """One object."""

    path: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Return its kind, such as ``Deployment``."""
        return text_in(self.data, "kind")

    @property
    def api(self) -> str:
        """Return its API group and version."""
        return text_in(self.data, "apiVersion")

    @property
    def name(self) -> str:
        """Return its name."""
        return text_in(self.data, "metadata", "name")

    @property
    def namespace(self) -> str:
        """Return its namespace; empty where it does not say."""
        return text_in(self.data, "metadata", "namespace")


def manifests_of(files: Files) -> tuple[Manifest, ...]:
    """Return every object; what is a template, or no YAML, is left out."""
    charts = {folder_of(path) for path in files.own if path.endswith(CHART)}
    templates = tuple(joined(each, "templates") + "/" for each in charts)
    paths = (
        path
        for path in files.own
        if path.endswith((".yaml", ".yml"))
        and not path.startswith((".github/", *templates))
        and not path.endswith("-lock.yaml")
    )
    found: list[Manifest] = []
    left = _MOST_CHARACTERS
    for path in paths:
        text = files.read(path) or ""
        if not _WANTED.search(text):
            continue
        left -= len(text)
        if left < 0:
            break
        found += (Manifest(path, data) for data in _objects(text))
    return tuple(found)


def at(data: object, *keys: str) -> Any:
    """Return what is in ``data`` below ``keys``, or None."""
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def text_in(data: object, *keys: str) -> str:
    """Return the text in ``data`` below ``keys``, or an empty one."""
    found = at(data, *keys)
    return found if isinstance(found, str) else ""


def list_in(data: object, *keys: str) -> list[Any]:
    """Return the list in ``data`` below ``keys``, or an empty one."""
    found = at(data, *keys)
    return found if isinstance(found, list) else []


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        found = documents(text)
    except UnreadableYamlError:
        return
    for each in found:
        if not isinstance(each, Mapping):
            continue
        if text_in(each, "kind") == "List":
            yield from (item for item in list_in(each, "items") if isinstance(item, Mapping))
        else:
            yield each
