"""What the next ``kubectl apply`` would leave beside what it brings, once a template is put back.

``apply`` takes away only what the last one brought, which an annotation keeps; a patch of the
template leaves that annotation as it is (kubernetes/kubectl#1301).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hotfix.adapters.kubernetes.api.object_owners import Json, annotations
from hotfix.domain.json_value import JsonObject

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
# By which field ``apply`` tells the items of a list apart; other lists it replaces as a whole.
_MERGE_KEYS = {
    "containers": "name",
    "env": "name",
    "ephemeralContainers": "name",
    "hostAliases": "ip",
    "imagePullSecrets": "name",
    "initContainers": "name",
    "ports": "containerPort",
    "topologySpreadConstraints": "topologyKey",
    "volumeDevices": "devicePath",
    "volumeMounts": "mountPath",
    "volumes": "name",
}


def kept_beside(deployment: Json, target: JsonObject) -> list[str]:
    """Return what of the template ``target`` the next apply would not take away, by its path.

    That is what the last apply did not bring and what is not there now.
    """
    try:
        applied = json.loads(annotations(deployment).get(_LAST_APPLIED, ""))
        last = applied["spec"]["template"]
    except (ValueError, KeyError, TypeError):
        return []
    return list(_beside(target, last, deployment["spec"]["template"], ""))


def _beside(target: Any, last: Any, present: Any, path: str) -> Iterator[str]:
    for key, value in target.items():
        here = f"{path}.{key}" if path else str(key)
        before, now = _at(last, key), _at(present, key)
        if key in _MERGE_KEYS and isinstance(value, Sequence):
            yield from _items_beside(value, before, now, here, _MERGE_KEYS[key])
        elif before is None and now is None and value not in (None, {}, []):
            yield here
        elif isinstance(value, Mapping) and isinstance(before, Mapping):
            yield from _beside(value, before, now, here)


def _items_beside(
    target: Sequence[Any], last: Any, present: Any, path: str, merge_key: str
) -> Iterator[str]:
    before, now = _by(last, merge_key), _by(present, merge_key)
    for each in target:
        name = each.get(merge_key)
        here = f"{path}[{name}]"
        if name not in before and name not in now:
            yield here
        elif name in before:
            yield from _beside(each, before[name], now.get(name), here)


def _at(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, Mapping) else None


def _by(items: Any, merge_key: str) -> dict[Any, Any]:
    return {each.get(merge_key): each for each in items or [] if isinstance(each, Mapping)}
