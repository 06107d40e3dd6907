"""Label selectors and field selectors."""

import re
from typing import Any

from hotfix.simulators.kubernetes.status_answers import bad_request

_SET = re.compile(r"(?P<key>\S+)\s+(?P<word>in|notin)\s+\((?P<values>[^)]*)\)")
_EQUAL = re.compile(r"(?P<key>[^=!\s]+)\s*(?P<sign>!=|==|=)\s*(?P<value>\S*)")
_EXISTS = re.compile(r"(?P<no>!?)\s*(?P<key>[^=!\s]+)")
_BETWEEN = re.compile(r",(?![^(]*\))")


def matches(thing: dict[str, Any], labels: str, fields: str) -> bool:
    """Tell whether an object matches both selectors; an empty one matches everything."""
    found = thing["metadata"].get("labels") or {}
    return all(_matches_label(found, part.strip()) for part in _parts(labels)) and all(
        _matches_field(thing, part.strip()) for part in _parts(fields)
    )


def matches_labels(found: dict[str, str], wanted: dict[str, str]) -> bool:
    """Tell whether all of ``wanted`` are among the labels (``matchLabels``)."""
    return all(found.get(key) == value for key, value in wanted.items())


def _parts(selector: str) -> list[str]:
    return [part for part in _BETWEEN.split(selector) if part.strip()]


def _matches_label(labels: dict[str, str], part: str) -> bool:
    if match := _SET.fullmatch(part):
        values = {value.strip() for value in match["values"].split(",")}
        return (labels.get(match["key"]) in values) == (match["word"] == "in")
    if match := _EQUAL.fullmatch(part):
        return (labels.get(match["key"]) == match["value"]) == (match["sign"] != "!=")
    if match := _EXISTS.fullmatch(part):
        return (match["key"] in labels) != bool(match["no"])
    raise bad_request(f"unable to parse requirement: {part}")


def _matches_field(thing: dict[str, Any], part: str) -> bool:
    match = _EQUAL.fullmatch(part)
    if match is None:
        raise bad_request(f"invalid field selector: {part}")
    value: Any = thing
    for key in match["key"].split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return (str(value or "") == match["value"]) == (match["sign"] != "!=")
