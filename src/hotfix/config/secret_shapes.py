"""What a secret looks like: in ``hotfix.toml`` (values, lists, keys, comments), and in a record.

A run keeps the file's text, here and in the cluster. A reference to a variable (``$SHOP_TOKEN``) is
no secret, nor is a plain key, a commit, or a word such as ``token`` in a path. A shape is as long
as the secret: what it leaves, others read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from hotfix.domain.lines import text_lines

# A value that somebody wrote down: no variable, no placeholder.
_VALUE = r"""(?![$<{%*"'&])[^\s"'&;,]"""
_WORDS = r"(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key|private[_-]?key|signature)"
_HEADERS = (
    r"(?:(?:proxy-)?authorization|(?:set-)?cookie|x-auth[\w-]*|private-token|apikey|"
    r"[a-z][\w-]{0,60}-(?:token|key|secret|signature|password))"
)
# Headers by the look of them, but nobody is let in by one.
_HARMLESS_HEADERS = r"(?!(?:idempotency|surrogate|sec-websocket|cache|correlation)-key\b)"

# Its lines may have been joined, or written with their ends as two signs.
_LINE_END = r"(?:\s|\\[nr])+"
_KEY_BODY = (
    r"[A-Z ]*-----(?:[^\"']{0,9999}?-----END [A-Z ]*PRIVATE KEY[A-Z ]*-----|"
    rf"(?:{_LINE_END}[\w+/=]{{16,}})*(?:{_LINE_END}[\w+/]*={{1,2}})?)"
)

# By itself, wherever it stands.
_KNOWN = (
    r"gh[pousr]_\w{16,}|github_pat_\w{16,}",
    r"xox[abeoprs]-[\w-]{8,}|xapp-\d-[\w-]{8,}",
    r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[^\s\"'<>|]*",
    r"discord(?:app)?\.com/api/webhooks/\d[^\s\"'<>|]*",
    r"\b(?:webhook|outlook)\.office\.com/webhook[^\s\"'<>|]*",
    r"gl(?:pat|ptt|dt|rt|cbt|soat)-[\w-]{16,}",
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*",
    # To its end, or as far as it may go where that was cut off.
    rf"-----BEGIN [A-Z ]*PRIVATE KEY(?:{_KEY_BODY})?",
    r"\b[sr]k_(?:live|test)_\w{16,}|\bwhsec_\w{16,}",
    r"\bsk-(?:[a-z]+\d*-){0,4}\w{20,}[\w-]*",
    r"\bAIza[\w-]{35,}|\bya29\.[\w.-]{20,}",
    r"\bnpm_\w{30,}|\bpypi-[\w-]{40,}|\bdckr_pat_[\w-]{16,}|\bhvs\.[\w-]{20,}",
    r"\bSG\.[\w-]{16,}\.[\w-]{16,}|\bdop_v1_\w{32,}",
)
# A password in an address; without one, a token in the place of the user.
_ADDRESS = (
    rf"://[^\s/:@$]*:(?!\$){_VALUE}[^\s/\"'<>]*@",
    r"://(?=[\w-]*\d)[\w-]{16,}@",
)
_PARAMETER = (
    rf"[?&;][\w.-]*{_WORDS}={_VALUE}{{3,}}",
    rf"[?&;](?:x-amz-(?:credential|security-token)|sig|auth|pwd|pass|jwt|apikey)={_VALUE}{{3,}}",
)
_SCHEME = (
    r"(?:(?:bearer|basic|token|digest|apikey)\s+)?(?:token=['\"]?)?(?!(?:bearer|basic|token)\b)"
)
_COOKIES = r"(?:;\s*[\w-]+=[^\s\"';$]+)*"  # beyond the first
_IS = r"['\"]?(?:\s*:\s*['\"]?|\s*=\s*['\"])"
_HEADER = (rf"\b{_HARMLESS_HEADERS}{_HEADERS}{_IS}{_SCHEME}{_VALUE}{{3,}}{_COOKIES}",)
_VARIABLES = r"(?:TOKEN|SECRET|API_?KEY|ACCESS_KEY|PRIVATE_KEY)"
_FIELD = (
    # In a body, or in the environment of a command.
    rf"['\"][\w-]{{0,60}}?{_WORDS}['\"]\s*:\s*['\"]{_VALUE}{{3,}}[^\"'\n]*",
    rf"(?-i:\b[A-Z][A-Z0-9_]{{0,60}}?{_VARIABLES})=['\"]?{_VALUE}{{8,}}",
    rf"(?-i:\b(?:[A-Z0-9_]{{0,60}}_|PG)PASSWORD|PGPASS|MYSQL_PWD)=['\"]?{_VALUE}{{8,}}",
)
# In what people and programs say, where a word too many does no harm. Most words have no figure.
_FIGURE = r"(?=[^\s\"']{0,99}\d)"
_SAID = (
    rf"(?<![\w-])[\w-]{{0,40}}?{_WORDS}\s*[:=]\s*['\"]?{_FIGURE}{_VALUE}{{8,}}",
    rf"\bbearer\s+{_FIGURE}[\w.~+/-]{{16,}}=*",
    rf"(?-i:\b[A-Z][A-Z0-9_]{{0,60}}_KEY)=['\"]?{_FIGURE}{_VALUE}{{16,}}",
    r"\b(?:client-key-data|_?auth|_authToken)['\"]?\s*[:=]\s*['\"]?[\w+/=]{16,}",
)
_OPTION = (
    rf"(?<!\S)--?[\w-]*{_WORDS}[= ]\s*(?!id=|type=){_VALUE}{{3,}}",
    rf"\bcurl\b.*\s(?:-[a-zA-Z]*u\s*|--(?:proxy-)?user[= ])(?!\$)[^\s:$]+:{_VALUE}",
    rf"\b(?:https?|xh)\b.*\s(?:-a\s*|--auth[= ])(?!\$)[^\s:$]+:{_VALUE}",
)

_SHAPES = (
    *(f"(?-i:{each})" for each in _KNOWN),
    *_ADDRESS,
    *_PARAMETER,
    *_HEADER,
    *_FIELD,
)
_IN_A_VALUE = re.compile("|".join(_SHAPES), re.IGNORECASE)
_IN_WHAT_IS_SAID = re.compile("|".join((*_SHAPES, *_SAID)), re.IGNORECASE)
_IN_A_COMMAND = re.compile("|".join(_OPTION), re.IGNORECASE)
# Words are written about headers and parameters in comments; what is one has a figure in it.
_HAS_A_FIGURE = re.compile(r"\d")
_IN_A_COMMENT = re.compile(
    "|".join((*(f"(?-i:{each})" for each in _KNOWN), *_ADDRESS)), re.IGNORECASE
)
_KEY = re.compile(rf"{_WORDS}|authorization|webhook", re.IGNORECASE)
_HEADER_NAME = re.compile(rf"{_HARMLESS_HEADERS}{_HEADERS}", re.IGNORECASE)


def looks_secret(text: str) -> bool:
    """Tell whether a value holds what looks like a secret."""
    return bool(_IN_A_VALUE.search(text))


def masked(text: str, mark: str = "...") -> str:
    """Return ``text`` with a ``mark`` in the place of all that looks like a secret."""
    return _IN_WHAT_IS_SAID.sub(mark, text)


def secrets_in(data: Any, where: str = "") -> Iterator[str]:
    """Yield the places (such as ``probes[0].url``) that hold a secret, never the secret itself."""
    if isinstance(data, dict):
        is_headers = where.endswith(".headers")
        for key, value in data.items():
            place = f"{where}.{key}" if where else str(key)
            if isinstance(value, str) and value and _names_a_secret(str(key), is_headers):
                yield place
            else:
                yield from secrets_in(value, place)
    elif isinstance(data, list):
        found = [
            each for n, value in enumerate(data) for each in secrets_in(value, f"{where}[{n}]")
        ]
        yield from found or ([where] if _is_secret_command(data) else [])
    elif isinstance(data, str) and (looks_secret(data) or _IN_A_COMMAND.search(data)):
        yield where


def secrets_in_comments(text: str) -> Iterator[str]:
    """Yield the lines whose comment holds a secret: what is commented out is in the file, too."""
    for number, line in enumerate(text_lines(text), start=1):
        _, _, comment = line.partition("#")
        found = (each.group() for each in _IN_A_VALUE.finditer(comment))
        if _IN_A_COMMENT.search(comment) or any(map(_HAS_A_FIGURE.search, found)):
            yield f"line {number}"


def _names_a_secret(key: str, is_header: bool) -> bool:
    return bool(_KEY.search(key)) or (is_header and bool(_HEADER_NAME.fullmatch(key)))


def _is_secret_command(words: Sequence[Any]) -> bool:
    """Tell whether the words of a command, one after the other, hold a secret."""
    line = " ".join(word for word in words if isinstance(word, str))
    return bool(_IN_A_COMMAND.search(line)) or looks_secret(line)
