from types import SimpleNamespace
from typing import Any, cast

import pytest

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import ON_CALL
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done, LeftToDo
from hotfix.domain.question import Answer
from hotfix.steps.name_the_on_call import NameTheOnCall
from hotfix.steps.page_the_on_call import PageTheOnCall

OURS = Incident("checkout returns 500")
KEY, NO_KEY = SimpleNamespace(can_page=lambda: True), SimpleNamespace(can_page=lambda: False)


def outside(events=None, pager=None):
    return cast("Any", SimpleNamespace(pager_events=events, pager=pager))


def told(events, choice="", incident=OURS, *, is_said=False):
    answers = {"page": Answer(choice, by="dana")} if choice else {}
    facts = Facts(by_key((ON_CALL(("Noor Haddad",)),)), answers)
    return PageTheOnCall(incident, is_said).run(facts, outside(events))


@pytest.mark.parametrize(
    ("outcome", "saying"),
    [
        (told(None), "Nobody is paged: PAGERDUTY_ROUTING_KEY is not set."),
        (told(NO_KEY), "Nobody is paged: PAGERDUTY_ROUTING_KEY is not set."),
        (told(KEY), 'Nobody is paged. To page those on call: hotfix note --page "why"'),
        (told(KEY, "page"), "Those on call are paged, says dana."),
        (
            told(KEY, incident=Incident("x", incident="PINC9")),
            "PagerDuty's incident PINC9 is worked on.",
        ),
    ],
)
def test_it_says_whether_those_on_call_are_paged(outcome, saying):
    assert isinstance(outcome, Done)
    assert outcome.saying == saying


def test_only_what_a_flag_answers_is_asked():
    asked = told(KEY, is_said=True)
    assert isinstance(asked, Ask)
    assert asked.question.text == "Page those on call (Noor Haddad)?"
    assert not asked.question.by_yes


def test_a_page_that_cannot_be_sent_is_left_to_a_person():
    left = told(NO_KEY, is_said=True)
    assert isinstance(left, LeftToDo)
    assert left.problem.what == "Those on call are not paged."


def test_without_a_pager_those_that_are_configured_are_named():
    named = NameTheOnCall(("Noor Haddad, +49 30 1234",)).run(Facts({}, {}), outside())
    assert named == Done(
        "On call, as configured: Noor Haddad, +49 30 1234.",
        (ON_CALL(("Noor Haddad, +49 30 1234",)),),
    )
    nobody = NameTheOnCall().run(Facts({}, {}), outside())
    assert isinstance(nobody, Done)
    assert nobody.is_needless
