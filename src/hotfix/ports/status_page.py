"""The public status page. What customers read is never sent unseen."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from html import unescape
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import ProblemError


@frozen
class PageIncident:
    """An incident on the page."""

    id: str
    name: str
    status: str  #: ``investigating``, ``identified``, ``monitoring``, ``resolved`` ...
    url: str  #: where customers read it
    #: status and text of every update of it, newest first
    said: tuple[tuple[str, str], ...] = ()
    components: tuple[str, ...] = ()  #: ids of what it is about
    over_at: datetime | None = None  #: since when it is over, UTC; None where that is not told
    #: what components showed before it, and what it made of them, by their ids, as far as told
    shown: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Tell whether customers read that it is over."""
        return self.status in {"resolved", "postmortem", "completed"}

    def has_said(self, status: str, body: str) -> bool:
        """Tell whether customers have read that in any of its updates."""
        return _read(status, body) in {_read(*each) for each in self.said}

    def says(self, status: str, body: str) -> bool:
        """Tell whether that is its newest update."""
        return _read(status, body) in {_read(*each) for each in self.said[:1]}


def _read(status: str, body: str) -> tuple[str, str]:
    """Return an update as it is read: pages hand a text back with other blanks, or as HTML."""
    return status, " ".join(unescape(body).split())


class IncidentGoneError(ProblemError):
    """Somebody has deleted the incident."""


class StatusPage(Protocol):
    """The configured page."""

    def find(self, run: str) -> PageIncident | None:
        """Return the incident that carries the run's id, open or resolved lately, or None.

        Raises:
            IncidentGoneError: it was there before.
        """
        ...

    def unresolved(self) -> tuple[PageIncident, ...]:
        """Return what is open on the page, whoever wrote it, newest first."""
        ...

    def get(self, incident_id: str) -> PageIncident:
        """Return one incident as it is now; raises IncidentGoneError where it is gone."""
        ...

    def open(self, run: str, name: str, status: str, body: str, impact: str = "") -> PageIncident:
        """Publish a new incident. After trouble, ``find`` tells whether it is there.

        ``impact`` is ``minor``, ``major`` or ``critical``; empty for what the page makes of it.
        """
        ...

    def update(
        self, incident: PageIncident, status: str, body: str, impact: str = ""
    ) -> PageIncident:
        """Publish an update of it; what else it is about, and what others have open, stays."""
        ...
