"""The check of the drill's pull requests: the storefront's own tests, run on the commit."""

import sys
from dataclasses import dataclass
from pathlib import Path

from hotfix.processes.running import run
from hotfix.simulators.git_origin import GitOrigin
from hotfix.simulators.github import ChecksFailedError
from hotfix.simulators.webrana import PARTS

_SUITE_SECONDS = 60.0
_WORDS = [sys.executable, "-m", "unittest", "--quiet"]


@dataclass(frozen=True)
class PlayedChecks:
    """Checks commits of ``origin`` in ``folder``."""

    origin: GitOrigin
    folder: Path

    def pass_for(self, sha: str) -> bool:
        """Return that the tests of a commit pass.

        Raises:
            ChecksFailedError: they do not; with what the tests printed.
        """
        folder = self.folder / sha
        self.origin.check_out(sha, folder)
        for part in PARTS:
            done = run(_WORDS, _SUITE_SECONDS, folder=folder / part, as_one=True)
            if done.code != 0:
                printed = done.output.decode("utf-8", "replace").rstrip()
                raise ChecksFailedError(
                    f"##[group]Run the tests of {part}\n{printed}\n##[endgroup]"
                )
        return True
