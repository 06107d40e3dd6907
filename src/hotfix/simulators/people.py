"""The people of the drill: a reviewer who approves, and an engineer who writes the fix."""

from functools import partial
from pathlib import Path

from hotfix.simulators.git_origin import git_in
from hotfix.simulators.github import GithubService
from hotfix.simulators.played_fix import PlayedFix
from hotfix.simulators.timeline import Timeline, WorldTimings

_LOOK_SECONDS = 5.0


class PlayedReviewer:
    """Approves what they are asked about, after a while; new commits get a new look.

    Args:
        github: where reviews are asked for and given.
        timeline: the world's time.
        timings: how long a review takes.
        login: who they are.
    """

    def __init__(
        self, github: GithubService, timeline: Timeline, timings: WorldTimings, login: str
    ) -> None:
        self._github = github
        self._timeline = timeline
        self._seconds = timings.review
        self._login = login
        self._reading: set[int] = set()

    def start_work(self) -> None:
        """Look into the queue from now on."""
        self._timeline.after(_LOOK_SECONDS, self._look, f"{self._login} looks into the queue")

    def _look(self) -> None:
        for number in self._awaiting():
            if number not in self._reading:
                self._reading.add(number)
                name = f"{self._login} reviews {number}"
                self._timeline.after(self._seconds, partial(self._approve, number), name)
        self.start_work()

    def _awaiting(self) -> list[int]:
        """Return the open pull requests they were asked about and whose head they have not seen."""
        hosted = self._github.hosted
        given = {(each.number, each.login, each.sha) for each in hosted.reviews}
        asked = {each.number for each in hosted.reviews if each.login == self._login}
        return [
            pull.number
            for pull in hosted.pulls.values()
            if pull.issue.is_open
            and (pull.number in asked or self._login in pull.requested_reviewers)
            and (pull.number, self._login, pull.head_sha) not in given
        ]

    def _approve(self, number: int) -> None:
        self._reading.discard(number)
        if number in self._awaiting():
            self._github.review(number, self._login, "APPROVED", "Looks right.")
            self._github.on_approved(number)


def push_a_commit(clone: Path, path: str, text: str, message: str) -> str:
    """Commit a file on the branch that is checked out in ``clone``, and push; returns the SHA."""
    file = clone / path
    file.write_text(text, encoding="utf-8")
    git_in(clone, "add", "--", path)
    git_in(clone, "commit", "--quiet", f"--message={message}")
    git_in(clone, "push", "--quiet", "origin", "HEAD")
    return git_in(clone, "rev-parse", "HEAD")


class PlayedEngineer:
    """Writes and commits the fix in the clone, once the hotfix branch is checked out there.

    Args:
        clone: the work tree.
        timeline: the world's time.
        timings: how long writing the fix takes.
        fix: what they write.
    """

    def __init__(
        self, clone: Path, timeline: Timeline, timings: WorldTimings, fix: PlayedFix
    ) -> None:
        self._clone = clone
        self._timeline = timeline
        self._seconds = timings.fix
        self._fix = fix

    def start_work(self) -> None:
        """Wait for the branch from now on."""
        self._timeline.after(_LOOK_SECONDS, self._look, "the engineer waits for the branch")

    def _look(self) -> None:
        if git_in(self._clone, "symbolic-ref", "--short", "HEAD").startswith("hotfix/"):
            self._timeline.after(self._seconds, self._write, "the engineer writes the fix")
        else:
            self.start_work()

    def _write(self) -> None:
        self._fix.write(self._clone)
        git_in(self._clone, "add", "--all")
        git_in(self._clone, "commit", "--quiet", f"--message={self._fix.message}")
