from dataclasses import replace
from typing import Any

import pytest
from tests.engine.small_plan import ports
from tests.steps.recorder import Port

from hotfix.domain.fact import by_key
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Audience, Incident
from hotfix.domain.outcome import Done, LeftToDo, NotDone
from hotfix.domain.page_stage import is_published
from hotfix.domain.page_texts import PageWords
from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.question import Answer
from hotfix.ports.page_update import ResolvedByOthersError
from hotfix.ports.status_page import PageIncident
from hotfix.steps.tell_customers import TellCustomers
from hotfix.steps.update_status_page import UpdateStatusPage

WORDS = PageWords("looking", "found", "deployed", "works", "going back", "went back", "open")
ASKS = TellCustomers("Checkout fails", WORDS, can_ask=True)
THEIRS = PageIncident("p77", "Checkout errors", "investigating", "https://status/77")
OURS = PageIncident("1", "Checkout fails", "monitoring", "https://status/1")
RESOLVED = PageIncident("1", "Checkout fails", "resolved", "https://status/1")


def world(**given: Any) -> Any:
    return replace(ports(), **given)


def known(answers=None, **more) -> Facts:
    return Facts(more, answers or {}, "hf-1", "dana")


def told(outcome: Any) -> Any:
    return by_key(outcome.facts)


def fail(*_):
    raise TemporaryTroubleError("Statuspage has trouble: 503.")


def test_every_text_that_customers_may_read_is_shown_in_one_question():
    page = Port(unresolved=(THEIRS,))
    asked: Any = ASKS.run(known(), world(status_page=page))
    shown = "\n".join(asked.question.shown)
    assert all(text in shown for text in vars_of(WORDS))
    # What is published at once, and what speaks against it, is read whole.
    first = asked.question.shown[: asked.question.brief_from]
    assert (first[0], first[1].partition(":")[0], len(first)) == ("Checkout fails", "now", 3)
    assert len(asked.question.brief) == len(vars_of(WORDS)) - 1
    assert 'Open on the page: "Checkout errors", investigating: https://status/77' in shown
    keys = [option.key for option in asked.question.options]
    assert keys == ["leave", "by-hand", "publish", "update-p77"]
    assert [option.is_typed for option in asked.question.options] == [False, False, True, True]
    # Not by --yes, and with one look at the page.
    assert (asked.question.by_yes, page.calls("find")) == ("", [])


def vars_of(words):
    return [getattr(words, name) for name in words.__annotations__]


def test_a_page_that_does_not_answer_is_said_and_asked_about_all_the_same():
    asked: Any = ASKS.run(known(), world(status_page=Port(unresolved=fail)))
    last_whole = asked.question.shown[asked.question.brief_from - 1]
    assert last_whole.endswith("is not known: Statuspage has trouble: 503.")


@pytest.mark.parametrize("choice", ["leave", "publish", "update-p77"])
def test_the_choice_is_on_record(choice):
    answer = {"customers": Answer(choice, by="dana")}
    done: Any = ASKS.run(known(answer), world(status_page=Port()))
    assert told(done) == {"status_page_choice": choice}
    assert done.is_needless is (choice == "leave")


def test_where_customers_notice_nobody_can_say_that_they_do_not():
    asked: Any = replace(ASKS, is_known=True).run(known(), world(status_page=Port(unresolved=())))
    assert [option.key for option in asked.question.options] == ["by-hand", "publish"]


def test_what_a_person_writes_by_hand_is_not_needless_and_stays_to_do():
    page = Port()
    answer = {"customers": Answer("by-hand", by="dana")}
    said: Any = ASKS.run(known(answer), world(status_page=page))
    assert told(said) == {"status_page_choice": "leave", "status_page": "by hand, says dana"}
    left: Any = at_the_end().run(known(**told(said)), world(status_page=page))
    assert isinstance(left, LeftToDo)
    assert told(left) == {"status_page": "by hand, says dana"}
    assert left.problem.next_command == "write on the status page that it is solved"
    asked = {"publish": Answer("by-hand", by="dana")}
    assert at_the_end().run(known(asked), world(status_page=page)) == left
    assert not is_published(known(**told(said)))
    assert page.received == []


def test_nobody_there_to_read_it_leaves_it_to_a_person():
    step = TellCustomers("Checkout fails", WORDS, can_ask=False)
    left: Any = step.run(known(), world(status_page=Port()))
    assert isinstance(left, LeftToDo)
    without: Any = step.run(known(), world())
    assert (without.is_needless, told(without)) == (True, {})


def at_the_end(audience=Audience.PERHAPS):
    incident = Incident("checkout returns 500", audience=audience)
    return UpdateStatusPage(incident, True, "Checkout fails", "works")


@pytest.mark.parametrize(
    ("there", "writes"), [(None, ["open"]), (OURS, ["update"]), (RESOLVED, [])]
)
def test_at_the_end_it_is_resolved_without_another_question(there, writes):
    page = Port(find=there, open=RESOLVED, update=RESOLVED)
    facts, at = known(status_page_choice="publish"), world(status_page=page)
    done: Any = at_the_end().run(facts, at)
    assert told(done) == {"status_page": "https://status/1"}
    assert [words[0] for words in page.received if words[0] != "find"] == writes
    found = at_the_end().evidence(facts, at)
    assert isinstance(found, Done if there is RESOLVED else NotDone)


def test_what_was_told_and_is_deleted_by_now_is_not_opened_anew_not_even_as_resolved():
    # Another process was the one that opened it: this one's page knows no id.
    page = Port(find=None, open=RESOLVED)
    facts = replace(known(status_page_choice="publish"), told=frozenset({"page"}))
    with pytest.raises(ResolvedByOthersError, match="deleted the incident"):
        at_the_end().run(facts, world(status_page=page))
    assert [words[0] for words in page.received] == ["find"]


@pytest.mark.parametrize(
    ("audience", "facts", "because"),
    [
        (Audience.INTERNAL, {}, "not needed: internal, as started"),
        (Audience.PERHAPS, {"status_page_choice": "leave"}, "not needed, as said before"),
    ],
)
def test_who_has_said_no_is_not_asked_again(audience, facts, because):
    page = Port()
    done: Any = at_the_end(audience).run(known(**facts), world(status_page=page))
    assert (done.is_needless, told(done), page.received) == (True, {"status_page": because}, [])


def test_a_page_that_is_down_at_the_end_is_left_to_do_at_once():
    left: Any = at_the_end().run(
        known(status_page_choice="publish"), world(status_page=Port(find=fail))
    )
    assert isinstance(left, LeftToDo)
    assert left.problem.code is ProblemCode.FAILED
    assert left.problem.why == "Statuspage has trouble: 503."
