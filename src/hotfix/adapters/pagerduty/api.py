"""PagerDuty's two APIs (pagerduty, the official client): each call once, its errors in words."""

import logging
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pagerduty

from hotfix.domain.no_answer import IN_BETWEEN, no_answer
from hotfix.domain.problem import (
    LATER_SECONDS,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.retry_after import asks_to_wait, retry_after
from hotfix.processes.in_time import in_time
from hotfix.processes.server_clock import ServerClock
from hotfix.processes.trusted_certificates import trusted_certificates

TIMEOUT_SECONDS = 5
_COOL_DOWN_SECONDS = 0.25
_PASSING = (429, 500, 502, 503, 504)
_INSECURE = "http://"
_LONGEST_REASON = 300

# The library logs each of its retries; here whoever called says what came of them, once.
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False


def rest_client(
    key: str, api_url: str, clock: ServerClock | None = None
) -> pagerduty.RestApiV2Client:
    """Return a client of the REST API; reads are asked again once where trouble passes.

    What time it is there is told to ``clock``.

    Raises:
        ProblemError: the key is none.
        TemporaryTroubleError: the environment makes the library trip.
    """
    client: pagerduty.RestApiV2Client = _made(pagerduty.RestApiV2Client, key, api_url, clock)
    # Left alone, it would try again for minutes, and after 429 for ever.
    client.retry = dict.fromkeys(_PASSING, 1)
    return client


def events_client(key: str, events_url: str) -> pagerduty.EventsApiV2Client:
    """Return a client of the Events API, that sends once; raises as ``rest_client`` does."""
    client: pagerduty.EventsApiV2Client = _made(pagerduty.EventsApiV2Client, key, events_url)
    send_once(client)
    return client


def send_once(client: pagerduty.ApiClient) -> None:
    """Let a client send no request again but one that was refused for there being too many."""
    client.max_network_attempts = 0
    # Without a number here, it would do that for ever.
    client.retry = {HTTPStatus.TOO_MANY_REQUESTS: 1}


def _made(kind: type[Any], key: str, url: str, clock: ServerClock | None = None) -> Any:
    if not (key.isascii() and key.isprintable()):
        # The library's own words would hold the key.
        raise ProblemError(_key_problem("The key holds characters that no key has."))
    try:
        options: dict[str, Any] = {"verify": trusted_certificates()}
        if url.startswith(_INSECURE):
            # The client takes https alone; for a loopback address the transport undoes that.
            url = f"https://{url.removeprefix(_INSECURE)}"
            options["transport"] = _PlainTransport(**options)
        client = kind(key, base_url=url, **options)
    except (httpx2.InvalidURL, ImportError, OSError, ValueError) as error:
        saying = f"PagerDuty was not asked: {type(error).__name__}, by the environment."
        raise TemporaryTroubleError(saying) from error
    client.send = partial(_sent_in_time, client.send, clock or ServerClock())
    client.log = _log
    client.timeout = TIMEOUT_SECONDS
    client.max_network_attempts = 1
    client.sleep_timer = _COOL_DOWN_SECONDS
    return client


def _sent_in_time(
    send: Callable[..., httpx2.Response],
    clock: ServerClock,
    request: httpx2.Request,
    **options: Any,
) -> httpx2.Response:
    """Send a request, and raise pagerduty's own error, which it does not ask again after.

    Its timeout bounds each read alone; and who was silent so long would be so once more.
    """
    try:
        answer = in_time(partial(send, request, **options), TIMEOUT_SECONDS, "pagerduty")
    except (TimeoutError, httpx2.TimeoutException) as error:
        saying = f"No answer in {TIMEOUT_SECONDS} seconds"
        raise pagerduty.Error(saying) from error  # type: ignore[no-untyped-call]  # not typed
    clock.note_in(answer.headers)
    return answer


class _PlainTransport(httpx2.HTTPTransport):
    """Speaks http where the address says https."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send ``request`` unencrypted."""
        request.url = request.url.copy_with(scheme="http")
        return super().handle_request(request)


def in_words(
    error: pagerduty.Error, api_url: str, mend: str = ""
) -> ProblemError | TemporaryTroubleError:
    """Return what is the matter; ``mend`` is what a person does about a refusal of what was asked.

    That is the configuration of the schedules where it is empty.
    """
    response = error.response
    if response is None:
        host = urlsplit(api_url).hostname or ""
        return no_answer("PagerDuty", host, error)
    status = response.status_code
    if status in _PASSING or response.is_success:
        return _passing(response)
    reason = _reason(response)
    if reason is None:
        saying = f"The answer ({status}) is not PagerDuty's: a proxy answers, or api_url is wrong."
        return TemporaryTroubleError(saying, mend=IN_BETWEEN)
    why = f"PagerDuty says {status}: {reason}"
    if status == HTTPStatus.UNAUTHORIZED:
        return ProblemError(_key_problem(why))
    if status == HTTPStatus.FORBIDDEN:
        what = "PagerDuty does not let this key do that."
        mend = "Let an admin give its owner the right, then: hotfix doctor"
        return ProblemError(Problem(ProblemCode.RIGHTS, what, why, mend))
    what = "PagerDuty refuses what it was asked."
    mend = mend or "Set [pagerduty] schedule_ids, escalation_policy_ids and api_url in hotfix.toml"
    return ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, mend))


def _passing(response: httpx2.Response) -> TemporaryTroubleError:
    seconds = retry_after(response.headers) or LATER_SECONDS
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return asks_to_wait("PagerDuty", seconds)
    return TemporaryTroubleError(f"PagerDuty has trouble: {response.status_code}.", seconds)


def _reason(response: httpx2.Response) -> str | None:
    """Return PagerDuty's own words, or None where the answer is somebody else's."""
    try:
        body = response.json()
    except ValueError:
        return None
    # The Events API answers without the envelope.
    said = body.get("error", body) if isinstance(body, dict) else None
    if isinstance(said, str):
        return said[:_LONGEST_REASON]
    if not isinstance(said, dict):
        return None
    errors = said.get("errors")
    words = [said.get("message"), *(errors if isinstance(errors, list) else [errors])]
    return "; ".join(str(each) for each in words if each)[:_LONGEST_REASON] or "no reason given"


def _key_problem(why: str) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        "PagerDuty does not accept the key.",
        why,
        "export PAGERDUTY_API_KEY=..., and [pagerduty] api_url for the EU; then: hotfix doctor",
    )
