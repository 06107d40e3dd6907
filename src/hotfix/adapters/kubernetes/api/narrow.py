"""What to ask for, so that of a large namespace little is read: by names, and by labels."""

from collections.abc import Mapping, Sequence

from hotfix.adapters.kubernetes.api.object_owners import Json

# Each name is a request of its own: a field selector has no "or".
_MOST_BY_NAME = 8
# Proxies cut off an address after some 8 kB.
_LONGEST_SELECTOR = 4000

Query = Mapping[str, str]


def by_name(names: Sequence[str]) -> list[Query]:
    """Return the queries that list the objects of these names: one each, or one for everything."""
    if len(set(names)) > _MOST_BY_NAME:
        return [{}]
    return [{"fieldSelector": f"metadata.name={name}"} for name in dict.fromkeys(names)]


def of_deployments(deployments: Sequence[Json]) -> list[Query]:
    """Return the queries that list the pods, or the ReplicaSets, of these deployments.

    They may bring others, too, and bring nothing twice only where there is a single one. Selectors
    that have labels in common make one query, and else one each.
    """
    wanted = [_labels_of(each) for each in deployments]
    if not wanted:
        return []
    together = _together(wanted)
    if together:
        return [{"labelSelector": together}]
    each = [_together([labels]) for labels in wanted]
    if len(each) > _MOST_BY_NAME or not all(each):
        return [{}]
    return [{"labelSelector": selector} for selector in dict.fromkeys(each)]


def _labels_of(deployment: Json) -> dict[str, set[str]]:
    """Return which values each label may have; what its selector says beside is passed over."""
    selector = deployment["spec"].get("selector") or {}
    found = {key: {str(value)} for key, value in (selector.get("matchLabels") or {}).items()}
    for each in selector.get("matchExpressions") or []:
        if each.get("operator") == "In":
            found.setdefault(str(each.get("key")), set(map(str, each.get("values") or [])))
    return found


def _together(wanted: Sequence[Mapping[str, set[str]]]) -> str:
    """Return one selector that all of them match; empty where there is none that is not long."""
    common = set(wanted[0]).intersection(*wanted[1:])
    parts = []
    for key in sorted(common):
        values = sorted({value for labels in wanted for value in labels[key]})
        parts.append(f"{key}={values[0]}" if len(values) == 1 else f"{key} in ({','.join(values)})")
    selector = ",".join(parts)
    return selector if len(selector) <= _LONGEST_SELECTOR else ""
