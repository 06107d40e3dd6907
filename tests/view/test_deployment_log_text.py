import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hotfix.domain.deployment_log import LogEntry
from hotfix.view.deployment_log_text import as_csv, as_json, as_lines

KEYS = [
    *("timestamp", "commit", "deployer", "reason", "issue", "outcome", "run", "elapsed_seconds"),
    *("review", "plan", "open", "record", "host", "rolled_back_at", "nothing_restored"),
]
ENTRY = LogEntry(
    timestamp=datetime(2026, 3, 12, 3, 33, 9, 5, tzinfo=UTC),
    commit="0123456789" * 4,
    deployer="dana",
    reason="checkout returns 500",
    issue="https://github.com/webrana/webrana/issues/1",
    outcome="deployed",
    run="hf-1",
    elapsed_seconds=1260.04,
)


def test_json_is_an_array_with_the_keys_that_scripts_hold_on_to():
    (found,) = json.loads(as_json([ENTRY]))
    at_default = {"plan", "open", "record", "host", "rolled_back_at", "nothing_restored"}
    assert list(found) == ["v", *(key for key in KEYS if key not in at_default)]
    assert (found["timestamp"], found["elapsed_seconds"]) == (
        "2026-03-12T03:33:09.000005Z",
        1260.0,
    )
    assert json.loads(as_json([])) == []


def test_csv_has_a_header_and_a_line_an_entry():
    odd = replace(ENTRY, reason='quo"te, comma 決済')
    rows = list(csv.DictReader(io.StringIO(as_csv([ENTRY, odd]))))
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert [row["reason"] for row in rows] == ["checkout returns 500", odd.reason]


def test_no_cell_breaks_its_row():
    (row,) = csv.DictReader(io.StringIO(as_csv([replace(ENTRY, reason="a\r=b\nc")]), newline=""))
    assert row["reason"] == "a=b c"


def test_csv_of_nothing_is_the_header():
    assert as_csv([]) == ",".join(KEYS)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "\x1b[m="])
@pytest.mark.parametrize("name", ["reason", "deployer", "issue", "review", "host", "open", "run"])
def test_no_cell_is_a_formula(start, name):
    text = f"{start}cmd|' /C calc'!A0"
    change: dict[str, Any] = {name: (text,) if name == "open" else text}
    entry = replace(ENTRY, **change)
    (row,) = csv.DictReader(io.StringIO(as_csv([entry]), newline=""), strict=True)
    assert row[name] == f"'{start[-1]}cmd|' /C calc'!A0"


@pytest.mark.parametrize("sign", "\uff1d\uff0b\uff0d\uff20")
def test_the_wide_signs_of_a_formula_begin_none(sign):
    text = as_csv([replace(ENTRY, reason=f"{sign}1+1")])
    assert f'"\'{sign}1+1"' in text


def test_a_text_is_in_quotes_and_what_no_formula_begins_is_as_it_was():
    reason = 'a;=1 "b" 100% |x \'y'
    text = as_csv([replace(ENTRY, reason=reason)])
    assert '"a;=1 ""b"" 100% |x \'y"' in text
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert (row["reason"], row["elapsed_seconds"]) == (reason, "1260.0")


def test_lines_for_people():
    evil = "\x1b]0;x\x07a\nb"
    assert as_lines([ENTRY, replace(ENTRY, commit="", reason=evil, issue=evil, deployer=evil)]) == [
        "2026-03-12T03:33:09Z  01234567  deployed by dana, 21:00 after the start",
        "    checkout returns 500 (https://github.com/webrana/webrana/issues/1)",
        "2026-03-12T03:33:09Z  no commit  deployed by a b, 21:00 after the start",
        "    a b (a b)",
    ]
    assert len(as_lines([])) == 1


@pytest.mark.parametrize(
    ("plan", "outcome", "words"),
    [
        ("hotfix", "aborted", "not logged as deployed, aborted, last"),
        ("rollback", "waiting", "rollback not logged, waiting, last"),
    ],
)
def test_what_came_to_nothing_is_not_said_to_be_deployed(plan, outcome, words):
    entry = replace(ENTRY, plan=plan, outcome=outcome)
    assert (
        as_lines([entry])[0]
        == f"2026-03-12T03:33:09Z  01234567  {words} by dana, 21:00 after the start"
    )
    assert json.loads(as_json([entry]))[0]["plan"] == plan


@pytest.mark.parametrize(("count", "last"), [(50, ""), (51, "1 more"), (1000, "950 more")])
def test_people_see_the_newest_50_and_are_told_of_the_others(count, last):
    lines = as_lines([ENTRY] * count)
    assert sum(line.startswith("2026") for line in lines) == 50
    expected = f"These are the newest 50; {last}: hotfix log --json" if last else lines[1]
    assert lines[-1] == expected
    assert len(json.loads(as_json([ENTRY] * count))) == count
