"""``hotfix drill --scenario locked``: a colleague is faster."""

import os
import subprocess

from tests.stories.commands import HOTFIX


def test_the_drill_shows_the_colleague_and_ends_well(tmp_path):
    done = subprocess.run(
        [HOTFIX, "drill", "--auto", "--scenario", "locked"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "noor is working on another hotfix" in done.stdout
    assert "hotfix takeover hf-20260312-0258-login-fails-m4tt" in done.stdout
