"""Texts without secrets, wherever they stand in a value."""

from collections.abc import Callable, Mapping

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
        return [redacted_values(each, redact) for each in value]
    return value
