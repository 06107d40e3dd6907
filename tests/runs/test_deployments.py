"""The log by the index is that of the journals, whichever of both has said it."""

from datetime import timedelta

import pytest
from tests.runs.many_kept import keep

from hotfix.adapters.journal import derived
from hotfix.composition.journals import Runs
from hotfix.domain.deployment_log import LogEntry, of_run
from hotfix.runs.deployments import deployments

KINDS = ("done", "done-then-rolled-back", "locked-and-left", "post-mortem-issue-closed", "done")


def never(text):
    raise AssertionError(text)


def logged(state, since=None):
    found = deployments(state, since, never, never, only_here=True)
    return [LogEntry.from_json(each) for each in found]


@pytest.mark.parametrize("after", [None, -1, 0, 1, 10**9])
def test_the_log_is_the_same_by_the_journals_and_by_the_index(tmp_path, monkeypatch, after):
    monkeypatch.setattr(derived, "YOUNG_NS", 0)
    runs = Runs(tmp_path)
    names = [keep(tmp_path, kind, number) for number, kind in enumerate(KINDS)]
    entries = [each for run in reversed(names) for each in of_run(runs.events(run))]
    entries.sort(key=lambda each: each.timestamp, reverse=True)
    assert len(entries) > len(KINDS)
    middle = entries[2].timestamp
    since = None if after is None else middle + timedelta(microseconds=after)
    expected = [each for each in entries if since is None or each.timestamp >= since]
    assert logged(tmp_path, since) == expected
    monkeypatch.setattr(Runs, "events", never)
    assert logged(tmp_path, since) == expected


def test_a_moment_without_a_fraction_is_older_than_one_with_it(tmp_path, monkeypatch):
    moments = ["2026-03-12T03:12:09Z", "2026-03-12T03:12:09.000001Z", "2026-03-12T03:12:08.999999Z"]
    rows = [(f"hf-{number}", [{"timestamp": each}]) for number, each in enumerate(moments)]
    monkeypatch.setattr("hotfix.runs.deployments.as_told", lambda *_: rows)
    found = deployments(tmp_path, None, never, never, only_here=True)
    assert [each["timestamp"] for each in found] == [moments[1], moments[0], moments[2]]
