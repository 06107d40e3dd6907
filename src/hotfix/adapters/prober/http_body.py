"""What an answer holds: the expected text, or a value in its JSON, however it is encoded."""

import html
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2

from hotfix.domain.figures import in_seconds
from hotfix.ports.prober import Probe

_MEBIBYTE = 1_048_576
# A text is found long before, and a JSON is read whole.
_LARGEST_TEXT, _LARGEST_JSON = 1 * _MEBIBYTE, 16 * _MEBIBYTE
# A page need not say how it is encoded, and some say it wrong.
_ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "utf-16-le", "utf-16-be")
_MISSING = object()


def wrong_in(probe: Probe, response: httpx2.Response, deadline: float) -> str:
    """Return what is wrong with the body of a streamed answer, or an empty text.

    Args:
        probe: one that looks at the body.
        response: with the right status; it is read no further than needed.
        deadline: of ``time.monotonic``.

    Raises:
        ValueError, RecursionError: the answer is no JSON.
        httpx2.HTTPError: it broke off.
    """
    if probe.expect_text and probe.expect_text in response.headers.get("Location", ""):
        # What a redirect says is where it leads to.
        return "" if not probe.json_path else _wrong_in_json(probe, response, deadline)
    if probe.json_path:
        return _wrong_in_json(probe, response, deadline)
    needles = _written(probe.expect_text, response)
    overlap, seen = max(map(len, needles)), 0
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if any(body.find(needle, max(0, seen - overlap)) >= 0 for needle in needles):
            return ""
        seen = len(body)
        trouble = _too_much(probe, seen, _LARGEST_TEXT, deadline)
        if trouble:
            return trouble
    return _without_text(probe, response, bytes(body))


def _wrong_in_json(probe: Probe, response: httpx2.Response, deadline: float) -> str:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        trouble = _too_much(probe, len(body), _LARGEST_JSON, deadline)
        if trouble:
            return trouble
    if probe.expect_text and probe.expect_text not in response.headers.get("Location", ""):
        missing = _without_text(probe, response, bytes(body))
        if missing:
            return missing
    found = _at(_json(response, bytes(body)), probe.json_path.split("."))
    if found is _MISSING:
        return f"{probe.expect_status}, but there is no {probe.json_path}"
    if _as_text(found) != probe.json_equals:
        return (
            f"{probe.expect_status}, but {probe.json_path} is {_as_text(found)!r}, "
            f"not {probe.json_equals!r}"
        )
    return ""


def _too_much(probe: Probe, size: int, largest: int, deadline: float) -> str:
    # A server that drips a byte at a time stays within every single timeout.
    if time.monotonic() > deadline:
        return f"no whole answer within {in_seconds(probe.timeout_seconds)}"
    if size <= largest:
        return ""
    without = f", and so far without {probe.expect_text!r}" if probe.expect_text else ""
    return f"the answer is larger than {largest // _MEBIBYTE} MiB{without}"


def _without_text(probe: Probe, response: httpx2.Response, body: bytes) -> str:
    if any(needle in body for needle in _written(probe.expect_text, response)):
        return ""
    # A page may write signs of it as entities: &amp;, &#39;, &uuml;.
    text = body.decode("utf-8", "replace")
    if "&" in text and probe.expect_text in html.unescape(text):
        return ""
    return f"{probe.expect_status}, but without {probe.expect_text!r}"


def _written(text: str, response: httpx2.Response) -> set[bytes]:
    """Return the text as it may stand in the answer, in bytes."""
    return set(_encoded(text, (response.charset_encoding or "utf-8", *_ENCODINGS)))


def _encoded(text: str, encodings: tuple[str, ...]) -> Iterator[bytes]:
    for encoding in encodings:
        try:
            yield text.encode(encoding)
        except (LookupError, UnicodeEncodeError):
            continue  # no such encoding, or it has no such sign


def _json(response: httpx2.Response, body: bytes) -> Any:
    try:
        # Finds out by itself which UTF it is, and takes a byte order mark.
        return json.loads(body)
    except UnicodeDecodeError:
        return json.loads(body.decode(response.charset_encoding or "iso-8859-1"))


def _at(data: Any, path: list[str]) -> Any:
    """Return what stands at the path; a key may have dots itself."""
    if not path:
        return data
    if isinstance(data, list) and path[0].isdecimal() and int(path[0]) < len(data):
        return _at(data[int(path[0])], path[1:])
    if isinstance(data, dict):
        for length in range(1, len(path) + 1):
            key = ".".join(path[:length])
            found = _at(data[key], path[length:]) if key in data else _MISSING
            if found is not _MISSING:
                return found
    return _MISSING


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
