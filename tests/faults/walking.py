"""A walk by the real steps, the real engine, the real client and real git, past one fault."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from tests.adapters.github.world_of_github import REPOSITORY, TOKEN, World
from tests.adapters.github.world_of_github import make_world as github_world
from tests.engine.small_plan import Crash, MemoryJournal, ports
from tests.faults.faulty_proxy import Fault, FaultyProxy, Request
from tests.faults.smart_http import SmartHttp

from hotfix.adapters.git.repository import GitRepository
from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.issues import GithubIssues
from hotfix.adapters.github.pull_requests import GithubPullRequests
from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
from hotfix.domain.fact import Declared
from hotfix.domain.facts import Facts
from hotfix.domain.fold import fold
from hotfix.domain.incident import Category, Incident
from hotfix.domain.outcome import Done, Outcome
from hotfix.domain.progress import Progress, RunState
from hotfix.domain.question import Answer
from hotfix.domain.run_settings import RunSettings
from hotfix.domain.step import Phase, Plan
from hotfix.engine import record
from hotfix.engine.run import run
from hotfix.ports.bundle import Ports
from hotfix.simulators.timeline import WorldTimings

INCIDENT = Incident("checkout returns 500", Category.API_ERRORS)
WORKFLOW = "deploy.yml"
_MOST_STARTS = 40


@dataclass(frozen=True)
class Does:
    """What a person or GitHub does meanwhile: a deed, which may report facts."""

    name: str
    deed: Callable[[Facts, Ports], Outcome | None]
    reads: ClassVar[Declared] = ()
    reports: ClassVar[Declared] = ()

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        return self.deed(facts, ports) or Done(self.name)


@dataclass(frozen=True)
class Route:
    """One way through the product, and the writes that it makes.

    Attributes:
        name: what the route is.
        writes: the columns of the table, in the order of the walk.
        name_of: which of them a request is; an empty text for a read.
        timings: of the world.
        prepare: makes what is there before the walk; what it returns is handed to ``steps``.
        steps: what is walked.
        ends_with: what is in the world afterwards, as ``seen`` words it.
        seen: looks at the world.
        answers: to questions that a yes does not answer, by key.
        mend: what a person does after a failure, as the problem says.
        stops_at: names of the steps at which a person resumes the run, by the fault's name.
    """

    name: str
    writes: tuple[str, ...]
    name_of: Callable[[Request], str]
    timings: WorldTimings
    prepare: Callable[[World], Any]
    steps: Callable[[World, Any], tuple[Any, ...]]
    ends_with: tuple[object, ...]
    seen: Callable[[World], tuple[object, ...]]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    mend: Callable[["Walk"], None] = lambda _walk: None
    stops_at: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class Walk:
    """One walk with one fault, and what became of it."""

    github: World
    proxies: tuple[FaultyProxy, FaultyProxy]
    ports: Ports
    journal: MemoryJournal
    plan: Plan[Ports]
    route: Route
    failed: list[str] = field(default_factory=list)

    @property
    def progress(self) -> Progress:
        return fold(self.journal.events())

    def go(self) -> RunState:
        """Walk to the end, as an operator does who resumes after each failure and each crash."""
        record.begin(self.journal, INCIDENT, self.plan, RunSettings())
        for _ in range(_MOST_STARTS):
            with suppress(Crash):
                for _event in run(self.plan, self.ports, self.journal):
                    pass
            progress = self.progress
            if progress.state.is_over:
                break
            if progress.pending is not None:
                asked = progress.pending
                answer = self.route.answers.get(asked.key, Answer(asked.by_yes))
                list(record.decide(self.journal, progress, self.plan, answer))
            else:
                self.failed.append(progress.step)
                self.route.mend(self)
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
def walk(route: Route, template: Path, folder: Path, fault: Fault | None) -> Iterator[Walk]:
    """Make a GitHub and a clone, with ``fault`` between them and us."""
    github = github_world(template, folder, timings=route.timings)
    with ExitStack() as ends:
        ends.callback(github.service.stop)
        ends.callback(github.client.close)
        prepared = route.prepare(github)
        smart_http = SmartHttp(folder)
        ends.callback(smart_http.stop)
        github.git("-C", str(github.origin.path), "config", "http.receivepack", "true")
        api = FaultyProxy(github.service.port, route.name_of, fault)
        ends.callback(api.stop)
        git = FaultyProxy(smart_http.port, route.name_of, fault)
        ends.callback(git.stop)
        github.git("remote", "set-url", "origin", f"{git.url}/origin.git")
        seconds = 1 if fault is not None and fault.hangs else 10
        client = GithubClient(TOKEN, api.url, timeout_seconds=seconds)
        ends.callback(client.close)
        phase = Phase("walk", None, route.steps(github, prepared), patience_seconds=120.0)
        yield Walk(
            github,
            (api, git),
            replace(
                ports(github.clock),
                repository=GitRepository.at(
                    github.folder, remote="origin", network_timeout_seconds=max(3.0, float(seconds))
                ),
                pull_requests=GithubPullRequests(client, REPOSITORY),
                workflow_runs=GithubWorkflowRuns(client, REPOSITORY, WORKFLOW, github.clock.now),
                tickets=GithubIssues(client, REPOSITORY),
            ),
            MemoryJournal(github.clock),
            Plan(name="hotfix", ends_as=RunState.DONE, phases=(phase,)),
            route,
        )


def is_read(request: Request) -> bool:
    """Tell whether a request changes nothing; GraphQL's reads are told by their document."""
    if request.target.endswith("/graphql"):
        return b"mutation(" not in request.body
    return request.method == "GET" or "git-upload-pack" in request.target


def pulls_of(github: World) -> tuple[tuple[object, ...], ...]:
    """Return the pull requests: branches, labels, who is asked, and how they stand."""
    return tuple(
        (
            pull.head,
            pull.base,
            tuple(pull.issue.labels),
            tuple(pull.requested_reviewers),
            "merged" if pull.merged_at else "open" if pull.issue.is_open else "closed",
        )
        for pull in github.service.hosted.pulls.values()
    )
