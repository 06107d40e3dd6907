"""One story: a probe stays red, a person takes the fix all the same; customers read the truth."""

from dataclasses import replace
from time import sleep

import pytest
from tests.stories.stage import ORDER, stage

from hotfix.config.load import parse
from hotfix.domain.fold import fold
from hotfix.domain.incident import Audience
from hotfix.domain.page_texts import PUBLISH, TOLD_TO_CUSTOMERS
from hotfix.domain.progress import RunState
from hotfix.domain.still_to_do import still_to_do
from hotfix.runs import keyboard_listener
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.open import start
from hotfix.simulators.played_fix import GOOD_FIX

PAGE_ID = 'page_id = "webrana1page"'
GREEN, RED = 'expect_text = "<h1>Webrana</h1>"', 'expect_text = "what is not there"'
ANSWERS = {TOLD_TO_CUSTOMERS: PUBLISH, "still-red": "accept", "works-all-the-same": "yes"}


@pytest.mark.parametrize("choice", ["leave", "publish"])
def test_customers_read_that_it_is_over_where_somebody_says_so_and_no_sooner(
    tmp_path, monkeypatch, choice
):
    # Somebody is there, who types nothing.
    monkeypatch.setattr(keyboard_listener, "typed_line", sleep)
    with stage(tmp_path / "world") as on:
        text = on.world.config_file.read_text()
        text = text.replace(PAGE_ID, f'{PAGE_ID}\ncomponents = ["CMP1CHECKOUT"]')
        text = text.replace(GREEN, RED)
        on.session = replace(on.session, config=parse(text, {}, "hotfix.toml"))
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        flags = Flags(yes=True, answers={**ANSWERS, "resolved-all-the-same": choice})
        order = replace(ORDER, audience=Audience.CUSTOMERS)
        start(on.session, order, Manner(flags, can_ask=True), on.terminal)
        progress = fold(on.session.runs.events(on.run))
        service = on.world.statuspage
        [incident] = service.incidents
        left = [each.kind for each in still_to_do(progress) if each.kind != "left"]
        assert progress.state is RunState.DONE
        # In the end, and not for a moment before.
        said = [each["status"] for each in incident["incident_updates"][::-1]]
        assert "resolved" not in said[:-1]
        is_over = choice == "publish"
        assert (said[-1] == "resolved") is is_over
        works = "operational" if is_over else "partial_outage"
        assert service.components["cmp1checkout"] == works
        assert ("status-page" in left) is not is_over
