"""Every write that a hotfix makes on GitHub, by the real steps, the real engine and real git."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET, TOKEN, World
from tests.adapters.github.world_of_github import make_world as github_world
from tests.engine.small_plan import MemoryJournal, ports
from tests.faults.faulty_proxy import Fault, FaultyProxy, Request
from tests.faults.smart_http import SmartHttp

from hotfix.adapters.git.repository import GitRepository
from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.domain.facts import Facts
from hotfix.domain.incident import Category, Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.progress import Progress, RunState, fold
from hotfix.domain.question import Answer
from hotfix.domain.review_ladder import ReviewLadder
from hotfix.domain.step import Phase, Plan
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.ports.bundle import Ports
from hotfix.steps.await_approval import AwaitApproval
from hotfix.steps.await_checks import AwaitChecks
from hotfix.steps.bring_back_to_base import BringBackToBase
from hotfix.steps.close_pull_request import ClosePullRequest
from hotfix.steps.cut_branch import CutBranch
from hotfix.steps.ensure_target_branch import EnsureTargetBranch
from hotfix.steps.label_pull_request import LabelPullRequest
from hotfix.steps.merge_the_fix import MergeTheFix
from hotfix.steps.open_follow_up import OpenFollowUp
from hotfix.steps.open_pull_request import OpenPullRequest
from hotfix.steps.publish_branch import PublishBranch
from hotfix.steps.request_review import RequestReview
from hotfix.steps.update_base import UpdateBase

# The columns of the table, in the order of the walk.
WRITES = (
    "push the branch",
    "push the fix",
    "create the target branch",
    "open the pull request",
    "create a label",
    "create another label",
    "label it",
    "request the review",
    "comment",
    "merge",
    "open the follow-up",
    "open the bring-back",
    "close it",
)
_MOST_STARTS = 40
_INCIDENT = Incident("checkout returns 500", Category.API_ERRORS)


def name_of(request: Request) -> str:
    """Return which write of the walk a request is, or an empty text for a read."""
    path = request.target.removeprefix(f"/repos/{REPOSITORY}")
    if path.endswith("/git-receive-pack"):
        # The first line of a push: the old commit of the branch, which is zeros for a new one.
        return WRITES[0] if request.body[4:44] == b"0" * 40 else WRITES[1]
    if request.method == "GET" or "git-upload-pack" in path or path == "/graphql":
        return ""
    body: Any = json.loads(request.body or b"{}")
    if path == "/pulls":
        return "open the pull request" if body["base"] == TARGET else "open the bring-back"
    if path == "/labels":
        return "create a label" if body["name"] == "hotfix" else "create another label"
    if request.method == "PATCH":
        return "close it"
    return {
        "refs": "create the target branch",
        "labels": "label it",
        "requested_reviewers": "request the review",
        "comments": "comment",
        "merge": "merge",
        "issues": "open the follow-up",
    }[path.rpartition("/")[2]]


@dataclass(frozen=True)
class Does:
    """What a person does meanwhile, or what no step of the walk does yet."""

    name: str
    deed: Any

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        return self.deed(facts, ports) or Done(self.name)


@dataclass
class Walk:
    """One walk with one fault, and what became of it."""

    github: World
    proxies: tuple[FaultyProxy, FaultyProxy]
    ports: Ports
    journal: MemoryJournal
    plan: Plan[Ports]
    failed: list[str] = field(default_factory=list)

    @property
    def progress(self) -> Progress:
        return fold(self.journal.events())

    def go(self) -> RunState:
        """Walk to the end, as an operator does who resumes after each failure."""
        record.begin(self.journal, _INCIDENT, self.plan, {})
        for _ in range(_MOST_STARTS):
            for _event in run(self.plan, self.ports, self.journal):
                pass
            progress = self.progress
            if progress.state.is_over:
                break
            if progress.pending is not None:
                choice = progress.pending.by_yes
                list(record.decide(self.journal, progress, self.plan, Answer(choice)))
            else:
                self.failed.append(progress.step)
                record.resume(self.journal)
        return self.progress.state

    @property
    def came(self) -> Counter[str]:
        """How often each write was sent."""
        return self.proxies[0].came + self.proxies[1].came

    @property
    def done(self) -> Counter[str]:
        """How often the world did what each write asks for."""
        return self.proxies[0].done + self.proxies[1].done


@contextmanager
def walk(template: Path, folder: Path, fault: Fault | None) -> Iterator[Walk]:
    """Make a GitHub and a clone, with ``fault`` between them and us."""
    github = github_world(template, folder)
    with ExitStack() as ends:
        ends.callback(github.service.stop)
        ends.callback(github.client.close)
        smart_http = SmartHttp(folder)
        ends.callback(smart_http.stop)
        github.git("-C", str(github.origin.path), "config", "http.receivepack", "true")
        api = FaultyProxy(github.service.port, name_of, fault)
        ends.callback(api.stop)
        git = FaultyProxy(smart_http.port, name_of, fault)
        ends.callback(git.stop)
        github.git("remote", "set-url", "origin", f"{git.url}/origin.git")
        github.origin.delete_branch(TARGET)
        github.service.notice_pushes()
        seconds = 1 if fault is not None and fault.hangs else 10
        client = GithubClient(TOKEN, api.url, timeout_seconds=seconds)
        ends.callback(client.close)
        github.client.close()
        yield Walk(
            github,
            (api, git),
            replace(
                ports(github.clock),
                repository=GitRepository.at(
                    github.folder, remote="origin", network_timeout_seconds=max(3.0, float(seconds))
                ),
                pull_requests=GithubPullRequests(client, REPOSITORY),
                tickets=GithubIssues(client, REPOSITORY),
            ),
            MemoryJournal(github.clock),
            _plan(github),
        )


def _plan(github: World) -> Plan[Ports]:
    def write_the_fix(facts: Facts, ports: Ports) -> None:
        (github.folder / "app.py").write_text("fixed\n")
        ports.repository.commit_all(facts.text("branch"), "Fix the checkout")

    def approve(facts: Facts, _ports: Ports) -> None:
        github.service.review(facts.number("pull_request_number"), "rena")

    def comment(facts: Facts, ports: Ports) -> None:
        ports.pull_requests.comment(facts.number("pull_request_number"), "Going out now.")

    def close(facts: Facts, ports: Ports) -> Outcome:
        number = int(facts.text("bring_back_url").rpartition("/")[2])
        known: JsonObject = {"pull_request_number": number, "pull_request_url": "the bring-back"}
        return ClosePullRequest(wanted=True).run(Facts(known), ports)

    ladder = ReviewLadder("rena")
    steps: tuple[Any, ...] = (
        UpdateBase("main"),
        CutBranch(BRANCH, beside=False),
        PublishBranch(),
        Does("write_the_fix", write_the_fix),
        PublishBranch("push_the_fix"),
        EnsureTargetBranch(TARGET),
        OpenPullRequest(_INCIDENT, TARGET),
        LabelPullRequest(("hotfix", "urgent")),
        RequestReview(ladder),
        Does("comment", comment),
        Does("approve", approve),
        AwaitChecks(TARGET, ladder),
        AwaitApproval(1, ladder),
        MergeTheFix(_INCIDENT, TARGET, "squash"),
        OpenFollowUp(_INCIDENT, is_asked_for=True),
        BringBackToBase(_INCIDENT, "main", TARGET),
        Does("close_it", close),
    )
    phase = Phase("walk", None, steps, patience_seconds=120.0)
    return Plan(name="hotfix", ends_as=RunState.DONE, phases=(phase,))
