"""Texts without secrets, wherever they stand in a value."""

from collections.abc import Callable, Mapping, Sequence

from hotfix.domain.json_value import JsonValue

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


def _without_what_spans(
    values: Sequence[JsonValue], redact: Callable[[str], str]
) -> Sequence[JsonValue]:
    """Return a list without the secrets that go over several of its texts: lines, as a key has."""
    lines = [each for each in values if isinstance(each, str) and "\n" not in each]
    if len(lines) < max(2, len(values)):
        return values
    whole = redact("\n".join(lines))
    return values if whole == "\n".join(map(redact, lines)) else whole.split("\n")
