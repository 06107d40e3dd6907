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

# What ends a sentence or a part of it, and what closes what is around a link.
_STOPS, _CLOSING = ".,;:!?", "\"'`)>]}"

_OF_A_DIFF = (
    *("+", "-", " ", "@@ ", "diff --git ", "index ", "new file mode ", "deleted file mode "),
    *("old mode ", "new mode ", "similarity index ", "rename from ", "rename to ", "Binary files "),
)

# JSON has two escapes for a sign from here on.
_FIRST_OF_TWO = 0x10000


def clean(text: str) -> str:
    """Return ``text`` without escape sequences, control and bidirectional characters."""
    return verbatim(text).expandtabs(4)


def verbatim(text: str) -> str:
    """Return code ``text``, a diff say, cleaned, with each of its blanks and tabs as it is."""
    # What is printable holds none of them; a prompt does not wait for patterns to be compiled.
    if text.isprintable():
        return text
    import re

    return re.sub(_CONTROLS, "", re.sub(_SEQUENCES, "", text))


def is_code(line: str) -> bool:
    """Tell whether blanks mean something in a line: of a diff, or of what a program has printed."""
    return line.startswith(_OF_A_DIFF) or "  " in line or "\t" in line


def one_line(text: str) -> str:
    """Return ``text`` cleaned and on one line, as a sentence whose links end before its stops."""
    return links_apart(" ".join(clean(text).split()))


def links_apart(line: str) -> str:
    """Return a line of words in which no stop is stuck to a link: who copies it copies the link.

    A full stop at the end is left out; another sign is written apart. Code is no line of words.
    """
    if "://" not in line:
        return line
    words = line.split(" ")
    last = len(words) - 1
    return " ".join(_link_apart(word, is_last=at == last) for at, word in enumerate(words))


def _link_apart(word: str, *, is_last: bool) -> str:
    link = word.rstrip(_STOPS)
    stops = word[len(link) :]
    # What ends in a sign of its own, as markup and quotations do, can be copied anyhow.
    is_link = link.partition("://")[2] and link[-1] not in _CLOSING
    if not stops or not is_link or stops.startswith(".."):
        return word
    return link if is_last and stops == "." else f"{link} {stops}"


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
