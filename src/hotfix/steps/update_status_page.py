"""Update the status page if users saw it (procedure, step 7)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from hotfix.domain.checklist import BY_HAND as DONE_BY_HAND
from hotfix.domain.checklist import NOT_NEEDED
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_AFTER, STATUS_PAGE, STATUS_PAGE_CHOICE
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import not_green
from hotfix.domain.frozen import frozen
from hotfix.domain.incident import Audience, Incident
from hotfix.domain.outcome import Ask, Done, Evidence, LeftToDo, NotDone, Outcome
from hotfix.domain.page_texts import BY_HAND, LEAVE, PAGE, UPDATE
from hotfix.domain.problem import Problem, ProblemCode, TemporaryTroubleError
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.open_incidents import open_by_others
from hotfix.ports.page_update import PageUpdate, incident_of, say
from hotfix.ports.status_page import PageIncident, StatusPage

_STATUS = "resolved"
# Who is being told the same in the background, and has not answered for so long, is left to that.
_TURN_SECONDS = 1.0


@frozen
class UpdateStatusPage:
    """Reports ``status_page``. What customers read is never sent unseen, not even by ``--yes``.

    Effect: publishes on the status page.
    """

    incident: Incident
    can_ask: bool  #: whether somebody is there to read the draft; else it stays a reminder
    title: str  #: what a new incident is called
    body: str  #: the text
    impact: str = ""  #: ``minor``, ``major`` or ``critical``; empty for what the page makes of it
    name: str = "update_status_page"
    reads: ClassVar[Declared] = maybe(PROBES_AFTER, STATUS_PAGE, STATUS_PAGE_CHOICE)
    reports: ClassVar[Declared] = maybe(STATUS_PAGE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show the draft, publish it after a yes."""
        page = ports.status_page
        if page is None:
            return _needless("No status page is configured.", f"{NOT_NEEDED}: none is configured")
        decided = self._as_decided(facts, page)
        if decided is not None:
            return decided
        answer = facts.answer("publish")
        if answer is None:
            asked = self._question(*open_by_others(page, facts.run)) if self.can_ask else None
            return LeftToDo(_NOT_ASKED) if asked is None else Ask(asked)
        if answer.choice == LEAVE:
            return _needless(
                f"The status page stays as it is, says {answer.by}.",
                f"{NOT_NEEDED}, says {answer.by}",
            )
        if answer.choice == BY_HAND:
            return _by_hand(f"{DONE_BY_HAND}, says {answer.by}")
        found = incident_of(page, facts.run, answer.choice)
        if found is None:
            found = page.open(facts.run, self.title, _STATUS, self.body, self.impact)
        elif not found.is_over:
            found = page.update(found, _STATUS, self.body, self.impact)
        return _done(found)

    def evidence(self, facts: Facts, ports: Ports) -> Evidence:
        """The page has an incident of this run, or the one that was chosen, resolved."""
        page, answer = ports.status_page, facts.answer("publish")
        choice = facts.get(STATUS_PAGE_CHOICE, answer.choice if answer is not None else "")
        found = incident_of(page, facts.run, choice) if page is not None else None
        return _done(found) if found is not None and found.is_over else NotDone()

    def by_hand(self, _facts: Facts) -> str:
        """Somebody writes it there."""
        return "update the status page by hand, if users noticed"

    def _as_decided(self, facts: Facts, page: StatusPage) -> Outcome | None:
        """Do what was decided earlier in the run; None where nothing was."""
        if self.incident.audience is Audience.INTERNAL:
            return _needless("Customers do not notice.", f"{NOT_NEEDED}: internal, as started")
        choice = facts.get(STATUS_PAGE_CHOICE, "")
        if choice == LEAVE and facts.get(STATUS_PAGE, "").startswith(DONE_BY_HAND):
            return _by_hand(facts[STATUS_PAGE])
        if choice == LEAVE:
            return _needless(_AS_DECIDED, f"{NOT_NEEDED}, as said before")
        return self._kept_up_to_date(choice, facts, page) if choice else None

    def _kept_up_to_date(self, choice: str, facts: Facts, page: StatusPage) -> Outcome:
        """Resolve what was kept up to date during the run, at once or not here.

        Where not all is green, one yes to all texts was no yes to this.
        """
        red = [f"Not green: {each.name} ({each.cause})" for each in not_green(facts)]
        answer = facts.answer(_ALL_THE_SAME)
        if red and answer is None and self.can_ask:
            return Ask(self._question_all_the_same(red))
        if red and (answer is None or answer.choice == LEAVE):
            return LeftToDo(replace(_STAYS_OPEN, why=" ".join(f"{each}." for each in red)))
        update = PageUpdate(
            choice,
            self.title,
            _STATUS,
            self.body,
            self.body,
            self.impact,
            # What was deleted since stays so: another process does not know its id any more.
            is_there=PAGE in facts.told,
        )
        try:
            return _done(say(page, facts.run, lambda: update, _TURN_SECONDS))
        except TemporaryTroubleError as trouble:
            return LeftToDo(replace(_NOT_REACHED, why=trouble.saying))

    def _question_all_the_same(self, red: Sequence[str]) -> Question:
        return Question(
            key=_ALL_THE_SAME,
            text="Not all is green. Say on the status page that it works, all the same?",
            shown=(f"{_STATUS}: {self.body}", *red),
            options=(
                Option(
                    LEAVE,
                    "No: its incident stays open",
                    does="Customers read what they read now; resolving it is left to do.",
                ),
                Option(
                    "publish",
                    "Publish it",
                    typed=True,
                    does="Customers read at once that it is resolved, with this text.",
                ),
            ),
        )

    def _question(self, others: Sequence[PageIncident], not_known: str) -> Question:
        is_open = [f'Open on the page: "{it.name}", {it.status}: {it.url}' for it in others]
        beside = "Publish it, as another incident beside that" if others else "Publish it"
        return Question(
            key="publish",
            text="Publish this on the status page?",
            shown=(
                self.title,
                f"{_STATUS}: {self.body}",
                *is_open,
                *([not_known] if not_known else ()),
            ),
            options=(
                Option(
                    LEAVE,
                    "No: users did not notice",
                    stated=True,
                    does="Nothing is published; the record says so.",
                ),
                Option(
                    BY_HAND,
                    "I write it there myself",
                    does="Nothing is published from here; the record says that you write it.",
                ),
                Option(
                    "publish",
                    beside,
                    typed=True,
                    does="Customers read it at once, as an incident that is resolved.",
                ),
                *(
                    Option(
                        f"{UPDATE}{each.id}",
                        f'Resolve "{each.name}" with it',
                        typed=True,
                        does="That incident is resolved on the page, with this text.",
                    )
                    for each in others
                ),
            ),
        )


_AS_DECIDED = "The status page stays as it is: customers are told nothing, as decided earlier."
_ALL_THE_SAME = "resolved-all-the-same"
_STAYS_OPEN = Problem(
    ProblemCode.FAILED,
    what="The status page does not say that it is over.",
    why="Not all is green.",
    next_command="once it works for everybody: resolve the incident there",
)
_NOT_REACHED = Problem(
    ProblemCode.FAILED,
    what="The status page may still say that it is not over.",
    why="It could not be reached.",
    next_command="If it does: resolve the incident there",
)
_NOT_ASKED = Problem(
    ProblemCode.FAILED,
    what="The status page was not updated.",
    why="What customers read is published after a person has read it, and nobody was asked.",
    next_command="update the status page, if users noticed",
)


def _by_hand(who: str) -> LeftToDo:
    """Leave it to the person who has said so."""
    problem = Problem(
        ProblemCode.FAILED,
        what=f"Customers are told {who}.",
        why="What a person writes there is not seen from here.",
        next_command="write on the status page that it is solved",
    )
    return LeftToDo(problem, (STATUS_PAGE(who),))


def _needless(saying: str, why: str) -> Done:
    return Done(saying, (STATUS_PAGE(why),), is_needless=True)


def _done(found: PageIncident) -> Done:
    return Done(f"Status page: {found.status}: {found.url}", (STATUS_PAGE(found.url),))
