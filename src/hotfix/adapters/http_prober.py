"""Production, asked over HTTP (httpx2) or by a command."""

import json
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import httpx2

from hotfix.ports.prober import Probe, ProbeResult

_LARGEST_ANSWER = 1_048_576
_AT_ONCE = 8
_TAIL_BYTES, _CHUNK_BYTES = 4096, 65_536
_LOOK_SECONDS = 0.05
_MISSING = object()


class HttpProber:
    """Makes probes side by side."""

    def probe(self, probes: Sequence[Probe]) -> tuple[ProbeResult, ...]:
        """Make all probes; results in the order asked for. A red one is a result."""
        if not probes:
            return ()
        with ThreadPoolExecutor(min(len(probes), _AT_ONCE)) as pool:
            return tuple(pool.map(_probe, probes))


def _probe(probe: Probe) -> ProbeResult:
    started = time.monotonic()
    try:
        saw = _run(probe) if probe.command else _ask_in_time(probe)
        is_green = saw == ""
    except httpx2.TimeoutException:
        is_green, saw = False, f"no answer within {probe.timeout_seconds:g} s"
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError) as error:
        is_green, saw = False, _first_line(error)
    seconds = time.monotonic() - started
    if is_green and 0 < probe.max_latency_seconds < seconds:
        is_green, saw = False, f"right, but slower than {probe.max_latency_seconds:g} s"
    if is_green:
        saw = "exit code 0" if probe.command else f"{probe.expect_status}, as expected"
    return ProbeResult(probe.name, is_green, f"{saw} in {seconds:.2f} s", seconds)


def _ask_in_time(probe: Probe) -> str:
    """Return what ``_ask`` does; the library bounds each read, this bounds them all together."""
    answer: Future[str] = Future()

    def ask() -> None:
        try:
            answer.set_result(_ask(probe))
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            answer.set_exception(error)

    # A daemon: a server that drips its headers must not keep the command from ending.
    threading.Thread(target=ask, name=f"probe {probe.name}", daemon=True).start()
    try:
        return answer.result(probe.timeout_seconds)
    except TimeoutError:
        return f"no answer within {probe.timeout_seconds:g} s"


def _ask(probe: Probe) -> str:
    """Return what is wrong with the answer, or an empty text."""
    deadline = time.monotonic() + probe.timeout_seconds
    headers = dict(probe.headers)
    if probe.body:
        headers.setdefault("Content-Type", "application/json")
    with (
        httpx2.Client(timeout=probe.timeout_seconds, follow_redirects=False) as client,
        client.stream(
            probe.method, probe.url, headers=headers, content=probe.body.encode() or None
        ) as response,
    ):
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


def _run(probe: Probe) -> str:
    """Return what is wrong with the command's end, or an empty text."""
    deadline = time.monotonic() + probe.timeout_seconds
    process = subprocess.Popen(
        probe.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output = _last_output(process, deadline)
        is_over = process.poll() is not None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # it, or what it left behind
        process.wait()
        if process.stdout:
            process.stdout.close()
    if not is_over:
        return f"not over within {probe.timeout_seconds:g} s"
    if process.returncode == 0:
        return ""
    lines = output.decode("utf-8", "replace").strip().splitlines() or ["no output"]
    return f"exit code {process.returncode}: {lines[-1][:200]}"


def _last_output(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Return the end of what the process says until it is over, or until the deadline.

    Only the end is kept, and children that hold the pipe open are not waited for.
    """
    tail = b""
    with selectors.DefaultSelector() as selector:
        if process.stdout:
            selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            is_over = process.poll() is not None
            for key, _ in selector.select(0 if is_over else min(left, _LOOK_SECONDS)):
                chunk = os.read(key.fd, _CHUNK_BYTES)
                if not chunk:
                    selector.unregister(key.fileobj)
                tail = (tail + chunk)[-_TAIL_BYTES:]
                break
            else:
                if is_over:
                    break
    return tail


def _status_in_words(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
