"""What customers may be told: nothing that names a time, and nothing that nobody fills in."""

import pytest
from pydantic import ValidationError

from hotfix.config.load import parse
from hotfix.config.status_page import Statuspage
from hotfix.domain.incident import Category, Incident
from hotfix.domain.page_texts import Stage
from hotfix.plan.told_to_customers import page_words

GITHUB = "[github]\nrepository = 'webrana/webrana'\n"


def texts(**given):
    return Statuspage.model_validate({"page_id": "p", **given})


@pytest.mark.parametrize("key", ["title", *(stage.value for stage in Stage)])
@pytest.mark.parametrize(
    "promise",
    [
        *(
            "in 20 minutes",
            "in 20min",
            "within 1.5 hours",
            "in 5 more minutes",
            "a 30-minute break",
        ),
        *(
            "in an hour",
            "in half an hour",
            "in a few minutes",
            "in a couple of hours",
            "ten minutes",
        ),
        *("by 14:30", "at 14h30", "by 5 pm", "by 5 p.m.", "at 3 o'clock", "on 2026-11-27"),
        *("tomorrow", "by noon", "before midnight", "tonight", "on Monday", "by the weekend"),
        *("within the hour", "in a moment", "this afternoon", "soon", "Shortly", "ETA: unknown"),
        *("two days", "some hours", "next week", "5 more minutes"),
    ],
)
def test_a_text_that_names_a_time_is_refused(key, promise):
    with pytest.raises(ValidationError, match="promised none"):
        texts(**{key: f"We are back {promise}, all of us."})


@pytest.mark.parametrize("odd", ["{left}", "{eta}", "{}", "{time} and {description}"])
def test_a_text_with_something_that_is_not_filled_in_is_refused(odd):
    with pytest.raises(ValidationError, match="is filled in"):
        texts(investigating=f"We look into it: {odd}.")


@pytest.mark.parametrize(
    "said",
    [
        "We tell you as soon as it works.",
        "At the moment checkout does not work; in the meantime, please call.",
        "A second problem was found. It is the second one.",
        "Version 2.10 is in place, and costs 9.99.",
        "1 of 10 orders fails with 500 in the shop.",
        "Some orders, several of them paid, are late.",
        "Until further notice: {description}.",
    ],
)
def test_a_text_that_promises_nothing_is_taken(said):
    assert texts(resolved=said).resolved == said


def test_no_text_that_comes_along_promises_a_time():
    ours = texts().model_dump()
    for stage in Stage:
        assert texts(**{stage.value: ours[stage.value]})


def test_what_is_sent_is_what_is_read():
    told = "\n\tWe  look into {description}.\n\x1b[31mMore: https://x.example/faq.\n\n"
    config = parse(f"{GITHUB}[statuspage]\npage_id = 'p'\n", {}, "hotfix.toml")
    page = texts(investigating=told, title=" {description}\n of the\tshop ")
    config = config.model_copy(update={"statuspage": page})
    title, words, _ = page_words(Incident("checkout returns 500.", Category.API_ERRORS), config)
    assert title == "checkout returns 500 of the shop"
    assert (
        words.investigating == "We  look into checkout returns 500.\nMore: https://x.example/faq."
    )
