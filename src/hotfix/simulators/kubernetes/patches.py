"""The three kinds of patches: JSON patch, merge patch, strategic merge patch."""

import copy
from typing import Any

from hotfix.simulators.kubernetes.status_answers import bad_request, invalid, refusal

# By which field strategic merge recognises the items of a list.
_MERGE_KEYS = {
    "conditions": "type",
    "containers": "name",
    "env": "name",
    "imagePullSecrets": "name",
    "initContainers": "name",
    "ownerReferences": "uid",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "volumes": "name",
}
_REFUSED = "the server rejected our request due to an error in our request"


def patched(thing: Any, patch: Any, content_type: str) -> Any:
    """Return ``thing`` with the patch applied; raises the answer of a patch that does not fit."""
    kind = content_type.split(";", maxsplit=1)[0].strip()
    if kind == "application/json-patch+json":
        if not isinstance(patch, list):
            raise bad_request("error decoding patch: a JSON patch is a list")
        return _json_patched(copy.deepcopy(thing), patch)
    if not isinstance(patch, dict):
        raise bad_request("error decoding patch: an object is expected")
    if kind == "application/merge-patch+json":
        return _merged(thing, patch)
    if kind == "application/strategic-merge-patch+json":
        return _strategically_merged(thing, patch)
    raise refusal(
        415, "UnsupportedMediaType", f"the body of the request was in an unknown format - {kind}"
    )


def without_nulls(value: Any) -> Any:
    """Return a copy as the API server understands it: null says the same as nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value


def _json_patched(thing: Any, operations: list[Any]) -> Any:
    for operation in operations:
        try:
            name, path = operation["op"], operation["path"]
            if name in {"move", "copy"}:
                value = copy.deepcopy(_value_at(thing, operation["from"]))
                if name == "move":
                    _change(thing, "remove", operation["from"], None)
                _change(thing, "add", path, value)
            elif name == "test":
                if _value_at(thing, path) != operation.get("value"):
                    raise invalid(_REFUSED)
            else:
                _change(thing, name, path, copy.deepcopy(operation.get("value")))
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise invalid(_REFUSED) from error
    return thing


def _pointer(path: str) -> list[str]:
    if not path.startswith("/"):
        raise ValueError(path)
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _value_at(thing: Any, path: str) -> Any:
    for part in _pointer(path):
        thing = thing[int(part)] if isinstance(thing, list) else thing[part]
    return thing


def _change(thing: Any, name: str, path: str, value: Any) -> None:
    *above, last = _pointer(path)
    for part in above:
        thing = thing[int(part)] if isinstance(thing, list) else thing[part]
    if isinstance(thing, list):
        _change_list(thing, name, last, value)
        return
    if name != "add" and last not in thing:
        raise KeyError(path)
    if name == "remove":
        del thing[last]
    elif name in {"add", "replace"}:
        thing[last] = value
    else:
        raise ValueError(name)


def _change_list(items: list[Any], name: str, last: str, value: Any) -> None:
    if name == "add":
        items.insert(len(items) if last == "-" else int(last), value)
    elif name == "remove":
        del items[int(last)]
    elif name == "replace":
        items[int(last)] = value
    else:
        raise ValueError(name)


def _merged(thing: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(thing) if isinstance(thing, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value)
    return result


def _strategically_merged(thing: Any, patch: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(thing) if isinstance(thing, dict) else {}
    if patch.get("$patch") == "replace":
        result = {}
    for key, value in patch.items():
        if key.startswith("$"):
            continue
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _strategically_merged(result.get(key), value)
        elif isinstance(value, list) and key in _MERGE_KEYS:
            result[key] = _merged_list(result.get(key) or [], value, _MERGE_KEYS[key])
        else:
            result[key] = copy.deepcopy(value)
    return result


def _merged_list(items: list[Any], patch: list[Any], merge_key: str) -> list[Any]:
    result = copy.deepcopy(items)
    for change in patch:
        found = [each for each in result if each.get(merge_key) == change.get(merge_key)]
        if change.get("$patch") == "delete":
            result = [each for each in result if each not in found]
        elif found:
            result[result.index(found[0])] = _strategically_merged(found[0], change)
        else:
            result.append(copy.deepcopy(change))
    return result
