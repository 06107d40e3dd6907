"""Ask whether customers are told on the status page (procedure: "if user-facing")."""

from typing import ClassVar

from hotfix.domain.checklist import BY_HAND as DONE_BY_HAND
from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import STATUS_PAGE, STATUS_PAGE_CHOICE
from hotfix.domain.facts import Facts
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, LeftToDo, Outcome
from hotfix.domain.page_texts import (
    BY_HAND,
    LEAVE,
    PUBLISH,
    TOLD_TO_CUSTOMERS,
    UPDATE,
    PageWords,
    Stage,
)
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.question import Option, Question
from hotfix.ports.bundle import Ports
from hotfix.ports.open_incidents import open_by_others
from hotfix.ports.status_page import StatusPage

# In the order in which customers may come to read them.
_STAGES = {
    Stage.INVESTIGATING: "now",
    Stage.IDENTIFIED: "fix begun",
    Stage.MONITORING: "deployed",
    Stage.RESOLVED: "verified",
    Stage.GOING_BACK: "rolling back",
    Stage.GONE_BACK: "rolled back",
    Stage.GIVEN_UP: "given up",
}


@frozen
class TellCustomers:
    """One yes stands for all texts: each of them is shown.

    Reports ``status_page_choice``, and ``status_page`` where a person writes it by hand.

    The page itself is kept up to date in the background.

    Effect: none.
    """

    title: str
    words: PageWords
    can_ask: bool  #: whether somebody is there to read the texts
    is_known: bool = False  #: whether somebody has said that customers notice
    shown_with_it: tuple[str, ...] = ()  #: what else customers see of a new incident
    name: str = "tell_customers"
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = maybe(STATUS_PAGE, STATUS_PAGE_CHOICE)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Show all texts, and ask."""
        if ports.status_page is None:
            return Done("No status page is configured.", is_needless=True)
        answer = facts.answer(TOLD_TO_CUSTOMERS)
        if answer is None:
            return Ask(self._question(ports.status_page)) if self.can_ask else LeftToDo(_UNREAD)
        if answer.choice == BY_HAND:
            found = (
                STATUS_PAGE_CHOICE(LEAVE),
                STATUS_PAGE(f"{DONE_BY_HAND}, says {answer.by}"),
            )
            return Done(f"Customers are told by hand, says {answer.by}.", found, is_needless=True)
        saying = {
            LEAVE: f"Customers are told nothing here, says {answer.by}.",
            PUBLISH: "Customers are told on the status page, from now on.",
        }
        told = saying.get(answer.choice, "Customers are told in the incident that is open there.")
        is_needless = answer.choice == LEAVE
        return Done(told, (STATUS_PAGE_CHOICE(answer.choice),), is_needless=is_needless)

    def _question(self, page: StatusPage) -> Question:
        others, not_known = open_by_others(page)
        notice = "" if self.is_known else "Do customers notice? "
        beside = ", as another incident beside that" if others else ""
        texts = [f"{when}: {self.words.of(stage)}" for stage, when in _STAGES.items()]
        # What is published at once is read whole, and so is what speaks against it.
        first = (
            self.title,
            texts[0],
            *self.shown_with_it,
            *(f'Open on the page: "{it.name}", {it.status}: {it.url}' for it in others),
            *([not_known] if not_known else ()),
        )
        return Question(
            key=TOLD_TO_CUSTOMERS,
            text=f"{notice}Publish this on the status page, and keep it up to date?",
            shown=(*first, *texts[1:]),
            brief_from=len(first),
            options=(
                *(
                    ()
                    if self.is_known
                    else (
                        Option(
                            LEAVE,
                            "No: they do not notice",
                            stated=True,
                            does="Nothing is published by this run; the record says so.",
                        ),
                    )
                ),
                Option(
                    BY_HAND,
                    "I write it there myself",
                    does="Nothing is published from here; the record says that you write it.",
                ),
                Option(
                    PUBLISH,
                    f"Publish it{beside}",
                    typed=True,
                    does="Customers read the first text at once, and each later one when the run "
                    "is so far.",
                ),
                *(
                    Option(
                        f"{UPDATE}{each.id}",
                        f'Update "{each.name}" instead',
                        typed=True,
                        does="That incident gets the first text at once, and each later one when "
                        "the run is so far.",
                    )
                    for each in others
                ),
            ),
        )


_UNREAD = Problem(
    ProblemCode.FAILED,
    what="Customers are not told yet.",
    why="What they read is published after a person has read it, and nobody was asked.",
    next_command="write it on the status page: customers notice",
)
