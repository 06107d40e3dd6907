"""A webhook signed as the Standard Webhooks specification says, sent with httpx2."""

import base64
import binascii
import hashlib
import hmac
import os
import threading
import time
from collections.abc import Mapping
from functools import cached_property, partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from hotfix.domain.cloud_event import CONTENT_TYPE
from hotfix.domain.figures import counted
from hotfix.domain.no_answer import no_answer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.retry_after import asks_to_wait, retry_after
from hotfix.processes.in_time import in_time
from hotfix.processes.server_clock import ServerClock
from hotfix.processes.trusted_certificates import trusted_certificates

_TIMEOUT_SECONDS, _RETRY_SECONDS = 5.0, 5.0
_ASKS_TO_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
# What may be said of a signature.
_REFUSALS = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_PREFIX = "whsec_"
_SHORT = 65_536  # bytes
_LEAST_BYTES = 24  # of a key, as the specification asks for


def signature(key: bytes, event_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of ``webhook-signature`` for what is sent at ``timestamp`` (Unix, s)."""
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


class SignedWebhook:
    """One receiver of one run's events.

    Args:
        name: what it is called.
        address: where it is; a secret.
        secret: ``whsec_`` and the key as base64, with or without the prefix; several with blanks
            between while one takes the place of another: it is signed with each.
        kept_in: the file that holds what was confirmed; None where nothing is sent.
        timeout_seconds: for an answer, whatever it is made of.
    """

    def __init__(
        self,
        name: str,
        address: str,
        secret: str,
        kept_in: Path | None = None,
        timeout_seconds: float = _TIMEOUT_SECONDS,
    ) -> None:
        self._name = name
        self._timeout_seconds = timeout_seconds
        self._address = address.strip()
        self._secrets = secret.split()
        self._kept_in = kept_in
        self._clock = ServerClock()

    @cached_property
    def _client(self) -> httpx2.Client:
        # One for all events: to make one takes longer than to send one.
        return httpx2.Client(timeout=self._timeout_seconds, verify=trusted_certificates())

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self._name

    def received(self) -> int:
        """Return the sequence number of the last event that was confirmed; 0 for none."""
        try:
            text = self._kept_in.read_text(encoding="ascii") if self._kept_in else ""
        except (OSError, UnicodeDecodeError):
            return 0
        return int(text) if text.strip().isdecimal() else 0

    def begin_anew(self) -> None:
        """Forget what it has confirmed: what is sent once more is told by its id."""
        if self._kept_in is not None:
            self._kept_in.unlink(missing_ok=True)

    def send(self, seq: int, event_id: str, body: bytes) -> None:
        """Send one event, and remember that it was confirmed."""
        timestamp = self._moment()
        headers = {
            "content-type": CONTENT_TYPE,
            "webhook-id": event_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(
                signature(key, event_id, timestamp, body) for key in self.keys()
            ),
        }
        self.checked_address()
        found: list[tuple[int, float | None]] = []
        try:
            ask = partial(self._post, body, headers, found)
            in_time(ask, self._timeout_seconds, f"webhook {self._name}")
        except (httpx2.RequestError, httpx2.InvalidURL, ImportError, OSError, ValueError) as error:
            # Of the address only the host is no secret, and not even that is told.
            if not found:
                raise no_answer(f"Webhook {self._name}", "it", error, _RETRY_SECONDS) from None
        status, asked = found[0]
        if not httpx2.codes.is_success(status):
            raise self._in_words(status, asked, f"event {seq}, {counted(len(body), 'byte')}")
        self._remember(seq)

    def _moment(self) -> int:
        """Return when it is sent (Unix, s), by the receiver's clock once it has refused ours.

        What is dated minutes away is refused, as if somebody had recorded it and sent it again.
        """
        theirs = self._clock.now()
        return int(time.time() if theirs is None else theirs.timestamp())

    def _doubt_the_clock(self, headers: Mapping[str, str]) -> None:
        """Go by the receiver's clock after a refusal; by ours again where that was refused, too."""
        is_theirs = self._clock.now() is not None
        self._clock = ServerClock()
        if not is_theirs:
            self._clock.note_in(headers)

    def _post(
        self, body: bytes, headers: Mapping[str, str], found: list[tuple[int, float | None]]
    ) -> None:
        """Add to ``found`` the status, and the seconds to wait if it names some, once it is there.

        What follows says nothing. It is read where it is short, so that the connection serves for
        the next event; whatever becomes of that, the event was answered.
        """
        with self._client.stream("POST", self._address, content=body, headers=headers) as answer:
            found.append((answer.status_code, retry_after(answer.headers)))
            if answer.status_code in _REFUSALS:
                self._doubt_the_clock(answer.headers)
            length = answer.headers.get("content-length", "")
            if length.isdecimal() and int(length) <= _SHORT:
                answer.read()

    def _in_words(
        self, status: int, asked: float | None, what: str
    ) -> ProblemError | TemporaryTroubleError:
        """Return what an answer means by the Standard Webhooks specification."""
        saying = f"Webhook {self._name} answers {status}"
        if status == HTTPStatus.GONE:
            mend = f"Take {self._name} out of [[webhooks]] in hotfix.toml, or set its new address"
            why = f"{saying}: it wants no events any more."
            problem = Problem(
                ProblemCode.CONFIGURATION, f"Webhook {self._name} is gone.", why, mend
            )
            return ProblemError(problem)
        if asked is not None and status in _ASKS_TO_WAIT:
            return asks_to_wait(f"Webhook {self._name}", asked)
        if httpx2.codes.is_redirect(status):
            # Elsewhere nobody has said that the events may be read.
            return TemporaryTroubleError(f"{saying}, which is not followed.", _RETRY_SECONDS)
        if httpx2.codes.is_client_error(status):
            return TemporaryTroubleError(f"{saying} ({what}).", _RETRY_SECONDS)
        return TemporaryTroubleError(f"{saying}.", _RETRY_SECONDS)

    def keys(self) -> list[bytes]:
        """Return the keys, one at least; raises ProblemError where the secret is none."""
        keys = [_key_of(secret) for secret in self._secrets]
        if not keys or min(map(len, keys)) < _LEAST_BYTES:
            raise ProblemError(
                self._problem(
                    "has no usable secret",
                    f"It is whsec_ and at least {_LEAST_BYTES} bytes as base64.",
                )
            )
        return keys

    def checked_address(self) -> None:
        """Raise ProblemError where the address is none, or would be sent in the open."""
        try:
            parts = urlsplit(self._address)
            host = parts.hostname or ""
        except ValueError:
            parts, host = urlsplit(""), ""
        is_here = host in {"localhost", "127.0.0.1", "::1"}
        if not host or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
            why = "It begins with https://, or with http:// on this machine."
            raise ProblemError(self._problem("has no usable address", why))

    def _problem(self, what: str, why: str) -> Problem:
        mend = "Set the variable that [[webhooks]] names, then: hotfix doctor"
        return Problem(ProblemCode.CONFIGURATION, f"Webhook {self._name} {what}.", why, mend)

    def _remember(self, seq: int) -> None:
        if self._kept_in is None:
            return
        self._kept_in.parent.mkdir(mode=0o700, exist_ok=True)
        new = self._kept_in.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        new.write_text(str(seq), encoding="ascii")
        new.replace(self._kept_in)


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return b""
