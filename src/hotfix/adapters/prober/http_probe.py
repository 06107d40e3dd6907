"""One probe over HTTP."""

import threading
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx2

from hotfix.adapters.prober.http_body import wrong_in
from hotfix.domain.figures import in_seconds
from hotfix.domain.no_answer import UNUSABLE, cause
from hotfix.ports.prober import Probe
from hotfix.processes.in_time import in_time
from hotfix.processes.trusted_certificates import trusted_certificates

# What is between us and production asks for a login.
_FROM_OUR_SIDE = {
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
}
_NEVER_SENT = (
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
_LONGEST_ADDRESS = 200
_CONNECTED = "connection.connect_tcp.complete"


class NotReachedError(Exception):
    """Production was not asked: the message says what was in the way."""


def ask_in_time(probe: Probe) -> str:
    """Return what is wrong with the answer, or an empty text; never later than the timeout.

    The library bounds each read, this bounds them all together.

    Raises:
        NotReachedError: there was no connection, so nothing is known of production.
        httpx2.HTTPError: there was one, and it broke.
        ValueError, RecursionError: the answer is no JSON.
    """
    # Made beforehand: certificates are read here, which takes its time on a busy machine.
    client = _client(probe)
    connected = threading.Event()

    def trace(name: str, _info: Any) -> None:
        if name == _CONNECTED:
            connected.set()

    try:
        ask = partial(_ask, probe, client, trace)
        return in_time(ask, probe.timeout_seconds, f"probe {probe.name}")
    except httpx2.ProxyError as error:
        raise NotReachedError(cause(error, _host(probe))) from error
    except _NEVER_SENT as error:
        raise NotReachedError(str(error) or type(error).__name__) from error
    except (httpx2.HTTPError, OSError, ValueError, RecursionError) as error:
        is_late = isinstance(error, TimeoutError | httpx2.TimeoutException)
        what = "answer" if connected.is_set() else "connection"
        is_unanswered = isinstance(error, httpx2.TransportError | OSError)
        words = cause(error, _host(probe)) if is_unanswered else str(error)
        saw = f"no {what} within {in_seconds(probe.timeout_seconds)}" if is_late else words
        if not connected.is_set():
            raise NotReachedError(saw) from error
        if is_late or is_unanswered:
            return saw
        raise


def _client(probe: Probe) -> httpx2.Client:
    try:
        return httpx2.Client(
            timeout=probe.timeout_seconds, follow_redirects=False, verify=trusted_certificates()
        )
    except (OSError, ImportError, ValueError, httpx2.InvalidURL) as error:
        # The library's words may bear the password of the proxy.
        raise NotReachedError(UNUSABLE) from error


def _host(probe: Probe) -> str:
    return urlsplit(probe.url).hostname or probe.url


def _ask(probe: Probe, client: httpx2.Client, trace: Callable[[str, Any], None]) -> str:
    """Return what is wrong with the answer, or an empty text."""
    deadline = time.monotonic() + probe.timeout_seconds
    headers = dict(probe.headers)
    if probe.body:
        headers.setdefault("Content-Type", "application/json")
    with (
        client,
        client.stream(
            probe.method,
            probe.url,
            headers=headers,
            content=probe.body.encode() or None,
            extensions={"trace": trace},
        ) as response,
    ):
        if response.status_code in _FROM_OUR_SIDE - {probe.expect_status}:
            raise NotReachedError(_status_in_words(response.status_code))
        if response.status_code != probe.expect_status:
            leads_to = response.headers.get("Location", "")[:_LONGEST_ADDRESS]
            to = f", to {leads_to}" if response.has_redirect_location else ""
            return f"{_status_in_words(response.status_code)}{to}"
        if not (probe.json_path or probe.expect_text):
            return ""
        return wrong_in(probe, response, deadline)


def _status_in_words(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
