"""What an answer of the API server means: done, refused, refused for now, or cut off."""

import json
import ssl
import threading
import time
from collections.abc import Collection
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, ClassVar

from urllib3.exceptions import HTTPError, ProtocolError

from hotfix.adapters.kubernetes.api.errors import is_by_admission, refusal, refused_for_now
from hotfix.adapters.kubernetes.api.read_ahead import Answer
from hotfix.processes.server_clock import ServerClock

# An API server that starts says 403 to everybody until it has read the roles: under a second here.
_ROLES_SECONDS = 10.0
_SPOILED = "BAD_RECORD_MAC"
_CUT_OFF = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)


class GoneError(Exception):
    """The version to watch from is no longer known to the API server: HTTP 410."""

    STATUS: ClassVar[int] = 410


class Answers:
    """Knows what time it is there and what was allowed before; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # What was allowed before, and since when it no more is.
        self._refused_since: dict[str, float | None] = {}
        self._was_away_at = -_ROLES_SECONDS
        self._clock = ServerClock()

    def server_now(self) -> datetime:
        """Return the present moment by the API server's clock, to the second: UTC, aware."""
        return self._clock.now() or datetime.now(UTC)

    def note_date(self, text: str) -> None:
        """Remember what the ``Date`` of an answer says; nothing where it says nothing."""
        self._clock.note(text)

    def note_away(self) -> None:
        """Remember that the server did not answer."""
        self._was_away_at = time.monotonic()

    def note_allowed(self, right: str) -> None:
        """Remember that ``right``, such as ``watch`` and a path, was there."""
        with self._lock:
            self._refused_since[right] = None

    def understood(
        self, status: int, body: dict[str, Any], doing: str, also: Collection[int], right: str
    ) -> Answer:
        """Return the answer where it is one.

        ``doing`` is what was asked for, as people read it after "no right to"; ``also`` are
        statuses beside 2xx that the caller understands; ``right`` is what was used, the same text
        each time.

        Raises:
            ProblemError: refused.
            TemporaryTroubleError: overloaded, or refused as a server does that has just started.
        """
        is_done = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        if is_done:
            self.note_allowed(right)
        # A server that starts says nothing of rules: those are in force.
        is_untold = status == HTTPStatus.FORBIDDEN and not is_by_admission(status, body)
        if is_untold and (
            self._was_away_just_now() or (status not in also and self._was_allowed_just_now(right))
        ):
            raise refused_for_now(body, doing)
        if is_done or status in also:
            return Answer(status, body)
        raise refusal(status, body, doing)

    def _was_away_just_now(self) -> bool:
        return time.monotonic() - self._was_away_at < _ROLES_SECONDS

    def _was_allowed_just_now(self, right: str) -> bool:
        """Tell whether a refusal may be that of a server that has just been started."""
        with self._lock:
            if right not in self._refused_since:
                return False
            now = time.monotonic()
            since = self._refused_since[right] or now
            self._refused_since[right] = since
            return now - since < _ROLES_SECONDS


def is_cut_off(error: HTTPError) -> bool:
    """Tell whether the other side hung up, as an idle load balancer does, or bytes were spoiled."""
    cause = next(iter(error.args), None)
    is_spoiled = isinstance(cause, ssl.SSLError) and _SPOILED in (cause.reason or "")
    return isinstance(error, ProtocolError) or isinstance(cause, _CUT_OFF) or is_spoiled


def is_foreign(status: int, data: bytes) -> bool:
    """Tell whether an answer is not the API server's, but that of something in between.

    The server answers in objects; of refusals it leaves some to its HTTP library, in plain words.
    What asks for a login is one that is needed, whoever asks.
    """
    if status == HTTPStatus.UNAUTHORIZED:
        return False
    text = data.decode("utf-8", "replace")
    try:
        return not isinstance(json.loads(text), dict)
    except ValueError:
        is_done = status < HTTPStatus.MULTIPLE_CHOICES
        return is_done or not text.strip() or text.lstrip().startswith("<")


def decoded(data: bytes) -> dict[str, Any]:
    """Return the body as a dictionary; what is no object stands under ``message``."""
    text = data.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except ValueError:
        return {"message": text[:300]}
    return body if isinstance(body, dict) else {"message": text[:300]}
