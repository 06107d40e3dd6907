"""What customers are told at each stage, and who chooses whether they are."""

from collections.abc import Sequence
from enum import StrEnum

from hotfix.domain.frozen import frozen

#: the key of its messages among what was told and what was not
PAGE = "page"
#: what the keys of webhooks begin with, before their name
WEBHOOK = "webhook:"
#: what the keys of all that the pager is told begin with
PAGER = "pager:"
#: what the keys of notices begin with, before place and scheme of the address and their own key
NOTIFY = "notify:"
#: what the text of one begins with that was tried and not confirmed
PERHAPS = "Perhaps sent: "
TEAM = "the team"
#: the key of the question whether, and in which incident, customers are told
TOLD_TO_CUSTOMERS = "customers"
PUBLISH, LEAVE = "publish", "leave"
# An answer: a person writes it there, and it stays to do.
BY_HAND = "by-hand"
# An option for each incident of somebody else's: its key is this and the incident's id.
UPDATE = "update-"


#: what a component shows while an incident of such an impact is open
SHOWN_WHILE_OPEN = {
    "minor": "degraded_performance",
    "major": "partial_outage",
    "critical": "major_outage",
}
COMPONENT_WORKS = "operational"


class Stage(StrEnum):
    """How far it is, as customers are told."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    GOING_BACK = "going_back"
    GONE_BACK = "gone_back"
    GIVEN_UP = "given_up"


def whom_of(key: str) -> str:
    """Return who is told by a message of that key."""
    if key.startswith(WEBHOOK):
        return "webhook " + key.removeprefix(WEBHOOK)
    if key.startswith(NOTIFY):
        place, _, scheme = key.removeprefix(NOTIFY).partition(":")[0].partition("-")
        return f"address {place} of [notify] ({scheme})"
    if key.startswith(PAGER):
        return "PagerDuty"
    return "customers" if key == PAGE else TEAM


def shown_with_it(impact: str, components: Sequence[str]) -> tuple[str, ...]:
    """Return what customers are shown beside the text of a new incident, for whoever says yes."""
    if not impact:
        return ()
    line, shows = f"impact: {impact}", SHOWN_WHILE_OPEN.get(impact, "").replace("_", " ")
    if components and shows:
        line += (
            f"; {', '.join(components)}: {shows} until it is resolved, where it is operational now"
        )
    return (line,)


@frozen
class PageWords:
    """What customers are told at each stage; no text says when something will be done."""

    investigating: str
    identified: str
    monitoring: str
    resolved: str
    going_back: str
    gone_back: str
    given_up: str

    def of(self, stage: Stage) -> str:
        """Return the text of a stage."""
        return str(getattr(self, stage.value))
