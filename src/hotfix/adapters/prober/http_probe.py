"""One probe over HTTP."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any

import httpx2

from hotfix.ports.prober import Probe

_LARGEST_ANSWER = 1_048_576
# What is between us and production asks for a login.
_FROM_OUR_SIDE = {
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
}
_NEVER_SENT = (
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
_CONNECTED = "connection.connect_tcp.complete"
_MISSING = object()


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
    answer: Future[str] = Future()
    connected = threading.Event()

    def trace(name: str, _info: Any) -> None:
        if name == _CONNECTED:
            connected.set()

    def ask() -> None:
        try:
            answer.set_result(_ask(probe, client, trace))
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    # A daemon: a server that drips its headers must not keep the command from ending.
    threading.Thread(target=ask, name=f"probe {probe.name}", daemon=True).start()
    try:
        return answer.result(probe.timeout_seconds)
    except _NEVER_SENT as error:
        raise NotReachedError(str(error) or type(error).__name__) from error
    except (httpx2.HTTPError, OSError, ValueError, RecursionError) as error:
        is_late = isinstance(error, TimeoutError | httpx2.TimeoutException)
        what = "answer" if connected.is_set() else "connection"
        saw = f"no {what} within {probe.timeout_seconds:g} s" if is_late else str(error)
        if not connected.is_set():
            raise NotReachedError(saw) from error
        if is_late:
            return saw
        raise


def _client(probe: Probe) -> httpx2.Client:
    try:
        return httpx2.Client(timeout=probe.timeout_seconds, follow_redirects=False)
    except OSError as error:
        # Certificates that are not there, named by the environment.
        raise NotReachedError(str(error)) from error
    except (ImportError, ValueError, httpx2.InvalidURL) as error:
        # Its words may bear the password of the proxy.
        raise NotReachedError("a proxy in the environment that cannot be used") from error


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
            return _status_in_words(response.status_code)
        if not (probe.json_path or probe.expect_text):
            return ""
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            # A server that drips a byte at a time stays within every single timeout.
            if time.monotonic() > deadline:
                return f"no whole answer within {probe.timeout_seconds:g} s"
            if len(body) > _LARGEST_ANSWER:
                return "the answer is larger than 1 MiB"
    return _wrong_in_body(probe, body.decode("utf-8", "replace"))


def _wrong_in_body(probe: Probe, text: str) -> str:
    if probe.expect_text and probe.expect_text not in text:
        return f"{probe.expect_status}, but without {probe.expect_text!r}"
    if not probe.json_path:
        return ""
    found = _at(json.loads(text), probe.json_path)
    if found is _MISSING:
        return f"{probe.expect_status}, but there is no {probe.json_path}"
    if _as_text(found) != probe.json_equals:
        return (
            f"{probe.expect_status}, but {probe.json_path} is {_as_text(found)!r}, "
            f"not {probe.json_equals!r}"
        )
    return ""


def _at(data: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, list) and part.isdecimal() and int(part) < len(data):
            data = data[int(part)]
        else:
            return _MISSING
    return data


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _status_in_words(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
