"""Who is on call, from PagerDuty's REST API (pagerduty, the official client)."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import pagerduty

from hotfix.domain.foreign_answer import as_object, understood
from hotfix.domain.no_answer import no_answer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pager import OnCall
from hotfix.ports.readiness import Finding, Need, unmet

_AREA = "pagerduty"
_TIMEOUT_SECONDS = 5
_COOL_DOWN_SECONDS, _RETRY_SECONDS = 0.25, 2.0
_PASSING = (429, 500, 502, 503, 504)
_MOST_ENTRIES = 500
# Whoever is on a schedule is asked for by a span of time.
_INSTANT = timedelta(seconds=1)
_INSECURE = "http://"
_LONGEST_REASON = 300

# The library logs each of its retries; here whoever called says what came of them, once.
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False


class PagerDutyOnCall:
    """The configured schedules and escalation policies; with neither, everybody's.

    A read-only API key is enough. The ``api_url`` is ``http://`` only for a loopback address.
    """

    def __init__(
        self,
        key: str,
        schedule_ids: tuple[str, ...] = (),
        escalation_policy_ids: tuple[str, ...] = (),
        api_url: str = "https://api.pagerduty.com",
    ) -> None:
        self._key = key.strip()
        self._api_url = api_url.rstrip("/")
        self._schedule_ids = tuple(dict.fromkeys(schedule_ids))
        # Both filters in one request would be joined by "and".
        self._filters: list[Mapping[str, Any]] = []
        if schedule_ids:
            self._filters.append({"schedule_ids[]": list(schedule_ids)})
        if escalation_policy_ids:
            self._filters.append({"escalation_policy_ids[]": list(escalation_policy_ids)})

    def on_call(self) -> tuple[OnCall, ...]:
        """Return who is on call now, first level first, everybody once."""
        found = self._entries()
        with understood("PagerDuty's answer"):
            entries = sorted(found, key=lambda entry: int(entry.get("escalation_level") or 0))
            people: dict[str, OnCall] = {}
            for entry in entries:
                user = entry.get("user") or {}
                people.setdefault(str(user.get("id")), _person(user, entry))
            return tuple(people.values())

    def needs(self) -> tuple[Need, ...]:
        """Return what finding the on-call needs, and how it stands; none of it stops a hotfix."""
        try:
            people = self.on_call()
        except (ProblemError, TemporaryTroubleError) as error:
            return (unmet(_AREA, "on-call", Finding.WARNING, error),)
        mend = "Set [pagerduty] schedule_ids or escalation_policy_ids in hotfix.toml"
        if not people and self._filters:
            named = ", ".join(
                each for chosen in self._filters for ids in chosen.values() for each in ids
            )
            saw = f"nobody is on call now in {named}, which [pagerduty] names"
            mend = (
                "Fill the gap in PagerDuty, or name others in hotfix.toml: schedule_ids, "
                "escalation_policy_ids"
            )
            return (Need(_AREA, "on-call", Finding.WARNING, saw, mend),)
        if not people:
            saw = "nobody at all is on call now"
            return (Need(_AREA, "on-call", Finding.WARNING, saw, mend),)
        names = ", ".join(person.name for person in people[:3])
        if not self._filters:
            saw = f"no schedule is named; {names} and others"
            return (Need(_AREA, "on-call", Finding.WARNING, saw, mend),)
        return (Need(_AREA, "on-call", Finding.OK, names),)

    def _entries(self) -> list[Mapping[str, Any]]:
        if not (self._key.isascii() and self._key.isprintable()):
            # The library's own words would hold the key.
            raise ProblemError(_key_problem("The key holds characters that no key has."))
        try:
            with self._made() as client:
                found = [
                    entry for chosen in self._filters or [{}] for entry in _asked(client, chosen)
                ]
                return [*found, *self._of_unused_schedules(client, found)]
        except pagerduty.Error as error:
            raise _in_words(error, self._api_url) from error
        except (ValueError, LookupError, TypeError, AttributeError, httpx2.HTTPError) as error:
            saying = f"PagerDuty's answer makes no sense: {type(error).__name__}."
            raise TemporaryTroubleError(saying, _RETRY_SECONDS) from error

    def _of_unused_schedules(
        self, client: pagerduty.RestApiV2Client, found: Sequence[Mapping[str, Any]]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield who is on the schedules of which ``/oncalls`` says nothing.

        It knows a schedule only by the escalation policies that use it.
        """
        told = {as_object(entry.get("schedule")).get("id") for entry in found}
        now = datetime.now(UTC)
        span = {"since": now.isoformat(), "until": (now + _INSTANT).isoformat()}
        for schedule in self._schedule_ids:
            if schedule in told:
                continue
            path = f"schedules/{quote(schedule, safe='')}"
            users = client.rget(f"{path}/users", params=span)
            for user in users:
                # Whoever a schedule names is who is called first.
                source = {"id": schedule, "summary": schedule}
                yield {"user": user, "schedule": source, "escalation_level": 1}

    def _made(self) -> pagerduty.RestApiV2Client:
        """Return the client; raises TemporaryTroubleError where the environment makes it trip."""
        try:
            return self._client()
        except (httpx2.InvalidURL, ImportError, OSError, ValueError) as error:
            saying = f"PagerDuty was not asked: {type(error).__name__}, by the environment."
            raise TemporaryTroubleError(saying, _RETRY_SECONDS) from error

    def _client(self) -> pagerduty.RestApiV2Client:
        url = self._api_url
        options: dict[str, Any] = {}
        if url.startswith(_INSECURE):
            # The client takes https alone; for a loopback address the transport undoes that.
            url = f"https://{url.removeprefix(_INSECURE)}"
            options["transport"] = _PlainTransport()
        client = pagerduty.RestApiV2Client(self._key, base_url=url, **options)
        client.log = _log
        client.timeout = _TIMEOUT_SECONDS
        # Left alone, it would try again for minutes, and after 429 for ever.
        client.max_network_attempts = 1
        client.sleep_timer = _COOL_DOWN_SECONDS
        client.retry = dict.fromkeys(_PASSING, 1)
        return client


class _PlainTransport(httpx2.HTTPTransport):
    """Speaks http where the address says https."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send ``request`` unencrypted."""
        request.url = request.url.copy_with(scheme="http")
        return super().handle_request(request)


def _asked(
    client: pagerduty.RestApiV2Client, chosen: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    params = {"earliest": "true", "include[]": ["users"], **chosen}
    return islice(client.iter_all("oncalls", params=params), _MOST_ENTRIES)


def _person(user: Mapping[str, Any], entry: Mapping[str, Any]) -> OnCall:
    source = entry.get("schedule") or entry.get("escalation_policy") or {}
    return OnCall(
        name=str(user.get("name") or user.get("summary") or "somebody without a name"),
        email=str(user.get("email") or ""),
        schedule=str(source.get("summary") or source.get("name") or ""),
        url=str(user.get("html_url") or ""),
    )


def _in_words(error: pagerduty.Error, api_url: str) -> ProblemError | TemporaryTroubleError:
    response = error.response
    if response is None:
        host = urlsplit(api_url).hostname or ""
        return no_answer("PagerDuty", host, error, _RETRY_SECONDS)
    status = response.status_code
    if status in _PASSING or response.is_success:
        wait = response.headers.get("Retry-After", "")
        seconds = float(wait) if wait.isdecimal() else _RETRY_SECONDS
        return TemporaryTroubleError(f"PagerDuty has trouble: {status}.", seconds)
    reason = _reason(response)
    if reason is None:
        saying = f"The answer ({status}) is not PagerDuty's: a proxy answers, or api_url is wrong."
        return TemporaryTroubleError(saying, _RETRY_SECONDS)
    why = f"PagerDuty says {status}: {reason}"
    if status == HTTPStatus.UNAUTHORIZED:
        return ProblemError(_key_problem(why))
    if status == HTTPStatus.FORBIDDEN:
        what = "PagerDuty does not let this key see who is on call."
        mend = "Let an admin give its owner the right, then: hotfix doctor"
        return ProblemError(Problem(ProblemCode.RIGHTS, what, why, mend))
    what = "PagerDuty refuses what it was asked."
    mend = "Set [pagerduty] schedule_ids, escalation_policy_ids and api_url in hotfix.toml"
    return ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, mend))


def _reason(response: httpx2.Response) -> str | None:
    """Return PagerDuty's own words, or None where the answer is somebody else's."""
    try:
        body = response.json()
    except ValueError:
        return None
    said = body.get("error") if isinstance(body, dict) else None
    if isinstance(said, str):
        return said[:_LONGEST_REASON]
    if not isinstance(said, dict):
        return None if not isinstance(body, dict) else "no reason given"
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
