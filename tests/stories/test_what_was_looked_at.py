"""What is merged is what was guarded and tested, and what is reverted is what was merged."""

import sys

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.fact_names import (
    CHANGE,
    HEAD_SHA,
    REVERT_BY_HAND,
    TESTED_SHA,
)
from hotfix.domain.fold import fold
from hotfix.runs.unreverted_commits import still_held
from hotfix.simulators.played_fix import BAD_FIX

# An engineer who commits one more thing while the suites run, once.
COMMITS = """
import pathlib, subprocess
late = pathlib.Path("migrations/0007_column.sql")
if not late.exists():
    late.parent.mkdir()
    late.write_text("alter table orders add voucher text;")
    subprocess.run(["git", "add", "--all"], check=True)
    subprocess.run(["git", "commit", "--quiet", "-m", "Add a column"], check=True)
"""
AUTOMATIC = '\n[rollback]\nautomatic = true\ncountdown = "5s"\n'


@pytest.fixture(scope="module")
def on(tmp_path_factory):
    folder = tmp_path_factory.mktemp("story")
    program = folder / "commits.py"
    program.write_text(COMMITS)
    with stage(folder / "world") as on:
        on.world.play_the_engineer(BAD_FIX)
        on.world.play_the_reviewer()
        # Squashing is configured.
        on.world.github.hosted.merge_methods = {"rebase"}
        run = [sys.executable, str(program)]
        on.configure(f'\n[[tests]]\nname = "engineer"\nrun = {run!r}\n' + AUTOMATIC)
        assert on.start() == exit_codes.ROLLED_BACK, on.screen.getvalue()
        yield on


def test_a_commit_made_while_the_suites_run_is_guarded_and_tested_before_it_is_pushed(on):
    facts = fold(on.session.runs.events(on.run)).facts
    pull = on.world.github.hosted.pulls[2]
    assert facts[TESTED_SHA] == facts[HEAD_SHA] == facts[CHANGE].commits[-1] == pull.head_sha
    assert on.world.origin.has_file(pull.head_sha, "migrations/0007_column.sql")
    assert "↶ There are new commits. Back to: guard the change." in on.lines
    assert "migrations/0007_column.sql is a lock" in pull.issue.body


def test_all_that_was_merged_is_reverted_although_another_method_is_configured(on):
    origin, facts = on.world.origin, fold(on.session.runs.events(on.run)).facts
    pull, revert = (on.world.github.hosted.pulls[number] for number in (2, 3))
    assert len(origin.commits_between(on.world.first_commit, pull.merge_sha)) == 2
    assert origin.changed_lines(on.world.first_commit, revert.head_sha) == {}
    assert "all files are as they were before the merge." in on.screen.getvalue()
    (bad,) = still_held(on.session)
    assert facts[REVERT_BY_HAND].split()[2:] == [
        each.sha[:12] for each in reversed(origin.commits_between(on.world.first_commit, bad.sha))
    ]
