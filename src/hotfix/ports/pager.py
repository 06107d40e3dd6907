"""Who is on call, and the change events that on-call tools show beside their alerts."""

from typing import Protocol

from hotfix.domain.frozen import frozen


@frozen
class OnCall:
    """Somebody who is on call: name, e-mail address, schedule or policy, link to their page."""

    name: str
    email: str
    schedule: str
    url: str


class Pager(Protocol):
    """The configured schedule or escalation policy."""

    def on_call(self) -> tuple[OnCall, ...]:
        """Return who is on call now, first level first."""
        ...
