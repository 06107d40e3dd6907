from dataclasses import replace
from typing import Any

import pytest
from tests.engine.small_plan import ports
from tests.steps.recorder import Port

from hotfix.domain.fact import by_key
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Audience, Incident
from hotfix.domain.outcome import Done, LeftToDo, NotDone
from hotfix.domain.page_stage import is_published, leaves_open_incident
from hotfix.domain.page_texts import PageWords, shown_with_it
from hotfix.domain.problem import ProblemCode, TemporaryTroubleError
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer
from hotfix.ports.page_update import ResolvedByOthersError
from hotfix.ports.status_page import PageIncident
from hotfix.steps.tell_customers import TellCustomers
from hotfix.steps.update_status_page import UpdateStatusPage
from hotfix.view.page_words import CustomerWords

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


RED: Any = {"name": "cart", "is_green": False, "saw": "500 in 0.1 s", "seconds": 0.1}


@pytest.mark.parametrize(
    ("can_ask", "answer", "writes"),
    [(True, None, []), (True, "leave", []), (True, "publish", ["update"]), (False, None, [])],
)
def test_where_not_all_is_green_nothing_is_resolved_without_a_yes_to_that(can_ask, answer, writes):
    page = Port(find=OURS, open=RESOLVED, update=RESOLVED)
    answers = {"resolved-all-the-same": Answer(answer, by="dana")} if answer else {}
    facts = known(answers, status_page_choice="publish", probes_after=(RED,))
    step = UpdateStatusPage(Incident("checkout returns 500"), can_ask, "Checkout fails", "works")
    found: Any = step.run(facts, world(status_page=page))
    assert [words[0] for words in page.received if words[0] != "find"] == writes
    if writes:
        assert told(found) == {"status_page": "https://status/1"}
    elif can_ask and answer is None:
        assert found.question.shown == ("resolved: works", "Not green: cart (500)")
        # Neither --yes nor a number says it.
        assert found.question.by_yes == ""
        assert [it.key for it in found.question.options if it.is_typed] == ["publish"]
    else:
        assert isinstance(found, LeftToDo)
        assert found.problem.why == "Not green: cart (500)."


@pytest.mark.parametrize("choice", ["publish", "update-p77"])
@pytest.mark.parametrize("is_said", [True, False])
def test_the_page_that_follows_the_run_is_not_resolved_where_not_all_is_green(choice, is_said):
    verified = Progress(
        run="hf-1",
        state=RunState.DONE,
        known={
            "status_page_choice": choice,
            "verified_by": "dana",
            "merge_sha": "a" * 40,
            "rollout": (),
            "probes_after": (RED,),
            **({"status_page": "https://status/1"} if is_said else {}),
        },
        done=frozenset({("hotfix", "watch_rollout"), ("hotfix", "confirm_by_a_person")}),
    )
    told_there: Any = CustomerWords("Checkout fails", WORDS, "major")(verified)
    assert told_there.status == ("resolved" if is_said else "monitoring")
    assert told_there.body == ("works" if is_said else "deployed")
    # Nobody has resolved it: it is asked about until somebody has.
    assert leaves_open_incident(verified) is not is_said


def test_what_customers_see_beside_the_text_is_shown_before_the_yes():
    with_it = shown_with_it("major", ["Checkout", "Shop"])
    asked: Any = replace(ASKS, shown_with_it=with_it).run(
        known(), world(status_page=Port(unresolved=()))
    )
    assert asked.question.shown[2] == (
        "impact: major; Checkout, Shop: partial outage until it is resolved, where it is "
        "operational now"
    )
    assert asked.question.brief_from == 3
    assert shown_with_it("minor", []) == ("impact: minor",)
    assert shown_with_it("none", ["Shop"]) == ("impact: none",)


def test_a_page_that_is_down_at_the_end_is_left_to_do_at_once():
    left: Any = at_the_end().run(
        known(status_page_choice="publish"), world(status_page=Port(find=fail))
    )
    assert isinstance(left, LeftToDo)
    assert left.problem.code is ProblemCode.FAILED
    assert left.problem.why == "Statuspage has trouble: 503."
