"""Who is on call, and what the on-call tool is told: alerts, and changes beside them."""

from datetime import datetime
from typing import Protocol

from hotfix.domain.frozen import frozen
from hotfix.domain.paging import Call
from hotfix.domain.problem import TemporaryTroubleError
from hotfix.domain.standing import Standing


@frozen
class OnCall:
    """Somebody who is on call: name, e-mail address, schedule or policy, link to their page."""

    name: str
    email: str
    schedule: str
    url: str


@frozen
class Alert:
    """How the alert of a run stands."""

    is_open: bool
    by: str = ""  #: who changed it last; empty where that is not told
    at: datetime | None = None  #: when, UTC; None where that is not told


class UnansweredError(TemporaryTroubleError):
    """What was sent may have arrived or not."""


class Sent(Protocol):
    """What this machine has sent of one run, over restarts."""

    def standing(self, key: str) -> Standing:
        """Return what is known of what goes by that key."""
        ...

    def note(self, key: str, standing: Standing) -> None:
        """Write down that it is tried, or what came of it; raises OSError."""
        ...


class Pager(Protocol):
    """The configured schedule or escalation policy."""

    def on_call(self) -> tuple[OnCall, ...]:
        """Return who is on call now, first level first."""
        ...


class PagerEvents(Protocol):
    """What the on-call tool is told."""

    def can_page(self) -> bool:
        """Tell whether alerts and changes can be sent at all."""
        ...

    def is_told(self, run: str, key: str, call: Call) -> bool | None:
        """Tell whether it has heard this already; None where it cannot be asked.

        Raises:
            TemporaryTroubleError: it could not be asked now.
        """
        ...

    def alert(self, run: str) -> Alert:
        """Return how the alert of a run stands.

        Raises:
            ProblemError: it may not be asked, or knows none.
            TemporaryTroubleError: it could not be asked now.
        """
        ...

    def tell(self, run: str, key: str, call: Call) -> None:
        """Tell it. Sent once; after trouble, look first.

        Raises:
            ProblemError: it is refused, and will be at a later try.
            UnansweredError: whether it arrived is not known.
            TemporaryTroubleError: it did not.
        """
        ...
