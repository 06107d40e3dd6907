"""Pod templates, compared by what they run: a restart leaves a mark, and changes nothing."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence

from hotfix.domain.json_value import JsonObject, JsonValue

# What kubectl, consoles and reloaders write into a template to have its pods made anew.
_RESTART = re.compile(
    r"(.*/)?restarted-?at|cattle\.io/timestamp|reloader\.stakater\.com/last-reloaded-from",
    re.IGNORECASE,
)
_LETTERS = 16


def fingerprint(template: JsonObject) -> str:
    """Return what stands for the template, the same before and after a restart of its pods."""
    text = json.dumps(_without_restarts(template), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_LETTERS]


def marks_of(template: JsonObject) -> tuple[str, ...]:
    """Return the values of its labels and annotations, which may name a commit."""
    metadata = template.get("metadata")
    if not isinstance(metadata, Mapping):
        return ()
    found = (metadata.get(key) for key in ("labels", "annotations"))
    return tuple(
        str(value) for each in found if isinstance(each, Mapping) for value in each.values()
    )


def _without_restarts(template: JsonObject) -> JsonValue:
    metadata = template.get("metadata")
    if not isinstance(metadata, Mapping):
        return _plain(template)
    annotations = metadata.get("annotations")
    kept = (
        {key: value for key, value in annotations.items() if not _RESTART.fullmatch(key)}
        if isinstance(annotations, Mapping)
        else {}
    )
    # Without any, the server leaves the whole of them out; and old ones write a time of null.
    rest = {key: value for key, value in metadata.items() if key != "annotations" and value}
    return _plain({**template, "metadata": {**rest, **({"annotations": kept} if kept else {})}})


def _plain(value: JsonValue) -> JsonValue:
    """Return a copy that the encoder takes: what comes out of a journal may be frozen."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value
