"""What PagerDuty is told: an alert and changes (Events API v2), and what becomes of an incident."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx2
import pagerduty

from hotfix.adapters.pagerduty.api import (
    events_client,
    in_words,
    rest_client,
    send_once,
)
from hotfix.domain.foreign_answer import as_moment, as_object, understood
from hotfix.domain.foreign_text import clean_all
from hotfix.domain.frozen import frozen
from hotfix.domain.paging import SENT_BY_ROUTING_KEY, Call, Kind
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.pager import Alert, UnansweredError
from hotfix.ports.readiness import Finding, Need, unmet

_ANSWER = "PagerDuty's answer"
_SOURCE = "hotfix"
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MOST = 100
# An incident may be merged into one that is merged itself.
_MOST_MERGES = 5
# A summary of more is cut by PagerDuty; a dedup key of more is refused.
_LONGEST_SUMMARY, _LONGEST_KEY = 1024, 255
_MEND_KEY = (
    "export PAGERDUTY_ROUTING_KEY=..., of an Events API v2 integration, and [pagerduty] events_url"
)
_MEND_INCIDENT = "Look the incident up in PagerDuty; set [pagerduty] email to a user's, and api_url"


@frozen
class Account:
    """Where PagerDuty is, and what opens it; each key may be empty."""

    routing_key: str  #: of the integration that alerts and changes go to
    api_key: str  #: of the REST API, with the right to write where incidents are worked on
    events_url: str
    api_url: str
    email: str  #: of a user: whose changes of incidents are (the header From); empty for none


class PagerDutyEvents:
    """Tells PagerDuty; every alert is known by the run's id (``dedup_key``)."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def can_page(self) -> bool:
        """Tell whether there is a routing key."""
        return bool(self._account.routing_key)

    def needs(self) -> tuple[Need, ...]:
        """Return whether the e-mail address with which incidents are changed is a user's.

        Nothing where none is configured, or nothing could be asked with.
        """
        email = self._account.email
        if not email or not self._account.api_key:
            return ()
        try:
            with understood(_ANSWER):
                found = self._asked("users", "users", {"query": email})
                known = {str(as_object(each).get("email")).casefold() for each in found}
        except (ProblemError, TemporaryTroubleError) as error:
            return (unmet("pagerduty", "email", Finding.WARNING, error),)
        if email.casefold() in known:
            return (Need("pagerduty", "email", Finding.OK, email),)
        saw = f"no user has the address {email}: no incident can be acknowledged or noted"
        mend = "Set [pagerduty] email in hotfix.toml to a user's"
        return (Need("pagerduty", "email", Finding.WARNING, saw, mend),)

    @understood(_ANSWER)
    def is_told(self, run: str, key: str, call: Call) -> bool | None:
        """Tell whether PagerDuty knows it; None where no key may look there."""
        if call.kind is Kind.RESOLVE or not self._account.api_key:
            # To resolve once more changes nothing.
            return False if call.kind is Kind.RESOLVE else None
        if call.kind is Kind.ACKNOWLEDGE:
            return self._is_acknowledged(call)
        path, name, params = {
            Kind.TRIGGER: ("incidents", "incidents", {"incident_key": _dedup_key(run)}),
            Kind.CHANGE: ("change_events", "change_events", {}),
        }.get(call.kind) or (f"{self._path(call)}/notes", "notes", None)
        try:
            found = self._asked(path, name, params)
        except ProblemError:
            if call.kind in SENT_BY_ROUTING_KEY:
                return None
            raise
        if call.kind is Kind.TRIGGER:
            return bool(found)
        if call.kind is Kind.NOTE:
            return any(_noted(call) == each.get("content") for each in found)
        mark = {"run": run, "key": key}
        return any(mark.items() <= _details(each).items() for each in found)

    @understood(_ANSWER)
    def alert(self, run: str) -> Alert:
        """Return how the incident of the run's alert stands, the open one where there are several.

        Raises:
            ProblemError: there is no key for the REST API, or no such alert.
        """
        if not self._account.api_key:
            raise ProblemError(_NOT_ASKED)
        # Without the range, it looks back a month.
        params = {"incident_key": _dedup_key(run), "date_range": "all"}
        found = self._asked("incidents", "incidents", params)
        alerts = [
            Alert(
                each["status"] != "resolved",
                str(as_object(each.get("last_status_change_by")).get("summary") or ""),
                as_moment(each.get("last_status_change_at")),
            )
            for each in found
        ]
        alerts.sort(key=lambda each: (each.is_open, each.at or _LONG_AGO))
        if not alerts:
            raise ProblemError(_no_alert(run))
        return alerts[-1]

    @understood(_ANSWER)
    def tell(self, run: str, key: str, call: Call) -> None:
        """Tell it, once."""
        if call.kind in SENT_BY_ROUTING_KEY:
            self._send(run, key, call)
        elif call.kind is Kind.ACKNOWLEDGE:
            id_ = str(self._incident(call)["id"])
            body = {"id": id_, "type": "incident_reference", "status": "acknowledged"}
            self._write("PUT", "incidents", {"incidents": [body]})
        else:
            self._write("POST", f"{self._path(call)}/notes", {"note": {"content": _noted(call)}})

    def _is_acknowledged(self, call: Call) -> bool:
        found = self._incident(call)
        if found.get("status") == "resolved":
            by = str(as_object(found.get("last_status_change_by")).get("summary") or "")
            raise ProblemError(_is_resolved(str(found["id"]), by))
        return bool(found.get("status") == "acknowledged")

    def _path(self, call: Call) -> str:
        return f"incidents/{quote(str(self._incident(call)['id']), safe='')}"

    def _incident(self, call: Call) -> Mapping[str, Any]:
        """Return the incident that is worked on: where it was merged, the one it was merged into.

        Nobody looks any more at one that was merged into another.
        """
        id_ = call.incident
        for _ in range(_MOST_MERGES):
            found = as_object(self._asked(f"incidents/{quote(id_, safe='')}", "incident", None))
            into = as_object(as_object(found.get("resolve_reason")).get("incident")).get("id")
            if not into:
                break
            id_ = str(into)
        return found

    def _send(self, run: str, key: str, call: Call) -> None:
        account = self._account
        links = [{"href": each, "text": each} for each in call.links]
        payload = {
            "summary": clean_all(call.text)[:_LONGEST_SUMMARY],
            "source": _SOURCE,
            "custom_details": {"run": run, "key": key},
        }
        try:
            with events_client(account.routing_key, account.events_url) as client:
                if call.kind is Kind.CHANGE:
                    client.send_change_event(payload=clean_all(payload), links=links)
                elif call.kind is Kind.RESOLVE:
                    client.send_event("resolve", dedup_key=_dedup_key(run))
                else:
                    client.send_event(
                        "trigger",
                        dedup_key=_dedup_key(run),
                        payload=clean_all({**payload, "severity": "critical"}),
                        links=links,
                        client=_SOURCE,
                    )
        except pagerduty.Error as error:
            words = in_words(error, account.events_url, _MEND_KEY)
            if isinstance(words, TemporaryTroubleError) and _is_unanswered(error):
                raise UnansweredError(words.saying, words.retry_in, mend=words.mend) from error
            raise words from error
        except httpx2.HTTPError as error:
            raise UnansweredError(_nonsense(error).saying) from error

    def _asked(self, path: str, name: str, params: Mapping[str, Any] | None) -> Any:
        limit = {} if params is None else {"limit": _MOST}
        with self._rest() as client:
            answer = self._called(client, "GET", path, params={**(params or {}), **limit})
        return answer[name]

    def _write(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        headers = {"From": self._account.email} if self._account.email else {}
        with self._rest() as client:
            send_once(client)
            self._called(client, method, path, json=clean_all(dict(body)), headers=headers)

    def _rest(self) -> pagerduty.RestApiV2Client:
        if not self._account.api_key:
            raise ProblemError(_NO_API_KEY)
        return rest_client(self._account.api_key, self._account.api_url)

    def _called(
        self, client: pagerduty.RestApiV2Client, method: str, path: str, **options: Any
    ) -> Any:
        try:
            response = pagerduty.successful_response(client.request(method, path, **options))
            return response.json()
        except pagerduty.Error as error:
            raise in_words(error, self._account.api_url, _MEND_INCIDENT) from error
        except (ValueError, httpx2.HTTPError) as error:
            raise _nonsense(error) from error


_NO_API_KEY = Problem(
    ProblemCode.RIGHTS,
    "The incident is left as it is: PAGERDUTY_API_KEY is not set.",
    "It is acknowledged by PagerDuty's REST API.",
    "export PAGERDUTY_API_KEY=..., then: hotfix doctor",
)


_NOT_ASKED = Problem(
    ProblemCode.RIGHTS,
    "PagerDuty cannot be asked about the alert: PAGERDUTY_API_KEY is not set.",
    "Alerts are opened with another key, which may not look.",
    "export PAGERDUTY_API_KEY=..., then: hotfix doctor",
)


def _is_resolved(id_: str, by: str) -> Problem:
    who = f", by {by}" if by else ""
    return Problem(
        ProblemCode.FAILED,
        f"The incident {id_} is resolved in PagerDuty already{who}.",
        "A resolved incident cannot be acknowledged.",
        "Look the incident up in PagerDuty",
    )


def _no_alert(run: str) -> Problem:
    return Problem(
        ProblemCode.FAILED,
        f"PagerDuty knows no alert of run {run}.",
        "It was deleted there, or the key is of another account.",
        "Look for it in PagerDuty",
    )


def _is_unanswered(error: pagerduty.Error) -> bool:
    """Tell whether a request may have arrived: a connection came about, and no answer did."""
    cause = error.__cause__ or error.__context__
    is_unreached = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout)
    return error.response is None and not is_unreached


def _noted(call: Call) -> str:
    return "\n".join((call.text, *call.links))


def _dedup_key(run: str) -> str:
    return run[:_LONGEST_KEY]


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_object(event.get("custom_details"))


def _nonsense(error: Exception) -> TemporaryTroubleError:
    saying = f"PagerDuty's answer makes no sense: {type(error).__name__}."
    return TemporaryTroubleError(saying)
