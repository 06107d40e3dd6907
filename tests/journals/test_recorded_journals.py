"""Journals as users have them on disk are read as they were when they were written."""

import json
import re
from typing import Any, cast

import pytest
from tests.journals.reading import EVENT_TYPES, NAMES, PARTS, as_line, expected, recorded

from hotfix.domain.event_data import Record, RunStarted
from hotfix.domain.foreign_text import links_apart
from hotfix.domain.still_to_do import still_to_do

# They are notified by it since, and the summary tells what is still to do once a run is over.
_SAID_OTHERWISE = ("review:", "on-call", "summary")
# After a rollback they tell that it is so; ``view/test_every_ending.py`` holds what they tell.
_ENDS = (
    *("The run is over", "Deployment successful", "Health checks pass", "Fix verified"),
    *(
        "GitHub Actions triggered",
        "Status page updated",
        "Rollout: ",
        "Proof: ",
        "Probe: ",
        "Not back: ",
        "Restored: ",
    ),
)


def _as_was_told(announcement: Any) -> Any:
    replies = announcement["replies"].items()
    kept = {
        # The folder of the operator is no question, and told nobody since.
        key: [re.sub(r"^Edit \S+ and save\. ", "", line) for line in lines]
        for key, lines in replies
        # Who was notified once is not notified again.
        if not (key.startswith(_SAID_OTHERWISE) or lines[0].startswith("@devops-lead: "))
    }
    # ``test_what_the_channel_said.py`` holds the first line, which says how far it is.
    return {"parent": announcement["parent"][1:], "replies": kept}


def _without_ends(lines: list[str]) -> list[str]:
    """Leave out what is said otherwise since: how it ended, and what production has of the fix."""
    return [line for line in lines if not any(words in line for words in _ENDS)]


def _without_minutes(says: Any) -> Any:
    """Leave out how many minutes were given, which is said since."""
    return json.loads(
        json.dumps(says).replace("Extend the budget, 60 minutes", "Extend the budget")
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", PARTS)
def test_a_journal_says_what_it_said_when_it_was_recorded(name, part):
    said, says = expected(name)[part], _without_minutes(PARTS[part](recorded(name)))
    if part == "status":
        said, says = json.loads(str(said)), json.loads(str(says))
        # It meant targets against the total then, and means the forecast now.
        assert (says.pop("pace_seconds") is None) is (said.pop("pace_seconds") is None)
        if "still_to_do" in says or says["last_word"]:
            # Of a run that is over, what no step had left was not named, nor what follows it.
            said["next_action"] = says["next_action"]
        # A line of the checklist was told in its own words, and again where a step had left it.
        for each in (said, says) if "still_to_do" in said else ():
            left = each.get("still_to_do", [])
            each["still_to_do"] = [it for it in left if it["kind"] != "checklist"]
        # Keys are only ever added.
        says = {key: value for key, value in says.items() if key in said}
        says["phases"] = [
            {key: value for key, value in phase.items() if key in was}
            for phase, was in zip(says["phases"], said["phases"], strict=True)
        ]
    if part == "checklist":
        # What is left to people is named at the end, be it by another than a step.
        lines, size = cast("list[str]", says), len(cast("list[str]", said))
        says, more = lines[:size], lines[size:]
        left = still_to_do(recorded(name).progress)
        assert all(any(each.what in line for each in left) for line in more if "(" in line)
    if part in {"checklist", "pull_request", "summary", "sentences"}:
        said, says = (_without_ends(cast("list[str]", each)) for each in (said, says))
    if part == "sentences":
        # A link ends before its stop since.
        said = [links_apart(line) for line in cast("list[str]", said)]
        # One step's line is not the list of all that is left to do.
        said = [line.replace(" Left to do: ", " For later: ") for line in cast("list[str]", said)]
    if part == "summary":
        # All that is left to do stands in one list since, under the summary.
        said = [line for line in cast("list[str]", said) if not line.startswith("Left to do:")]
    if part == "announcement":
        said, says = _as_was_told(said), _as_was_told(says)
    if part == "deployment_log":
        said, says = (json.loads("\n".join(cast("list[str]", each))) for each in (said, says))
        says = [
            {key: value for key, value in entry.items() if key in was}
            for entry, was in zip(says, said, strict=True)
        ]
    assert says == said
    assert json.dumps(says) == json.dumps(said), "the order of the keys"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_expected_has_every_part(name):
    assert list(expected(name)) == list(PARTS)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_is_written_as_it_was_read(name):
    it = recorded(name)
    for line, event in zip(it.lines, it.events, strict=True):
        assert as_line(event, json.loads(line)["previous"]) == line
        assert isinstance(event.said, Record)
        said = dict(event.said.to_json())
        if isinstance(event.said, RunStarted):
            settings = dict(event.said.settings.to_json())
            if "origin" not in json.loads(line)["data"]["settings"]:
                # From before a run said whose it is.
                assert settings.pop("origin") is None
            said["settings"] = settings
        assert json.dumps(said) == json.dumps(event.data)


def test_every_type_of_event_is_on_record():
    assert {event.type for name in NAMES for event in recorded(name).events} == EVENT_TYPES
