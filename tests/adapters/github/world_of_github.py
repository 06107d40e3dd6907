"""A GitHub with a real origin, small enough for one test."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.memory_clock import MemoryClock

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.simulators.git_origin import GitOrigin, git_environ
from hotfix.simulators.github import GithubService
from hotfix.simulators.server import Received
from hotfix.simulators.timeline import Timeline, WorldTimings

REPOSITORY = "webrana/webrana"
BRANCH, TARGET = "hotfix/checkout-returns-500", "hotfix/production"
TOKEN = "ghp_dana"
WORLD = WorldTimings()


@dataclass
class World:
    service: GithubService
    origin: GitOrigin
    clock: MemoryClock
    received: Received
    client: GithubClient
    folder: Path

    @property
    def pulls(self):
        return GithubPullRequests(self.client, REPOSITORY)

    @property
    def runs(self):
        return GithubWorkflowRuns(self.client, REPOSITORY, "deploy.yml")

    @property
    def issues(self):
        return GithubIssues(self.client, REPOSITORY)

    def git(self, *words):
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words],
            env=git_environ(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, branch, path="app.py", text="fixed\n", start="origin/main"):
        """Commit one file on ``branch``, which starts at ``start`` if it is new, and push it."""
        if branch not in self.git("branch", "--format=%(refname:short)").splitlines():
            self.git("checkout", "--quiet", "-b", branch, start)
        self.git("checkout", "--quiet", branch)
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", f"Change {path}")
        self.git("push", "--quiet", "origin", branch)
        return self.git("rev-parse", "HEAD")

    def opened(self, base=TARGET):
        """Push a fix and open its pull request."""
        self.commit(BRANCH)
        return self.pulls.open("[HOTFIX] checkout returns 500", "Body", BRANCH, base)

    def writes(self, method):
        return [it for it in self.received.all("github", writes=True) if it.method == method]

    def pass_time(self, seconds):
        self.clock.wait(seconds)


def make_world(template, folder, service_class=GithubService, timings=WORLD):
    """Make a world in ``folder`` from what ``make_template`` left in ``template``."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    origin = GitOrigin(folder / "origin.git")
    clock, received = MemoryClock(), Received()
    service = service_class(
        Timeline(clock),
        received,
        origin,
        timings,
        accounts={TOKEN: "dana", "ghp_rena": "rena", "ghp_guest": "guest"},
        permissions={"guest": "read"},
    )
    service.start()
    client = GithubClient(TOKEN, service.url, timeout_seconds=5)
    return World(service, origin, clock, received, client, folder / "clone")


def make_template(template):
    """Make an origin and a clone beside it; the clone finds it by a relative path."""
    GitOrigin.create(template / "origin.git")
    folder = template / "clone"

    def git(*words):
        subprocess.run(
            ["git", "-C", str(folder), *words], env=git_environ(), capture_output=True, check=True
        )

    folder.mkdir()
    git("init", "--quiet", "--initial-branch=main")
    git("config", "user.name", "Dana")
    git("config", "user.email", "dana@webrana.example")
    git("remote", "add", "origin", "../origin.git")
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / ".github" / "workflows" / "deploy.yml").write_text("on: push\n")
    (folder / "app.py").write_text("broken\n")
    git("add", "--all")
    git("commit", "--quiet", "-m", "First")
    git("push", "--quiet", "origin", "main", f"main:{TARGET}")
    git("fetch", "--quiet")
