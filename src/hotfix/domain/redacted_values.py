"""Texts without secrets, wherever they stand in a value."""

from collections.abc import Callable, Mapping, Sequence

from hotfix.domain.json_value import JsonValue
from hotfix.domain.redaction import MARK

_TEMPLATE = "template"


def redacted_values(value: JsonValue, redact: Callable[[str], str]) -> JsonValue:
    """Return ``value`` with each text in it as ``redact`` returns it; keys stay as they are.

    A pod template stays, too: a rollback restores it, and a word in it that is not its own breaks
    production.
    """
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {
            key: each if key == _TEMPLATE else redacted_values(each, redact)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [redacted_values(each, redact) for each in _without_what_spans(value, redact)]
    return value


def is_redaction(shared: JsonValue, value: JsonValue) -> bool:
    """Tell whether ``shared`` is ``value`` with marks in the place of words, and nothing else."""
    if isinstance(shared, str) and isinstance(value, str):
        return _has_marks_alone(shared, value)
    if isinstance(shared, Mapping) and isinstance(value, Mapping):
        is_alike = shared.keys() == value.keys()
        return is_alike and all(is_redaction(each, value[key]) for key, each in shared.items())
    if isinstance(shared, list | tuple) and isinstance(value, list | tuple):
        if len(shared) == len(value):
            return all(map(is_redaction, shared, value))
        # One mark may stand for several lines.
        texts = [[each for each in side if isinstance(each, str)] for side in (shared, value)]
        is_text = [len(shared), len(value)] == [*map(len, texts)]
        return is_text and _has_marks_alone(*map("\n".join, texts))
    return shared == value


def _has_marks_alone(shared: str, text: str) -> bool:
    first, *rest = shared.split(MARK)
    if not rest:
        return shared == text
    *between, last = rest
    at = len(first)
    for part in between:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.startswith(first) and text.endswith(last) and at + len(last) <= len(text)


def _without_what_spans(
    values: Sequence[JsonValue], redact: Callable[[str], str]
) -> Sequence[JsonValue]:
    """Return a list without the secrets that go over several of its texts: lines, as a key has."""
    lines = [each for each in values if isinstance(each, str) and "\n" not in each]
    if len(lines) < max(2, len(values)):
        return values
    whole = redact("\n".join(lines))
    return values if whole == "\n".join(map(redact, lines)) else whole.split("\n")
