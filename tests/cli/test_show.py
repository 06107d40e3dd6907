"""``hotfix show`` and ``hotfix report`` as processes, over journals as users have them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.adapters.journal.later_lines import add
from tests.journals.reading import HERE, recorded

HOTFIX = str(Path(sys.executable).with_name("hotfix"))


@pytest.fixture
def kept(tmp_path):
    """Put recorded journals into a state directory; returns the id of a run by its name."""

    def keep(name):
        run = recorded(name).progress.run
        folder = tmp_path / "runs" / run
        folder.mkdir(parents=True)
        journal = folder / "journal.jsonl"
        journal.write_bytes((HERE / "recorded" / name / "journal.jsonl").read_bytes())
        return run, journal

    return keep


def hotfix(state, *words, cwd=None, **environ):
    return subprocess.run(
        [HOTFIX, *words],
        env={**os.environ, "HOTFIX_STATE_DIR": str(state), "TZ": "Asia/Jakarta", **environ},
        cwd=cwd or state,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_only_run_is_shown_to_people_and_to_programs(tmp_path, kept):
    run, _ = kept("glass-broken")
    for words in ((), (run,), (run[-4:],)):
        shown = hotfix(tmp_path, "show", *words)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert shown.stdout.startswith(f"{run}\n  checkout returns 500\n")
        assert "→ Break the glass: nobody answers, checkout is down" in shown.stdout
    told = json.loads(hotfix(tmp_path, "show", "--json").stdout)
    assert (told["v"], told["run"], told["state"]) == (1, run, "done")
    assert {"timeline", "decisions", "notes", "links", "left_to_do"} <= told.keys()
    first = told["timeline"][0]
    assert (first["at"][-1], first["at_local"][-6:]) == ("Z", "+07:00")
    markdown = hotfix(tmp_path, "show", "--markdown").stdout
    assert markdown.startswith("# Hotfix report: checkout returns 500\n")
    status = hotfix(tmp_path, "status", run)
    assert f"Commit: {told['commit']['url']}" in status.stdout.splitlines()


def test_of_a_damaged_journal_what_can_be_read_is_shown_as_such(tmp_path, kept):
    run, journal = kept("done")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join((*lines[:40], lines[40][:-20] + b"\n", *lines[41:])))
    shown = hotfix(tmp_path, "show", run)
    assert shown.returncode == 1
    assert f"Warning: The journal of run {run} is damaged in line 41." in shown.stdout
    assert "Cut hotfix/checkout-returns-500." in shown.stdout
    assert "The run is over" not in shown.stdout
    assert shown.stderr.startswith(f"The journal of run {run} is damaged in line 41.\n")
    told = json.loads(hotfix(tmp_path, "show", run, "--json").stdout)
    assert (told["damage"]["code"], told["timeline"][-1]["seq"] <= 40) == ("failed", True)
    # Of nothing there is nothing to show.
    journal.write_bytes(b"\0" * 99 + b"\n")
    nothing = hotfix(tmp_path, "show", run)
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert "is damaged in line 1." in nothing.stderr
    journal.write_bytes(lines[0][:-1])
    torn = hotfix(tmp_path, "show", run)
    assert (torn.returncode, torn.stdout) == (1, "")
    assert torn.stderr.startswith("There is no hotfix run on this machine.")


def test_what_a_newer_version_wrote_is_said_to_be_from_there(tmp_path, kept):
    run, journal = kept("done")
    add(journal, "gossip", {"heard": "x"})
    shown = hotfix(tmp_path, "show", run)
    assert shown.returncode == 0
    assert f"Warning: Run {run} was written by a newer hotfix" in shown.stdout
    assert "? written by a newer hotfix (gossip)" in shown.stdout


def test_without_a_run_there_are_words(tmp_path):
    shown = hotfix(tmp_path, "show")
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "There is no hotfix run on this machine." in shown.stderr


def test_the_log_has_every_run_and_can_be_cut_by_time(tmp_path, kept):
    done, _ = kept("glass-broken")
    waiting, journal = kept("waiting-for-review")
    logged = json.loads(hotfix(tmp_path, "log", "--json").stdout)
    assert {each["run"]: each["outcome"] for each in logged} == {
        done: "deployed",
        waiting: "waiting",
    }
    assert hotfix(tmp_path, "log", "--json", "--since", "7d").stdout == "[]\n"
    assert len(json.loads(hotfix(tmp_path, "log", "--json", "--since=2026-03-12").stdout)) == 2
    # A cut that leaves nothing does not say that there is nothing.
    assert hotfix(tmp_path, "log", "--since", "2100-01-01T01:00+01:00").stdout == (
        "No hotfix is on record from 2100-01-01T00:00:00Z on.\n"
    )
    cut = hotfix(tmp_path, "history", "--since", "2100-01-01").stdout
    assert cut.startswith("0 hotfixes on record from 2100-01-01T00:00:00Z on, 0 deployed\n")
    no_moment = ("0001-01-01T00:00+05:00", "9999-12-31T23:59-05:00")
    for text in ("yesterday", "7", "999999999w", "-1d", "2026-02-30", "25:00", *no_moment):
        refused = hotfix(tmp_path, "log", f"--since={text}")
        assert refused.returncode == 2
        assert "--since does not understand" in refused.stderr
    journal.write_bytes(journal.read_bytes().replace(b"payments", b"pay\rents", 1)[:-30] + b"\n")
    left = hotfix(tmp_path, "log", "--json")
    assert [each["run"] for each in json.loads(left.stdout)] == [done]
    assert f"The journal of run {waiting} is damaged" in left.stderr


def test_a_report_is_written_in_every_form(tmp_path, kept):
    run, _ = kept("glass-broken")
    begins = {
        "md": "# Hotfix report",
        "html": "<!DOCTYPE html>",
        "svg": "<svg ",
        "json": '{"v": 1',
    }
    for form, words in begins.items():
        printed = hotfix(tmp_path, "report", "--format", form)
        assert (printed.returncode, printed.stderr) == (0, "")
        assert printed.stdout.startswith(words)
        dashed = hotfix(tmp_path, "report", "--format", form, "--output", "-")
        assert (dashed.returncode, dashed.stdout) == (0, printed.stdout)
        path = tmp_path / f"report.{form}"
        written = hotfix(tmp_path, "report", run, "--format", form, "--output", str(path))
        assert written.stdout == f"Wrote {path}.\n"
        assert path.read_text(encoding="utf-8") == printed.stdout
    assert not (tmp_path / "-").exists()
    again = hotfix(tmp_path, "report", "--output", str(path))
    assert (again.returncode, again.stdout) == (2, "")
    assert f"{path} is there already." in again.stderr
    assert hotfix(tmp_path, "report", "--output", str(path), "--force").returncode == 0
    assert path.read_text(encoding="utf-8").startswith("# Hotfix report")


@pytest.mark.parametrize("what", ["--example", "--schema"])
def test_what_init_prints_goes_to_standard_output_for_a_dash(tmp_path, what):
    printed = hotfix(tmp_path, "init", what)
    assert printed.stdout
    dashed = hotfix(tmp_path, "init", what, "--output", "-")
    assert (dashed.returncode, dashed.stdout) == (0, printed.stdout)
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["report", "--format=html"]])
def test_a_pipe_that_closes_is_no_news(tmp_path, kept, words):
    kept("glass-broken")
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "w") as closed:
        done = subprocess.run(
            [HOTFIX, *words],
            env={**os.environ, "HOTFIX_STATE_DIR": str(tmp_path)},
            cwd=tmp_path,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_history_is_for_people_and_for_programs(tmp_path, kept):
    run, _ = kept("glass-broken")
    kept("rolled-back-by-itself")
    found = json.loads(hotfix(tmp_path, "history", "--json").stdout)
    assert (found["runs"], found["deployed"], found["change_failure_rate"]["count"]) == (2, 2, 1)
    assert [each["run"] for each in found["owed_reviews"]] == [run]
    told = hotfix(tmp_path, "history")
    assert (told.returncode, told.stderr) == (0, "")
    assert "Change failure rate:  50% (1 of 2)" in told.stdout.splitlines()
    assert hotfix(tmp_path, "history", "--since=1h", "--json").stdout.startswith(
        '{"v": 1, "runs": 0'
    )
