"""What the cluster bench measures on: deployments, and the commands that roll them back."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contracts.worlds import STRATEGIC, image, manifest
from tests.real_cluster.control_plane import RealCluster
from tests.real_cluster.pod_reports import Conduct

Json = dict[str, Any]

GOOD, BAD = "a1" * 20, "b2" * 20
HOTFIX = str(Path(sys.executable).with_name("hotfix"))
ROLLED_BACK = 7
_REVISION = "deployment.kubernetes.io/revision"
_PATIENCE_SECONDS = 180.0
_LONGEST_COMMAND_SECONDS = 300.0


@dataclass(frozen=True)
class Spoken:
    """A line that a command printed, and when: ``time.monotonic``."""

    at: float
    text: str


@dataclass(frozen=True)
class Ran:
    """A command that ran: seconds until the patches were accepted, and until it ended."""

    accepted: float
    whole: float


@dataclass
class Stage:
    """``size`` deployments in a namespace of their own.

    Args:
        cluster: the API server.
        kubectl: the path of kubectl.
        folder: an empty one, for configuration and state.
        size: how many deployments.
        url: the API server's address for the commands; a proxy's for one that is far away.
        replicas: of each deployment.
    """

    cluster: RealCluster
    kubectl: str
    folder: Path
    size: int
    url: str
    replicas: int = 2
    good_revision: int = 0
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """The namespace."""
        return f"bench-{self.folder.name}"

    @property
    def names(self) -> list[str]:
        """The deployments."""
        return [f"web-{number:03}" for number in range(self.size)]

    @property
    def deployments(self) -> str:
        """The path of the deployments."""
        return f"/apis/apps/v1/namespaces/{self.namespace}/deployments"

    def set_up(self) -> None:
        """Create everything, with the good revision and after it the bad one."""
        self.folder.mkdir(parents=True)
        space = {"metadata": {"name": self.namespace}}
        self.cluster.ask("POST", "/api/v1/namespaces", space)
        for name in self.names:
            self.cluster.ask("POST", self.deployments, manifest(name, self.replicas, GOOD))
        kubeconfig = self.cluster.kubeconfig(
            self.folder / "kubeconfig", self.namespace, url=self.url
        )
        names = ", ".join(f'"{name}"' for name in self.names)
        (self.folder / "hotfix.toml").write_text(
            # Nobody listens there: the bench speaks to the cluster alone.
            '[github]\nrepository = "webrana/webrana"\nworkflow = ""\n'
            'api_url = "http://127.0.0.1:9"\n\n'
            f'[kubernetes]\nnamespace = "{self.namespace}"\ndeployments = [{names}]\n'
        )
        self.environ = {
            **{key: value for key, value in os.environ.items() if not key.startswith("HOTFIX_")},
            # Whoever has installed it has it compiled.
            "PYTHONDONTWRITEBYTECODE": "",
            "HOME": str(self.folder),
            "KUBECONFIG": str(kubeconfig),
            "HOTFIX_STATE_DIR": str(self.folder / "state"),
            "GH_TOKEN": "of-the-bench",
        }
        self.run(["git", "init", "--quiet"])
        self.until_complete()
        # kubectl keeps what it discovers for some hours: it is not measured without that.
        self.run([self.kubectl, "get", "deployments", "--output", "name"])
        self.break_it()

    def tear_down(self) -> None:
        """Delete the deployments, so that their pods burden nobody after."""
        self.cluster.ask("DELETE", self.deployments)

    def break_it(self, conduct: Conduct | None = None) -> None:
        """Let the good revision be followed by a bad one that runs."""
        self.to_the_good_one()
        self.set_image(BAD, conduct)
        if conduct is None:
            self.until_complete()

    def to_the_good_one(self) -> None:
        """Let the good version run, and note its revision."""
        self.until_complete()
        if not self.is_good():
            self.set_image(GOOD)
            self.until_complete()
        self.good_revision = self.revision()

    def set_image(self, sha: str, conduct: Conduct | None = None) -> None:
        """Deploy another version everywhere."""
        for name in self.names:
            container = {"name": "web", "image": image(name, sha, conduct)}
            patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
            status, _ = self.cluster.ask("PATCH", f"{self.deployments}/{name}", patch, STRATEGIC)
            if status != 200:  # noqa: PLR2004 - HTTP
                raise RuntimeError(f"deployment {name} was not patched: {status}")

    def revision(self) -> int:
        """Return the present revision, which all deployments share."""
        found = {each["metadata"]["annotations"][_REVISION] for each in self.found()}
        if len(found) != 1:
            raise RuntimeError(f"the deployments are at different revisions: {sorted(found)}")
        return int(found.pop())

    def found(self) -> list[Json]:
        """Return the deployments."""
        items: list[Json] = self.cluster.ask("GET", self.deployments)[1]["items"]
        return items

    def is_good(self) -> bool:
        """Tell whether every deployment is set to the good version."""
        images = [
            each["spec"]["template"]["spec"]["containers"][0]["image"] for each in self.found()
        ]
        return all(each.endswith(GOOD) for each in images)

    def until_complete(self) -> None:
        """Wait until every rollout is over."""
        self.until(lambda: all(map(is_complete, self.found())), "all rollouts complete")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while not holds():
            if time.monotonic() > end:
                raise RuntimeError(f"not within {_PATIENCE_SECONDS:g} s: {what}")
            time.sleep(0.1)

    def hotfix(self) -> list[str]:
        """Return the command that goes back to the good revision."""
        return self.hotfix_to(self.good_revision)

    def hotfix_to(self, revision: int) -> list[str]:
        """Return the command that goes to a revision."""
        return [HOTFIX, "rollback", "--to-revision", str(revision), "--yes", "--json"]

    def undo(self, *names: str) -> list[str]:
        """Return the command that undoes the last rollout of each of ``names``."""
        return [self.kubectl, "rollout", "undo", *(f"deployment/{name}" for name in names)]

    def start(self, command: Sequence[str]) -> "subprocess.Popen[str]":
        """Start a command as an operator would."""
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, command: Sequence[str], stdin: str | None = None) -> float:
        """Run a command to its end; returns the seconds it took."""
        started = time.monotonic()
        subprocess.run(
            command,
            cwd=self.folder,
            env=self.environ,
            input=stdin or "",
            text=True,
            check=True,
            capture_output=True,
            timeout=_LONGEST_COMMAND_SECONDS,
        )
        return time.monotonic() - started

    def roll_back_by_hotfix(self) -> Ran:
        """Roll back and return the times; the end is when all is healthy again."""
        started = time.monotonic()
        spoken, code = listen(self.start(self.hotfix()))
        if code != ROLLED_BACK:
            raise RuntimeError(f"hotfix rollback ended with {code}:\n{spoken[-1].text}")
        accepted = when_done(spoken, "restore_the_recorded_set")
        return Ran(accepted - started, time.monotonic() - started)


def listen(process: "subprocess.Popen[str]") -> tuple[list[Spoken], int]:
    """Return what a command prints, with the times, and its exit code."""
    with process:
        output = process.stdout or ()
        spoken = [Spoken(time.monotonic(), line) for line in output]
    return spoken or [Spoken(time.monotonic(), "")], process.returncode


def when_done(spoken: Sequence[Spoken], step: str) -> float:
    """Return when a step was told as done."""
    for each in spoken:
        event = json.loads(each.text) if each.text.startswith("{") else {}
        if event.get("step") == step and event.get("type") == "step_done":
            return each.at
    raise RuntimeError(f"{step} was never done:\n{spoken[-1].text}")


def is_complete(deployment: Json) -> bool:
    """Tell whether the rollout of a deployment is over, as kubectl tells it."""
    status, wanted = deployment.get("status") or {}, deployment["spec"]["replicas"]
    counts = [status.get(key) for key in ("replicas", "updatedReplicas", "availableReplicas")]
    return (
        status.get("observedGeneration") == deployment["metadata"]["generation"]
        and counts == [wanted] * 3
    )
