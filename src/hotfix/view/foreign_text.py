"""The one place where foreign text is made safe to show.

Descriptions, commit titles, pod logs and API errors may hold escape sequences that set the
terminal's title or clipboard, and bidirectional controls that make a line read as another one.
"""

import re

# C0 without tab and newline, DEL, C1, bidirectional controls, and surrogates, which no output
# can encode.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# Whole escape sequences first, so that no visible half of one is left over.
_SEQUENCES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_].*?(?:\x1b\\|\x07|$)|[ -/]*[0-~])", re.DOTALL
)


def clean(text: str) -> str:
    """Return ``text`` without escape sequences, control and bidirectional characters."""
    return _CONTROLS.sub("", _SEQUENCES.sub("", text)).expandtabs(4)


def one_line(text: str) -> str:
    """Return ``text`` cleaned and on one line."""
    return " ".join(clean(text).split())
