"""A program of its own that sends notices with apprise: ``python -m hotfix.adapters.notifying``.

Reads one JSON object a line, ``{"address", "title", "text"}``, ``{"address"}`` to only look at it,
or ``{}`` to hear when it is up, and answers each with one line, ``{"outcome", "status"}``. Loading
what apprise knows takes seconds of a processor, and what it logs names addresses: neither is in the
process of the walk.
"""

import json
import logging
import re
import sys
from typing import IO

import apprise

READY, SENT, USABLE, INVALID = "ready", "sent", "usable", "invalid"
UNREACHED, REFUSED, UNCONFIRMED = "unreached", "refused", "unconfirmed"

_STATUS = re.compile(r"error=(\d{3})\b")
# No connection came about, say urllib3 and, of a mail server, the system: nothing can have arrived.
_UNREACHED = re.compile(
    r"\b(NewConnectionError|ConnectTimeoutError|NameResolutionError)\b|ConnectTimeout\b"
    r"|Connection refused|No route to host|Network is unreachable|[Nn]ame resolution"
    r"|Name or service not known|nodename nor servname"
)
_NO_MAIL_SERVER = "submitting email"
# Answers of a server that has not taken it; who timed out may have (RFC 9110, 15.5).
_REFUSALS = frozenset(range(400, 500)) - {408}
# What apprise puts between title and text at most.
_BETWEEN = 50


class _Heard(logging.Handler):
    """What apprise says of one attempt; shown nowhere."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def answer(asked: dict[str, str], heard: _Heard) -> dict[str, str]:
    """Do what one line asks for."""
    heard.lines.clear()
    if "address" not in asked:
        return {"outcome": READY, "status": ""}
    asset = apprise.AppriseAsset(storage_mode="memory")
    made = apprise.Apprise.instantiate(asked["address"], asset=asset)
    if made is None:
        return {"outcome": INVALID, "status": ""}
    if "text" not in asked:
        return {"outcome": USABLE, "status": ""}
    if made.overflow_mode is apprise.OverflowMode.UPSTREAM:
        # A service refuses what is longer than it takes: nobody would be told anything.
        made.overflow_mode = apprise.OverflowMode.SPLIT
    try:
        is_sent = made.notify(
            body=asked["text"], title=asked["title"], body_format=apprise.NotifyFormat.TEXT
        )
    except Exception as error:  # noqa: BLE001 - of two hundred plug-ins; said by its kind alone
        return {"outcome": UNCONFIRMED, "status": type(error).__name__}
    if is_sent:
        return {"outcome": SENT, "status": ""}
    return _what_became(made, heard.lines, len(asked["title"]) + len(asked["text"]))


def _what_became(made: apprise.NotifyBase, lines: list[str], signs: int) -> dict[str, str]:
    """Return what is known of a notice that was not confirmed, from what apprise says."""
    said = "\n".join(lines)
    statuses = _STATUS.findall(said)
    status = statuses[0] if statuses else ""
    failed = [line for line in lines if line.startswith("Socket Exception")]
    # One address may stand for several receivers, and a long text for several messages: of one
    # that was reached nothing is certain.
    is_alone = len(made) == 1 and signs < made.body_maxlen - _BETWEEN
    is_unreached = bool(failed) and all(map(_UNREACHED.search, failed)) and not statuses
    if is_unreached and (is_alone or _NO_MAIL_SERVER in said):
        return {"outcome": UNREACHED, "status": ""}
    is_refused = len(statuses) == 1 and int(status) in _REFUSALS and not failed
    outcome = REFUSED if is_refused and is_alone else UNCONFIRMED
    return {"outcome": outcome, "status": status}


def serve(lines: IO[str], out: IO[str]) -> None:
    """Answer every line, until there are no more."""
    heard, logger = _Heard(), logging.getLogger("apprise")
    logger.handlers, logger.propagate = [heard], False
    logger.setLevel(logging.DEBUG)
    for line in lines:
        out.write(f"{json.dumps(answer(json.loads(line), heard))}\n")
        out.flush()


if __name__ == "__main__":
    replies = sys.stdout
    sys.stdout = sys.stderr  # what a plug-in prints is no answer
    serve(sys.stdin, replies)
