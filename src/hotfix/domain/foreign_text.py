"""The one place where foreign text is made safe to show, here and wherever it is sent.

Descriptions, commit titles, pod logs and API errors may hold escape sequences that set the
terminal's title or clipboard, and bidirectional controls that make a line read as another one.
"""

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import TypeVar

    Value = TypeVar("Value")

# C0 without tab and newline, DEL, C1; bidirectional controls, invisible signs and tags, of which no
# script needs one to be read; and surrogates, which no output can encode.
_CONTROLS = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# Whole escape sequences first, so that no visible half of one is left over.
_SEQUENCES = r"(?s)\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x1b\\|\x07|$)|[ -/]*[0-~])"

# JSON has two escapes for a sign from here on.
_FIRST_OF_TWO = 0x10000


def clean(text: str) -> str:
    """Return ``text`` without escape sequences, control and bidirectional characters."""
    # What is printable holds none of them; a prompt does not wait for patterns to be compiled.
    if text.isprintable():
        return text
    import re

    return re.sub(_CONTROLS, "", re.sub(_SEQUENCES, "", text)).expandtabs(4)


def one_line(text: str) -> str:
    """Return ``text`` cleaned and on one line."""
    return " ".join(clean(text).split())


def clean_all(value: "Value") -> "Value":
    """Return what is to be sent as JSON, with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: clean_all(each) for key, each in value.items()}  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        return type(value)(map(clean_all, value))
    return value


def json_line(value: object) -> str:
    """Return JSON on one line, for a program or a terminal: what ``clean`` takes out is escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    import re

    return re.sub(_CONTROLS, lambda found: _escaped(found[0]), text)


def _escaped(sign: str) -> str:
    import json

    # Left to itself, JSON has DEL as it is.
    return f"\\u{ord(sign):04x}" if ord(sign) < _FIRST_OF_TWO else json.dumps(sign)[1:-1]
