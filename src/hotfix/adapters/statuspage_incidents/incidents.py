"""The public status page on Statuspage's REST API (httpx2): incidents that carry their run's id."""

import time
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2

from hotfix.adapters.statuspage_incidents.components import (
    Component,
    about,
    components,
    not_meant,
    shown,
)
from hotfix.domain.foreign_answer import as_moment, as_object, understood
from hotfix.domain.foreign_text import clean_all
from hotfix.domain.no_answer import IN_BETWEEN, no_answer
from hotfix.domain.problem import (
    LATER_SECONDS,
    Problem,
    ProblemCode,
    ProblemError,
    TemporaryTroubleError,
)
from hotfix.domain.retry_after import asks_to_wait, retry_after
from hotfix.ports.readiness import Finding, Need, unmet
from hotfix.ports.status_page import IncidentGoneError, PageIncident
from hotfix.processes.in_time import in_time
from hotfix.processes.silence import Silence
from hotfix.processes.trusted_certificates import trusted_certificates

_AREA = "statuspage"
_TIMEOUT_SECONDS, _SOON_SECONDS = 8.0, 2.0
# A key may make 60 requests a minute: a few that are close together do no harm.
_READS, _READ_PAUSE_SECONDS = 3, 0.5
_LIMIT_SECONDS = 60.0
_TOO_MANY = (420, HTTPStatus.TOO_MANY_REQUESTS)  # the API documents 420, proxies say 429
_MARK = "hotfix"
_INCIDENT, _UNRESOLVED = "/incidents/", "/incidents/unresolved"
_GONE = "The incident is not on the status page any more."
_LOOK = "look at the page, and write there what is true"


class StatuspageIncidents:
    """The incidents of one page; ``api_url`` is where the API is, without ``/v1``.

    Writes are sent once; after trouble, ``find`` tells what is there. ``components`` are names or
    ids of what the incidents are about, or of groups. Where it is known to be silent, what is there
    is not asked for: that is trouble at once.
    """

    def __init__(
        self,
        key: str,
        page_id: str,
        api_url: str = "https://api.statuspage.io",
        components: Sequence[str] = (),
    ) -> None:
        self._key = key.strip()
        self._page_id = page_id
        self._components = tuple(components)
        self._written: dict[str, str] = {}  # ids, by run
        self._silence = Silence("Statuspage")
        self._page_url = f"{api_url.rstrip('/')}/v1/pages/{quote(page_id, safe='')}"

    def find(self, run: str) -> PageIncident | None:
        """Return the incident that carries the run's id: an open one, else a recent one."""
        self._silence.refuse()
        for path in (_UNRESOLVED, "/incidents?limit=100"):
            for incident in self._listed(path):
                mark = as_object(as_object(incident.get("metadata")).get(_MARK))
                if mark.get("run") == run:
                    return self._kept(run, _incident(incident))
        # One that was there is too old for the list, or was deleted.
        return self.get(self._written[run]) if run in self._written else None

    def unresolved(self) -> tuple[PageIncident, ...]:
        """Return what is open on the page, whoever wrote it, newest first."""
        self._silence.refuse()
        # A person waits for it, who can do without.
        return tuple(_incident(each) for each in self._listed(_UNRESOLVED, _SOON_SECONDS))

    def get(self, incident_id: str) -> PageIncident:
        """Return one incident as it is now; raises IncidentGoneError where it is gone."""
        self._silence.refuse()
        return _incident(self._read(f"{_INCIDENT}{quote(incident_id, safe='')}"))

    def open(self, run: str, name: str, status: str, body: str, impact: str = "") -> PageIncident:
        """Publish a new incident. After trouble, ``find`` tells whether it is there."""
        incident = {
            "name": name,
            "status": status,
            "body": body,
            "metadata": {_MARK: {"run": run}},
            **({"impact_override": impact} if impact else {}),
            **self._about(status, impact),
        }
        return self._kept(run, _incident(self._send("POST", "/incidents", {"incident": incident})))

    def _kept(self, run: str, incident: PageIncident) -> PageIncident:
        self._written[run] = incident.id
        return incident

    def update(
        self, incident: PageIncident, status: str, body: str, impact: str = ""
    ) -> PageIncident:
        """Publish an update of it; what else it is about, and what others have open, stays."""
        path = f"{_INCIDENT}{quote(incident.id, safe='')}"
        said = {"status": status, "body": body, **self._about(status, impact, incident)}
        return _incident(self._send("PATCH", path, {"incident": said}))

    def _about(
        self, status: str, impact: str, incident: PageIncident | None = None
    ) -> Mapping[str, Any]:
        """Return what an incident says of the components, as far as the page knows them."""
        if not self._components:
            return {}
        others = [each for each in self.unresolved() if incident is None or each.id != incident.id]
        theirs = {component for each in others for component in each.components}
        return about(self._known_components(), self._components, status, impact, incident, theirs)

    def _known_components(self) -> tuple[Component, ...]:
        return components(self._listed("/components?per_page=1000"))

    def needs(self) -> tuple[Need, ...]:
        """Return what publishing needs, and how it stands; none of it stops a hotfix."""
        try:
            page = self._read("")
            with understood("Statuspage's answer about the page"):
                name = str(page.get("name") or self._page_id)
        except (ProblemError, TemporaryTroubleError) as error:
            return (unmet(_AREA, "page", Finding.WARNING, error),)
        return (Need(_AREA, "page", Finding.OK, name), *self._component_needs())

    def _component_needs(self) -> tuple[Need, ...]:
        if not self._components:
            return ()
        try:
            known = self._known_components()
        except (ProblemError, TemporaryTroubleError) as error:
            return (unmet(_AREA, "components", Finding.WARNING, error),)
        saw = not_meant(known, self._components)
        if not saw:
            return (Need(_AREA, "components", Finding.OK, ", ".join(self._components)),)
        mend = "Set [statuspage] components in hotfix.toml: names that one has alone, or ids"
        return (Need(_AREA, "components", Finding.WARNING, saw, mend),)

    def _listed(self, path: str, within: float = 0.0) -> list[Mapping[str, Any]]:
        """Return what is listed at ``path``; asked once ``within`` some seconds, if given."""
        found = self._send("GET", path, seconds=within) if within else self._read(path)
        with understood("Statuspage's answer about the incidents"):
            if not isinstance(found, list):
                raise TypeError(type(found).__name__)
            odd = [type(each).__name__ for each in found if not isinstance(each, Mapping)]
            if odd:
                raise TypeError(odd[0])
        return found

    def _read(self, path: str) -> Any:
        """Return what a GET answers; a few tries where Statuspage has trouble."""
        for _ in range(_READS - 1):
            try:
                return self._send("GET", path)
            except TemporaryTroubleError as trouble:
                if trouble.retry_in > LATER_SECONDS or self._silence.is_known:
                    raise
            time.sleep(_READ_PAUSE_SECONDS)
        return self._send("GET", path)

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        seconds: float = _TIMEOUT_SECONDS,
    ) -> Any:
        """Send one request once, its texts cleaned, and return the decoded answer."""
        if not (self._key.isascii() and self._key.isprintable()):
            # The library's own words would hold the key.
            raise ProblemError(_key_problem("The key holds characters that no key has."))
        try:
            ask = partial(self._asked, method, path, clean_all(body), seconds)
            with self._silence.listening():
                answer = in_time(ask, seconds, "status page")
        except (httpx2.RequestError, httpx2.InvalidURL, ImportError, OSError, ValueError) as error:
            # Of the environment, too: a proxy, or a file of certificates, that it cannot use.
            host = urlsplit(self._page_url).hostname or ""
            raise no_answer("Statuspage", host, error) from error
        if not answer.is_success:
            raise self._in_words(answer)
        try:
            return answer.json()
        except ValueError as error:
            raise TemporaryTroubleError("Statuspage's answer is cut off or no JSON.") from error

    def _asked(self, method: str, path: str, body: Any, seconds: float) -> httpx2.Response:
        with httpx2.Client(timeout=seconds, verify=trusted_certificates()) as client:
            headers = {"Authorization": f"OAuth {self._key}"}
            return client.request(method, f"{self._page_url}{path}", headers=headers, json=body)

    def _in_words(self, answer: httpx2.Response) -> ProblemError | TemporaryTroubleError:
        status = answer.status_code
        if status in _TOO_MANY:
            return asks_to_wait("Statuspage", retry_after(answer.headers) or _LIMIT_SECONDS)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return TemporaryTroubleError(f"Statuspage has trouble: {status}.")
        reason = _reason(answer)
        if reason is None:
            saying = (
                f"The answer ({status}) is not Statuspage's: a proxy answers, or api_url is wrong."
            )
            return TemporaryTroubleError(saying, mend=IN_BETWEEN)
        why = f"Statuspage says {status}: {reason}"
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return ProblemError(_key_problem(why))
        if status == HTTPStatus.NOT_FOUND:
            return self._missing(answer.request.url.path, why)
        mend = "Write it yourself: https://manage.statuspage.io and then: hotfix resume"
        return ProblemError(
            Problem(ProblemCode.FAILED, "Statuspage refuses the request.", why, mend)
        )

    def _missing(self, path: str, why: str) -> ProblemError:
        if _INCIDENT in path and not path.endswith(_UNRESOLVED):
            return IncidentGoneError(Problem(ProblemCode.FAILED, _GONE, why, _LOOK))
        what = f"There is no page {self._page_id}, or not what was asked of it."
        mend = "Set [statuspage] page_id in hotfix.toml, then: hotfix doctor"
        return ProblemError(Problem(ProblemCode.CONFIGURATION, what, why, mend))


def _incident(data: Mapping[str, Any]) -> PageIncident:
    with understood("Statuspage's answer about the incident"):
        return PageIncident(
            str(data["id"]),
            str(data["name"]),
            str(data["status"]),
            str(data.get("shortlink") or ""),
            tuple(
                (str(each.get("status") or ""), str(each.get("body") or ""))
                for each in data.get("incident_updates") or ()
            ),
            tuple(str(each["id"]) for each in data.get("components") or ()),
            as_moment(data.get("resolved_at")),
            shown([as_object(each) for each in data.get("incident_updates") or ()]),
        )


def _key_problem(why: str) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        "Statuspage does not accept the key.",
        why,
        "export STATUSPAGE_API_KEY=..., then: hotfix doctor",
    )


def _reason(answer: httpx2.Response) -> str | None:
    """Return Statuspage's words: ``error`` is a text or a list; None: it is not its answer.

    Its description says ``message``.
    """
    try:
        body = answer.json()
        said = body.get("error") or body.get("message")
    except (ValueError, AttributeError):
        return None
    words = "; ".join(map(str, said)) if isinstance(said, list) else str(said or "no reason given")
    return words[:200]
