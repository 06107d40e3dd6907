"""The public status page. What customers read is never sent unseen."""

from typing import Protocol

from hotfix.domain.frozen import frozen


@frozen
class PageIncident:
    """An incident on the page: id, name, status (``investigating`` ... ``resolved``), link."""

    id: str
    name: str
    status: str
    url: str


class StatusPage(Protocol):
    """The configured page."""

    def find(self, run: str) -> PageIncident | None:
        """Return the incident that carries the run's id, open or resolved lately, or None."""
        ...

    def unresolved(self) -> tuple[PageIncident, ...]:
        """Return what is open on the page, whoever wrote it, newest first."""
        ...

    def get(self, incident_id: str) -> PageIncident:
        """Return one incident as it is now; raises ProblemError where it is gone."""
        ...

    def open(self, run: str, name: str, status: str, body: str) -> PageIncident:
        """Publish a new incident. After trouble, ``find`` tells whether it is there."""
        ...

    def update(self, incident: PageIncident, status: str, body: str) -> PageIncident:
        """Publish an update of it."""
        ...
