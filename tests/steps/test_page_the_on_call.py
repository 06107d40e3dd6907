from types import SimpleNamespace
from typing import Any, cast

import pytest

from hotfix.domain.fact import by_key
from hotfix.domain.fact_names import ON_CALL
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Incident
from hotfix.domain.outcome import Ask, Done
from hotfix.domain.question import Answer
from hotfix.steps.name_the_on_call import NameTheOnCall
from hotfix.steps.page_the_on_call import PageTheOnCall

OURS = Incident("checkout returns 500")
KEY, NO_KEY = SimpleNamespace(can_page=lambda: True), SimpleNamespace(can_page=lambda: False)


def outside(events=None, pager=None):
    return cast("Any", SimpleNamespace(pager_events=events, pager=pager))


def told(events, choice="", incident=OURS, *, can_ask=True):
    answers = {"page": Answer(choice, by="dana")} if choice else {}
    facts = Facts(by_key((ON_CALL(("Noor Haddad",)),)), answers)
    return PageTheOnCall(incident, can_ask).run(facts, outside(events))


@pytest.mark.parametrize(
    ("outcome", "saying"),
    [
        (told(None), "Nobody is paged: PAGERDUTY_ROUTING_KEY is not set."),
        (told(NO_KEY), "Nobody is paged: PAGERDUTY_ROUTING_KEY is not set."),
        (told(KEY, can_ask=False), "Nobody is paged."),
        (told(KEY, "page"), "Those on call are paged, says dana."),
        (told(KEY, "leave"), "Nobody is paged."),
        (
            told(KEY, incident=Incident("x", incident="PINC9")),
            "PagerDuty's incident PINC9 is worked on.",
        ),
    ],
)
def test_it_says_whether_those_on_call_are_paged(outcome, saying):
    assert isinstance(outcome, Done)
    assert outcome.saying == saying


def test_where_it_is_left_open_a_person_is_asked():
    asked = told(KEY)
    assert isinstance(asked, Ask)
    assert asked.question.text == "Page those on call (Noor Haddad)?"
    assert not asked.question.by_yes


def test_without_a_pager_those_that_are_configured_are_named():
    named = NameTheOnCall(("Noor Haddad, +49 30 1234",)).run(Facts({}, {}), outside())
    assert named == Done(
        "On call, as configured: Noor Haddad, +49 30 1234.",
        (ON_CALL(("Noor Haddad, +49 30 1234",)),),
    )
    nobody = NameTheOnCall().run(Facts({}, {}), outside())
    assert isinstance(nobody, Done)
    assert nobody.is_needless
