"""The people of the drill: a reviewer who approves, and an engineer who writes the fix."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from hotfix.simulators.git_origin import git_in
from hotfix.simulators.github import GithubService
from hotfix.simulators.played_fix import PlayedFix
from hotfix.simulators.timeline import Timeline, WorldTimings

_LOOK_SECONDS = 5.0


@dataclass
class PlayedReviewer:
    """Approves what they are asked about, after a while; new commits get a new look."""

    github: GithubService
    timeline: Timeline
    timings: WorldTimings
    login: str
    _reading: set[int] = field(default_factory=set)

    def start_work(self) -> None:
        """Look into the queue from now on."""
        self.timeline.after(_LOOK_SECONDS, self._look, f"{self.login} looks into the queue")

    def _look(self) -> None:
        for number in self._awaiting():
            if number not in self._reading:
                self._reading.add(number)
                name = f"{self.login} reviews {number}"
                self.timeline.after(self.timings.review, partial(self._approve, number), name)
        self.start_work()

    def _awaiting(self) -> list[int]:
        """Return the open pull requests they were asked about and whose head they have not seen."""
        hosted = self.github.hosted
        given = {(each.number, each.login, each.sha) for each in hosted.reviews}
        asked = {each.number for each in hosted.reviews if each.login == self.login}
        return [
            pull.number
            for pull in hosted.pulls.values()
            if pull.issue.is_open
            and (pull.number in asked or self.login in pull.requested_reviewers)
            and (pull.number, self.login, pull.head_sha) not in given
        ]

    def _approve(self, number: int) -> None:
        self._reading.discard(number)
        if number in self._awaiting():
            self.github.review(number, self.login, "APPROVED", "Looks right.")
            self.github.on_approved(number)


def push_a_commit(clone: Path, path: str, text: str, message: str) -> str:
    """Commit a file on the branch that is checked out in ``clone``, and push; returns the SHA."""
    file = clone / path
    file.write_text(text, encoding="utf-8")
    git_in(clone, "add", "--", path)
    git_in(clone, "commit", "--quiet", f"--message={message}")
    git_in(clone, "push", "--quiet", "origin", "HEAD")
    return git_in(clone, "rev-parse", "HEAD")


@dataclass
class PlayedEngineer:
    """Writes and commits the fix in the clone, once the hotfix branch is checked out there."""

    clone: Path
    timeline: Timeline
    timings: WorldTimings
    fix: PlayedFix

    def start_work(self) -> None:
        """Wait for the branch from now on."""
        self.timeline.after(_LOOK_SECONDS, self._look, "the engineer waits for the branch")

    def _look(self) -> None:
        if git_in(self.clone, "symbolic-ref", "--short", "HEAD").startswith("hotfix/"):
            self.timeline.after(self.timings.fix, self._write, "the engineer writes the fix")
        else:
            self.start_work()

    def _write(self) -> None:
        self.fix.write(self.clone)
        git_in(self.clone, "add", "--all")
        git_in(self.clone, "commit", "--quiet", f"--message={self.fix.message}")
