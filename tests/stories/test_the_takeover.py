"""A laptop dies in the review phase; a colleague goes on from another one. Real processes."""

import json
import os
import signal
import subprocess

import pytest
from tests.stories.commands import HOTFIX, START, commands

from hotfix.simulators.played_fix import GOOD_FIX


class Noor:
    """The colleague: a clone and a state directory of her own."""

    def __init__(self, at):
        self.at = at
        self.clone = at.world.folder / "noor" / "webrana"
        git("clone", "--quiet", str(at.world.origin.path), str(self.clone))
        for key, value in (("user.name", "Noor"), ("user.email", "noor@webrana.example")):
            git("-C", str(self.clone), "config", key, value)
        state = str(at.world.folder / "noor" / "state")
        self.environ = {"HOTFIX_STATE_DIR": state, "HOTFIX_OPERATOR": "noor"}

    def run(self, *words):
        return self.at.run(*words, cwd=self.clone, **self.environ)

    def begin(self, *words):
        return begun(self.clone, {**self.at.environ, **self.environ}, *words)


def begun(clone, environ, *words):
    return subprocess.Popen(
        [HOTFIX, *words],
        cwd=clone,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def git(*words):
    subprocess.run(["git", *words], check=True, capture_output=True, timeout=20)


def awaits_approval(event):
    return event["type"] == "step_waiting" and event["step"] == "await_approval"


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Dana's process is killed in the review phase; Noor takes over; Dana comes back."""
    with commands(tmp_path_factory.mktemp("story") / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        assert at.killed(*START, when=awaits_approval)
        noor = Noor(at)
        at.seen["team"] = json.loads(noor.run("status", "--team", "--json").stdout)
        at.seen["team_in_words"] = noor.run("status", "--team").stdout
        at.seen["lock"] = json.loads(noor.run("lock", "--json").stdout)
        at.seen["unsure"] = noor.run("takeover", "checkout")
        at.world.play_the_reviewer()
        at.seen["takeover"] = noor.run("takeover", "checkout", "--yes", "--json")
        at.seen["dana"] = [at.run("resume", "--yes") for _ in range(2)]
        at.seen["dana_rolls_back"] = at.run("rollback", "--yes")
        at.seen["status"] = at.json("status", "--json")
        at.seen["after"] = json.loads(noor.run("status", "--team", "--json").stdout)
        at.seen["noor"] = noor
        elsewhere = str(at.world.folder / "a third laptop")
        at.seen["third"] = noor.at.run(
            "rollback", "--dry-run", "--json", cwd=noor.clone, HOTFIX_STATE_DIR=elsewhere
        )
        yield at


def test_the_team_sees_the_run_and_who_holds_the_lock(story):
    (run,) = story.seen["team"]["runs"]
    assert (run["operator"], run["phase"], run["holds_lock"]) == ("dana", "review", True)
    assert story.seen["lock"]["run"] == run["run"] == story.seen["team"]["lock"]["run"]
    assert story.seen["lock"]["operator"] == "dana"
    assert f"* {run['run']}  checkout returns 500" in story.seen["team_in_words"]
    # On this machine there is nothing to resume.
    assert "hotfix resume" not in story.seen["team_in_words"]


def test_a_hotfix_that_may_be_alive_is_not_taken_without_a_yes(story):
    assert story.seen["unsure"].returncode == 2
    assert "dana may still be working on it" in story.seen["unsure"].stderr


def test_the_colleague_brings_it_to_its_end(story):
    done = story.seen["takeover"]
    assert done.returncode == 0, done.stdout[-600:] + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["type"] == "run_resumed"
    assert events[0]["data"]["taken_over_from"] == "dana"
    assert events[0]["operator"] == "noor"
    assert events[-1]["type"] in {"run_finished", "told"}


def test_one_pull_request_one_merge_one_message(story):
    pulls = story.world.github.hosted.pulls.values()
    assert [pull.base for pull in pulls] == ["hotfix/production", "main"]
    merges = [each for each in story.world.received.all("github") if each.path.endswith("/merge")]
    assert [each.status for each in merges if each.method == "PUT"] == [200]
    assert len(story.world.slack.parents) == 1
    assert story.world.kubernetes.lock_holder() == ""


def test_the_colleagues_record_is_the_whole_one_with_both_operators(story):
    noor = story.seen["noor"]
    (entry,) = json.loads(noor.run("log", "--json").stdout)
    assert (entry["outcome"], entry["deployer"]) == ("deployed", "noor")
    (journal,) = (story.world.folder / "noor" / "state" / "runs").glob("*/journal.jsonl")
    operators = [json.loads(line)["operator"] for line in journal.read_text().splitlines()]
    assert list(dict.fromkeys(operators)) == ["dana", "noor"]


def test_the_old_machine_does_not_go_on(story):
    for done in story.seen["dana"]:
        assert done.returncode == 6
        assert "noor took over this hotfix" in done.stderr
        assert "hotfix status --team" in done.stderr
    assert story.seen["dana_rolls_back"].returncode == 6
    assert story.seen["status"]["state"] == "taken-over"


def test_the_team_sees_how_it_ended(story):
    (run,) = story.seen["after"]["runs"]
    assert (run["operator"], run["state"], run["holds_lock"]) == ("noor", "done", False)
    assert story.seen["after"]["lock"] is None


def test_every_machine_tells_the_run_as_the_team_has_it(story):
    patient = {"HOTFIX_TEAM__WAIT": "60s"}
    # Dana's own journal ends where Noor took over.
    shown = story.run("show", "--json", **patient)
    told = json.loads(shown.stdout)
    assert (shown.returncode, told["state"], told["record"]["kept"]) == (0, "done", "cluster")
    assert "is told by the cluster's record, which noor on " in shown.stderr
    # A laptop that has never seen it.
    elsewhere = {"HOTFIX_STATE_DIR": str(story.world.folder / "a fourth laptop"), **patient}
    (entry,) = json.loads(story.run("log", "--json", **elsewhere).stdout)
    assert (entry["outcome"], entry["deployer"], entry["record"]) == ("deployed", "noor", "cluster")
    assert entry["host"]
    counted = json.loads(story.run("history", "--json", "--since=1h", **elsewhere).stdout)
    assert (counted["not_reached"], counted["not_readable"]) == (None, 0)
    listed = story.run("checklist", **elsewhere)
    assert listed.returncode == 0
    assert "is not on this machine: told by the cluster's record" in listed.stderr
    alone = story.run("log", "--json", "--local", **elsewhere)
    assert (alone.stdout, alone.stderr) == ("[]\n", "")


def test_in_the_fix_phase_a_colleague_goes_on_beside_work_of_their_own(tmp_path):
    with commands(tmp_path / "world") as at:
        at.world.play_the_reviewer()
        assert at.killed(*START, when=lambda event: event["step"] == "await_the_fix")
        noor = Noor(at)
        (noor.clone / "mine.txt").write_text("half a thought\n")
        refused = noor.run("takeover", "checkout", "--yes")
        assert refused.returncode == 1
        assert "uncommitted work" in refused.stderr
        assert json.loads(noor.run("lock", "--json").stdout)["operator"] == "dana"
        folder = noor.clone.with_name("webrana-checkout-returns-500")
        process = noor.begin("takeover", "checkout", "--yes", "--json", "--worktree")
        with process:
            for line in process.stdout:
                if json.loads(line)["type"] == "step_waiting":
                    break
            GOOD_FIX.write(folder)
            git("-C", str(folder), "commit", "--all", "--quiet", "-m", "Fix")
            process.stdout.read()
        assert process.returncode == 0
        assert (noor.clone / "mine.txt").read_text() == "half a thought\n"
        assert len([run for run in at.world.github.hosted.runs if run.event == "push"]) == 1
        assert at.run("resume").returncode == 6


def test_a_process_that_slept_through_a_takeover_stops_by_itself(tmp_path):
    with commands(tmp_path / "world") as at:
        at.world.play_the_engineer(GOOD_FIX)
        noor = Noor(at)
        with begun(at.world.clone, at.environ, *START) as dana:
            for line in dana.stdout or ():
                if awaits_approval(json.loads(line)):
                    break
            os.kill(dana.pid, signal.SIGSTOP)
            taken = at.world.kubernetes.lock_holder()
            at.world.kubernetes.hold_lock(taken, "noor")
            os.kill(dana.pid, signal.SIGCONT)
            rest = [json.loads(line) for line in dana.stdout or ()]
            assert dana.wait(30) == 6
        assert "lock_lost" in [event["type"] for event in rest]
        assert not at.world.slack.parents[0].text.count("took over")
        assert noor.run("lock").stdout.startswith("Held by noor on noor-laptop")


def test_a_laptop_that_walked_nothing_knows_the_way_back_from_the_cluster(story):
    told = json.loads(story.seen["third"].stdout)["deployments"]
    assert {each["name"] for each in told} == {"webrana-backend", "webrana-frontend"}
    assert all(each["images"] != each["to_images"] for each in told)
    assert all(each["revision"] > each["to_revision"] for each in told)
