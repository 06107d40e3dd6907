"""A record in which somebody changed a value, and chained it anew: read by all, trusted by none.

Whoever may write ConfigMaps can do that. What any command prints of it is text that a terminal
takes, and no error of ours.
"""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from tests.journals.reading import recorded
from tests.snapshots import snapshot

from hotfix.adapters.journal.lines import FIRST, shared_as_far_as_sound
from hotfix.domain.deployment_log import LogEntry, of_run
from hotfix.domain.event import Event
from hotfix.domain.fold import fold
from hotfix.domain.history import Counted, history
from hotfix.domain.json_record import JsonRecord, moment, utc_text
from hotfix.domain.status import status
from hotfix.runs.derivation import derived, figures_of
from hotfix.view import deployment_log_text
from hotfix.view.account import account
from hotfix.view.account_text import account_lines
from hotfix.view.checklist_markdown import checklist_markdown
from hotfix.view.foreign_text import clean, json_line, verbatim
from hotfix.view.meeting import meeting
from hotfix.view.phase_picture import phase_picture
from hotfix.view.report import shown_phases
from hotfix.view.report_html import report_html
from hotfix.view.report_markdown import report_markdown

NAMES = ("done-then-rolled-back", "glass-broken", "taken-over-by-a-colleague", "budget-escalated")
HARMFUL = "\x1b]0;x\x07\x00\ud800 =1+1 <!channel>"
STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, 10**40, float("nan"), float("inf"), "nan"),
    *("", "x", HARMFUL, "x" * 5000, "https://[", [], [None], ["x"], {}, {"a": 1}),
    *("2026-03-12T03:12:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"),
)


def _places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value within, and to the whole."""
    yield above
    inside = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else inside:
        yield from _places(each, (*above, key))


def _changed(value: Any, place: Sequence[Any], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _changed(value[place[0]], place[1:], new)
    return copy


def _chained(lines: Sequence[Any]) -> bytes:
    made, previous = [], FIRST
    for line in lines:
        raw = json.dumps({**line, "previous": previous}).encode()
        previous = hashlib.sha256(raw).hexdigest()
        made.append(raw + b"\n")
    return b"".join(made)


def _account(events: Sequence[Event]) -> Iterator[str]:
    told = account(events, damage=None, is_gone=False)
    yield json_line(told)
    yield from account_lines(told, 80)
    yield verbatim(report_markdown(told))
    yield report_html(told)
    yield phase_picture(shown_phases(told))
    yield meeting(told)


def _log(events: Sequence[Event]) -> Iterator[str]:
    found = [LogEntry.from_json(JsonRecord.to_json(each)) for each in of_run(events, "laptop")]
    yield deployment_log_text.as_json(found)
    yield deployment_log_text.as_csv(found)
    yield from deployment_log_text.as_lines(found)


def _history(events: Sequence[Event]) -> Iterator[str]:
    figures = figures_of(events)
    if figures and figures["adds"]:
        yield json_line(history([Counted(**{**figures["adds"], "is_drill": False})]))


def _rest(events: Sequence[Event]) -> Iterator[str]:
    progress = fold(events)
    yield clean(checklist_markdown(progress))
    yield json_line(snapshot(dict(status(progress)), events[-1].at))
    yield json.dumps(derived(events))


READERS: tuple[Callable[[Sequence[Event]], Iterator[str]], ...] = (_account, _log, _history, _rest)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_no_value_that_somebody_writes_into_a_record_trips_a_reader(
    name, zone, monkeypatch, request
):
    request.addfinalizer(time.tzset)  # once the variable is as it was
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    lines = [json.loads(each) for each in recorded(name).lines]
    # Each change is another one in each zone, and the same ones each time.
    chosen = random.Random(f"{name} {zone}")  # noqa: S311 - a sample, no secret
    for _ in range(40):
        number = chosen.randrange(len(lines))
        known = {"previous", "seq", "run", "v"}
        places = [each for each in _places(lines[number]) if each and each[0] not in known]
        place, new = chosen.choice(places), chosen.choice(STRANGE)
        edited = [*lines[:number], _changed(lines[number], place, new), *lines[number + 1 :]]
        events, _ = shared_as_far_as_sound(recorded(name).progress.run, _chained(edited))
        if not events:
            continue
        for reader in READERS:
            said = "".join(reader(events))
            assert not {"\x1b", "\x07", "\x00"} & set(said), (number, place, new, reader)
            said.encode()  # without half a sign


@pytest.mark.parametrize("name", NAMES)
def test_under_a_clock_that_was_set_back_every_reader_tells_the_same_times(name):
    lines = [json.loads(each) for each in recorded(name).lines]
    run = recorded(name).progress.run
    for since in (1, 2 * len(lines) // 3):
        before = moment(lines[since - 1]["at"])
        far = moment(lines[since]["at"]) - before + timedelta(minutes=59, seconds=53)
        back = [
            *lines[:since],
            *({**it, "at": utc_text(moment(it["at"]) - far)} for it in lines[since:]),
        ]
        stood = [{**it, "at": utc_text(max(before, moment(it["at"])))} for it in back]
        stood = [*lines[:since], *stood[since:]]
        (told, _), (true, _) = (shared_as_far_as_sound(run, _chained(it)) for it in (back, stood))
        warned = [each for each in account(told)["warnings"] if "went back by 59:53" in each]
        assert len(warned) == 1, (since, account(told)["warnings"])
        assert f"event {since + 1} says" in warned[0]
        (warning,) = warned
        for reader in READERS:
            said, meant = "".join(reader(told)), "".join(reader(true))
            if reader is _account:
                assert warning in said
                said, meant = (json.dumps(_unwarned(account(each))) for each in (told, true))
            assert said == meant, (since, reader)


def _unwarned(told: Any) -> Any:
    return {name: value for name, value in told.items() if name != "warnings"}


@pytest.mark.parametrize("at", STRANGE)
def test_a_line_at_no_moment_is_no_event(at):
    (line, *_) = recorded("done").lines
    edited = {**json.loads(line), "at": at}
    events, damage = shared_as_far_as_sound(edited["run"], _chained([edited]))
    assert (events, damage is None) == ((), False)
