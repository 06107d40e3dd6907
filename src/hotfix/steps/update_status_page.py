"""Update the status page if users saw it (procedure, step 7)."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.checklist import NOT_NEEDED
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import STATUS_PAGE
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, Evidence, LeftToDo, NotDone, Outcome
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.question import Answer, Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.status_page import PageIncident, StatusPage

_STATUS = "resolved"
# An option for each incident of somebody else's: its key is this and the incident's id.
_UPDATE = "update-"
_MOST_SHOWN = 5


@frozen
class UpdateStatusPage:
    """Reports ``status_page``. What customers read is never sent unseen, not even by ``--yes``.

    Effect: publishes on the status page.
    """

    incident: Incident
    can_ask: bool  #: whether somebody is there to read the draft; else it stays a reminder
    name: str = "update_status_page"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(STATUS_PAGE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show the draft, publish it after a yes."""
        if ports.status_page is None:
            return _needless("No status page is configured.", f"{NOT_NEEDED}: none is configured")
        answer = facts.answer("publish")
        if answer is None and self.can_ask:
            return Ask(self._question(*_open_by_others(facts.run, ports.status_page)))
        if answer is None:
            return LeftToDo(_NOT_ASKED)
        if answer.choice == "leave":
            return _needless(f"Left as it is by {answer.by}.", f"{NOT_NEEDED}, says {answer.by}")
        found = _chosen(answer, facts.run, ports.status_page)
        if found is None:
            found = ports.status_page.open(facts.run, self._title(), _STATUS, self._body())
        elif found.status != _STATUS:
            found = ports.status_page.update(found, _STATUS, self._body())
        return _done(found)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The page has an incident of this run, or the one that was chosen, resolved."""
        page, answer = ports.status_page, facts.answer("publish")
        found = _chosen(answer, facts.run, page) if page is not None else None
        return _done(found) if found is not None and found.status == _STATUS else NotDone()

    def by_hand(self, _facts: Facts) -> str:
        """Somebody writes it there."""
        return "update the status page by hand, if users noticed"

    def _title(self) -> str:
        return self.incident.description

    def _body(self) -> str:
        return "We found the cause, deployed a fix and verified it. Everything works again."

    def _question(self, others: Sequence[PageIncident], not_known: str) -> Question:
        is_open = [f'Open on the page: "{it.name}", {it.status}: {it.url}' for it in others]
        beside = "Publish it, as another incident beside that" if others else "Publish it"
        return Question(
            key="publish",
            text="Publish this on the status page?",
            shown=(
                self._title(),
                f"{_STATUS}: {self._body()}",
                *is_open,
                *([not_known] if not_known else ()),
            ),
            options=(
                Option("leave", "No: users did not notice, or I write it myself"),
                Option("publish", beside, typed=True),
                *(
                    Option(f"{_UPDATE}{each.id}", f'Resolve "{each.name}" with it', typed=True)
                    for each in others
                ),
            ),
        )


_NOT_ASKED = Problem(
    ProblemCode.FAILED,
    what="The status page was not updated.",
    why="What customers read is published after a person has read it, and nobody was asked.",
    next_command="update the status page, if users noticed",
)


def _open_by_others(run: str, page: StatusPage) -> tuple[Sequence[PageIncident], str]:
    """Return what others have open on the page, newest first, and why that is not known."""
    try:
        if page.find(run) is not None:
            return (), ""
        return page.unresolved()[:_MOST_SHOWN], ""
    except (ProblemError, TemporaryTroubleError) as trouble:
        return (), f"What is open on the page is not known: {trouble}"


def _chosen(answer: Answer | None, run: str, page: StatusPage) -> PageIncident | None:
    """Return the incident to update: the one that a person chose, else the run's own."""
    if answer is not None and answer.choice.startswith(_UPDATE):
        return page.get(answer.choice.removeprefix(_UPDATE))
    return page.find(run)


def _needless(saying: str, why: str) -> Done:
    return Done(saying, (STATUS_PAGE(why),), is_needless=True)


def _done(found: PageIncident) -> Done:
    return Done(f"Status page: {found.status}: {found.url}", (STATUS_PAGE(found.url),))
