"""Stories: somebody else was faster, and what is advised where the fix conflicts is done.

It is said as soon as GitHub knows it: the checks and the approval of what cannot be merged are not
waited for. What comes between the last look and the merge, GitHub refuses.
"""

import os
import re
import subprocess

import pytest
from tests.adapters.git.clones import cloned, commit, git
from tests.snapshots import snapshot
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.fold import fold
from hotfix.domain.status import status
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.view.open_run_lines import open_run_lines
from hotfix.view.status_lines import status_lines

TARGET, CODE = "hotfix/production", "backend/shop/checkout.py"


SAID = {
    "await_checks": "Pull request 2 conflicts with hotfix/production.",
    "await_approval": "Pull request 2 conflicts with hotfix/production.",
    "merge_the_fix": "GitHub refused the merge: it conflicts with what was merged meanwhile.",
}
PHASES = {"await_checks": "review", "await_approval": "review", "merge_the_fix": "deploy"}


@pytest.fixture(scope="module", params=SAID)
def story(tmp_path_factory, request):
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["at"] = request.param
        on.leave_open(at=request.param)
        _somebody_is_faster(on)
        on.seen["code"] = on.resume()
        on.seen["progress"] = fold(on.session.runs.events(on.run))
        on.seen["advice"] = on.seen["progress"].problem.next_command
        yield on


def _somebody_is_faster(on):
    theirs = cloned(on.world.origin.path, on.world.clone.parent / "theirs")
    git(theirs, "switch", "--quiet", TARGET)
    file = theirs / CODE
    file.write_text("".join(f"{line}  # seen\n" for line in file.read_text().splitlines()))
    commit(theirs, "Say who has seen it")
    git(theirs, "push", "--quiet", "origin", TARGET)


def test_it_is_said_at_the_next_look_and_nothing_is_unknown(story):
    assert story.seen["code"] == exit_codes.FAILED, story.screen.getvalue()
    progress = story.seen["progress"]
    assert progress.problem.what == SAID[story.seen["at"]]
    seen = snapshot(dict(status(progress)), story.world.clock.now())
    assert seen["merge"] == "not merged"
    lines = status_lines(seen)
    assert not any("not known" in line for line in lines)
    phase = PHASES[story.seen["at"]]
    assert any(re.match(rf"  {phase} .* stands still$", line) for line in lines)
    assert f"failed, {phase}" in lines
    assert any("Nothing of it is merged" in line for line in open_run_lines(progress))


def test_what_is_advised_mends_it_and_the_run_goes_on_to_its_end(story):
    clone, parts = story.world.clone, story.seen["advice"].split("; ")
    bring, publish = (
        found[0] for each in parts if (found := re.findall(r"git -C .*?(?= \(|$)", each))
    )
    assert typed(bring) != 0
    git(clone, "checkout", "--quiet", "--ours", CODE)
    assert typed(publish) == 0
    assert story.resume() == exit_codes.DONE, story.screen.getvalue()
    lines = story.lines
    assert any("pushed" in line and line.startswith("↶") for line in lines)
    assert story.checkout().startswith("200")


def typed(command):
    environ = {**os.environ, "GIT_EDITOR": "true"}
    return subprocess.run(["sh", "-c", command], check=False, env=environ).returncode
