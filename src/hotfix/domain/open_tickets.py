"""The issues that a run opened for the days after, as long as they are not known to be closed."""

from hotfix.domain.fact_names import (
    FOLLOW_UP,
    FOLLOW_UP_CLOSED,
    FOLLOW_UP_NUMBER,
    POST_MORTEM_ISSUE,
)
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen


@frozen
class OpenTicket:
    """One of them."""

    kind: str  #: ``follow-up`` or ``post-mortem``
    step: str  #: the name of the step that opened it
    number: int
    url: str
    what: str  #: one sentence, true by the record alone

    @property
    def mend(self) -> str:
        """Return what a person does."""
        return (
            f"hold it, then close {self.url}" if self.kind == "post-mortem" else f"close {self.url}"
        )


def open_tickets(facts: Facts) -> tuple[OpenTicket, ...]:
    """Return the issues that nobody has seen closed, the one with a deadline first."""
    found = []
    if POST_MORTEM_ISSUE in facts:
        issue = facts[POST_MORTEM_ISSUE]
        if not issue.is_closed:
            what = f"The post-mortem is due by {issue.due}: issue {issue.number}."
            found.append(
                OpenTicket("post-mortem", "open_post_mortem", issue.number, issue.url, what)
            )
    if FOLLOW_UP_NUMBER in facts and not facts.get(FOLLOW_UP_CLOSED, False):
        number = facts[FOLLOW_UP_NUMBER]
        what = f"Follow-up issue {number} was opened."
        url = facts.get(FOLLOW_UP, "")
        found.append(OpenTicket("follow-up", "open_follow_up", number, url, what))
    return tuple(found)
