"""What a kustomization makes of the manifests that it names: names and namespaces."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hotfix.detect.deployment import SeenDeployment, place_of
from hotfix.detect.files import Files, folder_of, joined
from hotfix.detect.manifests import Manifest, list_in, text_in

_FILES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_MOST_DEPTH = 8


def kustomizations(files: Files, manifests: Sequence[Manifest]) -> dict[str, Manifest]:
    """Return the kustomizations by their folders."""
    names = {path for path in files.own if path.rpartition("/")[2] in _FILES}
    return {folder_of(each.path): each for each in manifests if each.path in names}


def outermost(found: Mapping[str, Manifest]) -> list[str]:
    """Return the folders of those that no other one is made of, production's first."""
    used = {below for folder, each in found.items() for below in _below(folder, each, found)}
    return sorted((each for each in found if each not in used), key=lambda it: (place_of(it), it))


def made_by(
    folder: str,
    found: Mapping[str, Manifest],
    plain: Mapping[str, Sequence[SeenDeployment]],
    depth: int = 0,
) -> Iterator[SeenDeployment]:
    """Yield the deployments of the kustomization in ``folder``.

    Args:
        folder: where it is.
        found: all kustomizations, by their folders.
        plain: the deployments that are written down, by their files.
        depth: how far below the one that was asked for.
    """
    data = found[folder].data
    namespace = text_in(data, "namespace")
    prefix, suffix = text_in(data, "namePrefix"), text_in(data, "nameSuffix")
    paths = (joined(folder, each) for each in _resources(found[folder]))
    inner = [seen for path in paths for seen in plain.get(path, ())]
    if depth < _MOST_DEPTH:
        for below in _below(folder, found[folder], found):
            inner += made_by(below, found, plain, depth + 1)
    for each in inner:
        name = f"{prefix}{each.name}{suffix}"
        yield replace(
            each, name=name, namespace=namespace or each.namespace, seen=found[folder].path
        )


def _resources(each: Manifest) -> list[str]:
    keys = ("resources", "bases", "components")
    return [path for key in keys for path in list_in(each.data, key) if isinstance(path, str)]


def _below(folder: str, each: Manifest, found: Mapping[str, Manifest]) -> list[str]:
    paths = (joined(folder, path) for path in _resources(each))
    return [path for path in paths if path in found and path != folder]
