"""Who is on call, from PagerDuty's REST API (pagerduty, the official client)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import pagerduty

from hotfix.adapters.pagerduty.api import in_words, rest_client
from hotfix.domain.foreign_answer import as_object, understood
from hotfix.domain.no_answer import no_answer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pager import OnCall
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.processes.in_time import in_time
from hotfix.processes.server_clock import ServerClock
from hotfix.processes.silence import Silence

_AREA = "pagerduty"
_MOST_ENTRIES = 500
# All requests together, of whoever has a hotfix to go on with.
_PATIENCE_SECONDS = 3.0
# Whoever is on a schedule is asked for by a span of time.
_INSTANT = timedelta(seconds=1)


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
        self._silence = Silence("PagerDuty")
        self._clock = ServerClock()
        self._key = key.strip()
        self._api_url = api_url.rstrip("/")
        self._schedule_ids = tuple(dict.fromkeys(schedule_ids))
        self._policy_ids = tuple(dict.fromkeys(escalation_policy_ids))
        # Both filters in one request would be joined by "and".
        self._filters: list[Mapping[str, Any]] = []
        if schedule_ids:
            self._filters.append({"schedule_ids[]": list(schedule_ids)})
        if escalation_policy_ids:
            self._filters.append({"escalation_policy_ids[]": list(escalation_policy_ids)})

    def on_call(self) -> tuple[OnCall, ...]:
        """Return who is on call now, first level first, everybody once.

        Where it is known to be silent, nobody is asked: that is trouble at once. A later process
        does not know it, and a hotfix does not wait for each request to run into its timeout.
        """
        self._silence.refuse()
        try:
            return in_time(self._people, _PATIENCE_SECONDS, "on call")
        except TimeoutError as error:
            host = urlsplit(self._api_url).hostname or ""
            raise no_answer("PagerDuty", host, error) from error

    def _people(self) -> tuple[OnCall, ...]:
        found = self._entries()
        with understood("PagerDuty's answer"):
            entries = sorted(found, key=lambda entry: int(entry.get("escalation_level") or 0))
            people: dict[str, OnCall] = {}
            for entry in entries:
                # Nobody is on a level that is empty, or whose user is gone.
                if user := as_object(entry.get("user")):
                    people.setdefault(str(user.get("id") or user), _person(user, entry))
            return tuple(people.values())

    def needs(self) -> tuple[Need, ...]:
        """Return what finding the on-call needs, and how it stands; none of it stops a hotfix."""
        try:
            people = self._people()
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
        try:
            with (
                rest_client(self._key, self._api_url, self._clock) as client,
                self._silence.listening(),
            ):
                found = [
                    entry for chosen in self._filters or [{}] for entry in _asked(client, chosen)
                ]
                self._check_policies(client, found)
                return [*found, *self._of_unused_schedules(client, found)]
        except pagerduty.Error as error:
            raise in_words(error, self._api_url) from error
        except (ValueError, LookupError, TypeError, AttributeError, httpx2.HTTPError) as error:
            saying = f"PagerDuty's answer makes no sense: {type(error).__name__}."
            raise TemporaryTroubleError(saying) from error

    def _of_unused_schedules(
        self, client: pagerduty.RestApiV2Client, found: Sequence[Mapping[str, Any]]
    ) -> Iterator[Mapping[str, Any]]:
        """Yield who is on the schedules of which ``/oncalls`` says nothing.

        It knows a schedule only by the escalation policies that use it.
        """
        told = {as_object(entry.get("schedule")).get("id") for entry in found}
        # Who is on call now is asked by its own clock: with ours, it may be whoever was before.
        now = self._clock.now() or datetime.now(UTC)
        span = {"since": now.isoformat(), "until": (now + _INSTANT).isoformat()}
        for schedule in self._schedule_ids:
            if schedule in told:
                continue
            for user in self._known(client, "schedule", schedule, "/users", params=span):
                # Whoever a schedule names is who is called first.
                source = {"id": schedule, "summary": schedule}
                yield {"user": user, "schedule": source, "escalation_level": 1}

    def _check_policies(
        self, client: pagerduty.RestApiV2Client, found: Sequence[Mapping[str, Any]]
    ) -> None:
        """Raise ProblemError for a policy that is not there: ``/oncalls`` says nothing of it."""
        told = {as_object(entry.get("escalation_policy")).get("id") for entry in found}
        for policy in self._policy_ids:
            if policy not in told:
                self._known(client, "escalation_policy", policy)

    def _known(
        self, client: pagerduty.RestApiV2Client, kind: str, id_: str, part: str = "", **options: Any
    ) -> Any:
        """Return what PagerDuty has of a schedule or a policy; a missing one is named."""
        plural = "schedules" if kind == "schedule" else "escalation_policies"
        try:
            return client.rget(f"{plural}/{quote(id_, safe='')}{part}", **options)
        except pagerduty.HttpError as error:
            words = in_words(error, self._api_url)
            is_missing = getattr(error.response, "status_code", 0) == HTTPStatus.NOT_FOUND
            if not (is_missing and isinstance(words, ProblemError)):
                raise
            what = f"PagerDuty has no {kind.replace('_', ' ')} {id_}."
            mend = (
                f"Set [pagerduty] {kind}_ids in hotfix.toml; an id is the last part of its address"
            )
            why = words.problem.why
            raise ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, mend)) from error


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
