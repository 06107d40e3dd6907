"""A run goes on with what it began with: its configuration, its clone, its repository.

No command here is told by HOTFIX_CONFIG which file is meant.
"""

import json
import shutil

import pytest
from tests.adapters.git.clones import git
from tests.stories.commands import START, commands

from hotfix.cli import exit_codes
from hotfix.simulators.played_fix import GOOD_FIX

LIVE = (*START, "--from=live")


class Bound:
    """A world whose repository has its hotfix.toml on the base since after the live commit."""

    def __init__(self, at, folder):
        self.at, self.clone = at, at.world.clone
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        at.environ_besides = {"HOTFIX_CONFIG": ""}
        text = at.world.config_file.read_text()
        (self.clone / "hotfix.toml").write_text(text)
        git(self.clone, "add", "hotfix.toml")
        git(self.clone, "commit", "--quiet", "--message=Configure hotfix")
        git(self.clone, "push", "--quiet", "origin", "main")

    def run(self, *words, cwd=None, **environ):
        return self.at.run(*words, cwd=cwd, **environ)

    def killed(self, *words, step="await_the_fix"):
        event = self.at.killed(*words, when=lambda it: it["step"] == step)
        assert event, "it ended before"
        return event["run"]

    def configure(self, old, new):
        path = self.clone / "hotfix.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def bound(tmp_path):
    with commands(tmp_path / "world") as at:
        yield Bound(at, tmp_path)


def said(done):
    return done.stdout + done.stderr


def test_from_a_commit_without_the_file_every_way_on_and_back_works(bound):
    run = bound.killed(*LIVE)
    assert not (bound.clone / "hotfix.toml").exists()
    holder = json.loads(bound.run("lock", "--json").stdout)
    assert holder["run"] == run
    for words, folder, code in (
        (("status",), bound.elsewhere, exit_codes.DONE),
        (("doctor",), None, exit_codes.DONE),
        (("rollback", run, "--yes"), bound.elsewhere, exit_codes.WAITING),
        (("resume",), None, exit_codes.WAITING),
        (("abort", "--yes"), None, exit_codes.DONE),
    ):
        done = bound.run(*words, cwd=folder)
        assert done.returncode == code, (words, said(done))
    assert bound.at.world.kubernetes.lock_holder() == ""


def test_from_there_a_run_is_walked_to_its_end_and_back_from_any_folder(bound):
    bound.at.world.play_the_engineer(GOOD_FIX)
    bound.killed(*LIVE, step="await_approval")
    bound.at.world.play_the_reviewer()
    done = bound.run("resume", "--yes", cwd=bound.elsewhere)
    assert done.returncode == exit_codes.DONE, said(done)
    done = bound.run("rollback", "--yes")
    assert done.returncode == exit_codes.ROLLED_BACK, said(done)


def test_what_is_changed_meanwhile_is_said_and_does_not_change_the_run(bound):
    bound.at.world.play_the_engineer(GOOD_FIX)
    run = bound.killed(*START, step="open_pull_request")
    bound.configure('["webrana-backend", "webrana-frontend"]', '["webrana-backend"]')
    bound.configure('labels = ["hotfix", "urgent"]', 'labels = []\nmerge_method = "rebase"')
    bound.at.world.play_the_reviewer()
    done = bound.run("resume", "--yes", "--json")
    assert done.returncode == exit_codes.DONE, said(done)
    for key in ("kubernetes.deployments", "github.merge_method", "github.labels"):
        assert f"  {key}: " in done.stderr
    assert "--use-todays-config" in done.stderr
    merges = [each for each in bound.at.world.received.all("github") if "/merge" in each.path]
    assert merges[-1].body["merge_method"] == "squash"
    journal = bound.at.world.folder / "state" / "runs" / run / "journal.jsonl"
    facts = [json.loads(line)["data"].get("facts", {}) for line in journal.read_text().splitlines()]
    (verified,) = (each["verified"] for each in facts if "verified" in each)
    assert [each["name"] for each in verified] == ["webrana-backend", "webrana-frontend"]
    done = bound.run("rollback", "--yes", "--dry-run", "--json")
    names = [each["name"] for each in json.loads(done.stdout)["deployments"]]
    assert names == ["webrana-backend", "webrana-frontend"]


def test_todays_is_taken_by_its_flag_and_then_on_record(bound):
    run = bound.killed(*START)
    bound.configure('reviewer = "rena"', 'reviewer = "sam"')
    for words in (("--use-todays-config",), ()):
        done = bound.run("resume", *words)
        assert done.returncode == exit_codes.WAITING, said(done)
        assert ("github.reviewer: 'rena' on record, 'sam' today" in done.stdout) == bool(words)
    journal = bound.at.world.folder / "state" / "runs" / run / "journal.jsonl"
    assert 'reviewer = \\"sam\\"' in journal.read_text()


def test_the_file_that_nobody_committed_is_no_work_and_what_is_refused_takes_no_lock(bound):
    git(bound.clone, "rm", "--cached", "--quiet", "hotfix.toml")
    git(bound.clone, "commit", "--quiet", "--message=It is a machine's own")
    git(bound.clone, "push", "--quiet", "origin", "main")
    (bound.clone / "mine.txt").write_text("half a thought\n")
    done = bound.run(*START)
    assert done.returncode == exit_codes.FAILED
    assert "mine.txt" in done.stderr
    assert "hotfix.toml'" in done.stderr.splitlines()[-1]
    assert bound.at.world.kubernetes.lock_holder() == ""
    assert not list((bound.at.world.folder / "state").glob("runs/*"))
    (bound.clone / "mine.txt").unlink()
    bound.killed(*START)
    done = bound.run("resume", HOTFIX_GITHUB__REPOSITRY="x")
    assert done.returncode == exit_codes.CONFIGURATION
    assert "HOTFIX_GITHUB__REPOSITRY overrides nothing" in done.stderr
    done = bound.run("abort", "--yes", HOTFIX_GITHUB__REPOSITRY="x")
    assert done.returncode == exit_codes.DONE, said(done)
    assert "HOTFIX_GITHUB__REPOSITRY overrides nothing" in said(done)


def test_where_its_clone_is_gone_a_run_is_shown_gone_back_from_and_ended(bound):
    bound.at.world.play_the_engineer(GOOD_FIX)
    bound.at.world.play_the_reviewer()
    run = bound.killed(*START, step="probe_production")
    shutil.rmtree(bound.clone)
    done = bound.run("status", "--json", cwd=bound.elsewhere)
    assert json.loads(done.stdout)["run"] == run
    done = bound.run("rollback", run, "--yes", "--json", cwd=bound.elsewhere)
    over = {
        event["step"]
        for event in map(json.loads, done.stdout.splitlines())
        if event["type"] == "step_done"
    }
    assert {"restore_the_recorded_set", "watch_the_restoration"} <= over, said(done)
    done = bound.run("abort", run, "--yes", cwd=bound.elsewhere)
    assert "Traceback" not in said(done)
    assert bound.at.world.kubernetes.lock_holder() == ""
