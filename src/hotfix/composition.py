"""The only file that names real tools: from configuration to ports.

Each library is imported in the property that needs it, so that a command pays for what it uses.
"""

import shutil
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from hotfix.domain.event import Event
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.ports.bundle import Ports
from hotfix.ports.clock import Clock
from hotfix.ports.readiness import Finding, Need, Readiness

if TYPE_CHECKING:
    from hotfix.adapters.digest_command import DigestCommand
    from hotfix.adapters.git.repository import GitRepository
    from hotfix.adapters.github.client import GithubClient
    from hotfix.adapters.github.issues import GithubIssues
    from hotfix.adapters.github.pull_requests import GithubPullRequests
    from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
    from hotfix.adapters.journal_file import JournalFile
    from hotfix.adapters.kubernetes import KubernetesDeployments
    from hotfix.adapters.kubernetes.api.connection import Connection
    from hotfix.adapters.kubernetes.team.config_map_records import ConfigMapRecords
    from hotfix.adapters.local_suites import LocalSuites
    from hotfix.adapters.mailbox import Mailbox
    from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall
    from hotfix.adapters.prober import ProductionProber
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.adapters.statuspage_incidents import StatuspageIncidents
    from hotfix.config.model import Config, Kubernetes, Section
    from hotfix.ports.cluster import DeploymentRecord
    from hotfix.simulators.scenarios import Scenario
    from hotfix.simulators.world import World

# Where each service's secret is looked up; nothing else in the environment is secret to us.
SECRETS = (
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "SLACK_BOT_TOKEN",
    "STATUSPAGE_API_KEY",
    "PAGERDUTY_API_KEY",
)


def system_clock() -> Clock:
    """Return the clock of this machine."""
    from hotfix.adapters.system_clock import SystemClock

    return SystemClock()


def slug_of(text: str) -> str:
    """Return what is left of ``text`` for the name of a branch; may be empty."""
    from hotfix.adapters.slugs import slug

    return slug(text)


def clone_of(folder: Path) -> Path | None:
    """Return what identifies the clone around ``folder``, or None where there is none."""
    from hotfix.adapters.git.clone_identity import clone_of

    return clone_of(folder)


def drill_world(folder: Path, speed: float) -> "World":
    """Return the drill's world in an empty folder, in real time; it is not started yet.

    Raises:
        ProblemError: git is missing or too old for it.
    """
    from hotfix.simulators.git_origin import GitTooOldError
    from hotfix.simulators.world import World

    try:
        return World(folder, system_clock(), speed=speed)
    except GitTooOldError as error:
        raise ProblemError(
            Problem(
                ProblemCode.CONFIGURATION,
                what="The drill needs git 2.38 or newer.",
                why=f"{error}.",
                next_command="Install a newer git, then: hotfix drill",
            )
        ) from error


def scenarios() -> "dict[str, Scenario]":
    """Return what can happen in a drill, by name."""
    from hotfix.simulators.scenarios import SCENARIOS

    return SCENARIOS


@dataclass(frozen=True)
class EarlyCluster:
    """A cluster that is asked in the background while the command is still starting.

    Attributes:
        place: namespace, context and kubeconfig, as in ``hotfix.toml``.
        connection: to it.
    """

    place: tuple[str, str, str]
    connection: "Connection"


def ask_early(namespace: str, context: str, kubeconfig: str) -> EarlyCluster | None:
    """Ask the cluster for what a rollback begins with; returns at once.

    Nobody is asked where the client library would be imported for it: the command imports much of
    the same at this moment, and two threads would see each other's half-made modules.
    """
    from hotfix.adapters.kubernetes.api.api_server import needs_the_library

    if needs_the_library(context or None, _path(kubeconfig)):
        return None
    from hotfix.adapters.kubernetes.api.connection import Connection
    from hotfix.adapters.kubernetes.restoration.rollback_reads import ROLLBACK_READS

    connection = Connection(namespace, context or None, _path(kubeconfig))
    connection.read_ahead(ROLLBACK_READS)
    return EarlyCluster((namespace, context, kubeconfig), connection)


def _path(kubeconfig: str) -> Path | None:
    return Path(kubeconfig).expanduser() if kubeconfig else None


class Runs:
    """The journals on this machine.

    Args:
        state: the state directory.
    """

    def __init__(self, state: Path) -> None:
        self._state = state

    def ids(self) -> list[str]:
        """Return the ids of all runs, newest first."""
        from hotfix.adapters.journal_file import runs

        return runs(self._state)

    def events(self, run: str) -> tuple[Event, ...]:
        """Return the events of a run, without a lock; raises ProblemError where it is damaged."""
        from hotfix.adapters.journal_file import read_events

        return read_events(self._state, run)

    def create(
        self, run: str, clock: Clock, operator: str, secrets: Collection[str]
    ) -> "JournalFile":
        """Begin the journal of a new run; the only writer until it is closed."""
        from hotfix.adapters.journal_file import JournalFile

        return JournalFile.create(self._state, run, clock, operator, secrets=secrets)

    def open(
        self, run: str, clock: Clock, operator: str, secrets: Collection[str]
    ) -> "JournalFile":
        """Open the journal of a run for writing; raises ProblemError where somebody else does."""
        from hotfix.adapters.journal_file import JournalFile

        return JournalFile.open(self._state, run, clock, operator, secrets=secrets)

    def lines(self, run: str) -> bytes:
        """Return the whole lines of a journal, as they are on disk."""
        from hotfix.adapters.journal_file import read_lines

        return read_lines(self._state, run)

    def checked(self, run: str, lines: bytes) -> tuple[Event, ...]:
        """Return the events of a journal from elsewhere; raises ProblemError where it is broken."""
        from hotfix.adapters.journal_file import check_lines

        return check_lines(run, lines)

    def adopt(self, run: str, lines: bytes) -> tuple[Event, ...]:
        """Make ``lines`` the journal of a run that another machine walked; returns its events.

        Raises:
            ProblemError: its chain of hashes is broken, or another process walks it here.
        """
        from hotfix.adapters.journal_file import adopt

        return adopt(self._state, run, lines)

    def mailbox(self, run: str) -> "Mailbox":
        """Return the box through which others add to the run."""
        from hotfix.adapters.mailbox import Mailbox

        return Mailbox(self._state / "runs" / run / "inbox")


class Tools:
    """The real tools of one configuration, each made when it is first needed.

    Args:
        config: the team's ``hotfix.toml``.
        folder: the repository that the operator stands in.
        environ: where secrets are looked up.
        clock: whose time it is.
        early: the cluster that was asked already; used where it is the configured one.
    """

    def __init__(
        self,
        config: "Config",
        folder: Path,
        environ: Mapping[str, str],
        clock: Clock,
        early: EarlyCluster | None = None,
    ) -> None:
        self._early = early
        self._config = config
        self._folder = folder
        self._environ = environ
        self._clock = clock
        # The values that must never be written anywhere; one that gh keeps is added when found.
        self.secrets = {value for name in SECRETS if (value := environ.get(name))}

    def ports(self, run_folder: Path) -> Ports:
        """Return the ports of one run, whose files are in ``run_folder``.

        What needs a library of its own is made, and imported, at its first use: a missing token
        for GitHub must not hold up a rollback in the cluster.
        """
        from hotfix.adapters.mailbox import Mailbox

        return Ports(
            clock=self._clock,
            signals=Mailbox(run_folder / "inbox"),
            repository=_at_first_use(lambda: self.repository),
            suites=_at_first_use(lambda: self._suites(run_folder)),
            pull_requests=_at_first_use(self._pull_requests),
            workflow_runs=_at_first_use(self._workflow_runs),
            tickets=_at_first_use(self._tickets),
            prober=_at_first_use(self._prober),
            readiness=_at_first_use(lambda: self.readiness),
            cluster=self.cluster,
            shared_records=self._shared_records(),
            image_digests=self._image_digests(),
            messenger=self.slack,
            status_page=self.status_page,
            pager=self.pager,
        )

    def _shared_records(self) -> "ConfigMapRecords | None":
        cluster = self.cluster
        return _at_first_use(lambda: cluster.shared_records) if cluster is not None else None

    def _image_digests(self) -> "DigestCommand | None":
        settings = self._config.kubernetes
        if settings is None or settings.prove_by != "digest":
            return None

        def make() -> "DigestCommand":
            from hotfix.adapters.digest_command import DigestCommand

            return DigestCommand(settings.digest_command, settings.digest_timeout, SECRETS)

        return _at_first_use(make)

    def prepare_hotfix(self) -> None:
        """Import what a hotfix walks by, before it begins: in an import, Ctrl-C can be lost.

        Raises:
            ProblemError: there is no token for GitHub.
        """
        _ = self.github
        self._import_adapters()

        if self._config.kubernetes is not None:
            pass

    def _suites(self, run_folder: Path) -> "LocalSuites":
        from hotfix.adapters.local_suites import LocalSuites

        return LocalSuites(run_folder / "logs", hidden=SECRETS)

    def _pull_requests(self) -> "GithubPullRequests":
        from hotfix.adapters.github.pull_requests import GithubPullRequests

        return GithubPullRequests(self.github, self._config.github.repository)

    def _workflow_runs(self) -> "GithubWorkflowRuns":
        from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns

        github = self._config.github
        return GithubWorkflowRuns(self.github, github.repository, github.workflow, self._clock.now)

    def _tickets(self) -> "GithubIssues":
        from hotfix.adapters.github.issues import GithubIssues

        return GithubIssues(self.github, self._config.github.repository)

    def _prober(self) -> "ProductionProber":
        from hotfix.adapters.prober import ProductionProber

        return ProductionProber(hidden=SECRETS)

    @cached_property
    def repository(self) -> "GitRepository":
        """The clone that the operator stands in; raises ProblemError where there is none."""
        from hotfix.adapters.git.repository import GitRepository

        git = self._config.git
        return GitRepository.at(
            self._folder, remote=git.remote, network_timeout_seconds=git.network_timeout
        )

    @cached_property
    def github(self) -> "GithubClient":
        """The client of the configured GitHub; raises ProblemError without a token."""
        from hotfix.adapters.github.client import GithubClient
        from hotfix.adapters.github.token import find_token, variable_for, web_host_of

        api_url = self._config.github.api_url
        host = urlsplit(api_url).hostname or ""
        token = find_token(self._environ, host)
        if token is None:
            login = f"gh auth login --hostname {web_host_of(host)}"
            raise ProblemError(_no_token("GitHub", variable_for(host), login))
        self.secrets.add(token)
        return GithubClient(token, api_url)

    @cached_property
    def cluster(self) -> "KubernetesDeployments | None":
        """The configured namespace, or None."""
        settings = self._config.kubernetes
        if settings is None:
            return None
        from hotfix.adapters.kubernetes import KubernetesDeployments, Naming
        from hotfix.adapters.kubernetes.api.api_server import needs_the_library

        place = (settings.namespace, settings.context, settings.kubeconfig)
        early = self._early if self._early is not None and self._early.place == place else None
        if early is None and needs_the_library(settings.context or None, _path(place[2])):
            # Here, before threads ask the cluster: as in `_import_adapters`.
            import hotfix.adapters.kubernetes.api.client_library  # noqa: F401
        return KubernetesDeployments(
            namespace=settings.namespace,
            context=settings.context or None,
            kubeconfig=_path(settings.kubeconfig),
            connection=early.connection if early is not None else None,
            naming=Naming(settings.version_label, settings.prove_by, settings.container),
            watches=settings.watch,
        )

    def needed_cluster(self) -> "KubernetesDeployments":
        """Return the configured namespace, for commands that make no sense without one.

        Raises:
            ProblemError: none is configured.
        """
        if self.cluster is None:
            raise ProblemError(_NO_CLUSTER)
        return self.cluster

    def rbac(self, group: str) -> str:
        """Return the smallest Role that a hotfix works under, bound to ``group``, as YAML.

        Raises:
            ProblemError: no cluster is configured.
        """
        settings = self._config.kubernetes
        if settings is None:
            raise ProblemError(_NO_CLUSTER)
        from hotfix.adapters.kubernetes.rbac import role_yaml

        return role_yaml(settings.namespace, settings.deployments, group)

    @cached_property
    def slack(self) -> "SlackChannel | None":
        """The configured channel; None without one or without a token: telling never blocks."""
        settings, token = self._config.slack, self._environ.get("SLACK_BOT_TOKEN")
        if settings is None or not token:
            return None

        def make() -> "SlackChannel":
            from hotfix.adapters.slack_channel import SlackChannel

            return SlackChannel(token, settings.channel, base_url=settings.base_url or None)

        return _at_first_use(make)

    @cached_property
    def status_page(self) -> "StatuspageIncidents | None":
        """The configured page, or None."""
        settings, key = self._config.statuspage, self._environ.get("STATUSPAGE_API_KEY")
        if settings is None or not key:
            return None

        def make() -> "StatuspageIncidents":
            from hotfix.adapters.statuspage_incidents import StatuspageIncidents

            return StatuspageIncidents(key, settings.page_id, api_url=settings.api_url)

        return _at_first_use(make)

    @cached_property
    def pager(self) -> "PagerDutyOnCall | None":
        """The configured schedules, or None."""
        settings, key = self._config.pagerduty, self._environ.get("PAGERDUTY_API_KEY")
        if settings is None or not key:
            return None

        def make() -> "PagerDutyOnCall":
            from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall

            return PagerDutyOnCall(
                key,
                schedule_ids=tuple(settings.schedule_ids),
                escalation_policy_ids=tuple(settings.escalation_policy_ids),
                api_url=settings.api_url,
            )

        return _at_first_use(make)

    @cached_property
    def readiness(self) -> Readiness:
        """Everything that a later phase needs, checked side by side."""
        from hotfix.adapters.parallel_readiness import ParallelReadiness

        config = self._config
        self._import_adapters()
        checks: dict[str, Callable[[], Sequence[Need]]] = {
            "git": lambda: self.repository.needs(config.git.base),
            "github": self._github_needs,
            "kubernetes": self._kubernetes_needs,
            "proof": self._proof_needs,
            "tests": lambda: _suite_needs(config, self._folder),
        }
        for area, settings, token, tool in (
            ("slack", config.slack, "SLACK_BOT_TOKEN", lambda: self.slack),
            ("statuspage", config.statuspage, "STATUSPAGE_API_KEY", lambda: self.status_page),
            ("pagerduty", config.pagerduty, "PAGERDUTY_API_KEY", lambda: self.pager),
        ):
            checks[area] = partial(_telling_needs, area, settings, token, tool)
        return ParallelReadiness(checks, optional=("slack", "statuspage", "pagerduty"))

    def _import_adapters(self) -> None:
        """Import here what threads use: two that import at once see each other's half-made."""
        import hotfix.adapters.git.repository
        import hotfix.adapters.github.needs

        config = self._config
        if config.kubernetes is not None:
            import hotfix.adapters.kubernetes
        if config.slack is not None:
            import hotfix.adapters.slack_channel
        if config.statuspage is not None:
            import hotfix.adapters.statuspage_incidents
        if config.pagerduty is not None:
            import hotfix.adapters.pagerduty_on_call  # noqa: F401 - as the lines above it

    def _github_needs(self) -> Sequence[Need]:
        from hotfix.adapters.github.needs import needs

        github = self._config.github
        return needs(
            self.github,
            github.repository,
            base=self._config.git.base,
            merge_into=github.merge_into,
            merge_method=github.merge_method,
            labels=github.labels,
            reviewer=github.reviewer,
            workflow=github.workflow,
            pushes_to=self.repository.push_address(),
        )

    def _kubernetes_needs(self) -> Sequence[Need]:
        settings, cluster = self._config.kubernetes, self.cluster
        if settings is None or cluster is None:
            return (_not_configured("kubernetes"),)
        return cluster.needs(settings.deployments)

    def _proof_needs(self) -> Sequence[Need]:
        """Return whether what runs can be proven in the way that is configured."""
        settings, cluster = self._config.kubernetes, self.cluster
        if settings is None or cluster is None:
            return ()
        found = [_digest_need(settings)] if settings.prove_by == "digest" else []
        if settings.container:
            records = cluster.record(settings.deployments)
            found.append(_container_need(settings.container, records))
        return found


_Tool = TypeVar("_Tool")
# Two threads that import libraries at once would see each other's half-made modules.
_ONE_AT_A_TIME = threading.RLock()


class _AtFirstUse:
    """Stands in for a tool until it is used."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object | None = None

    def __getattr__(self, name: str) -> object:
        # Who uses what is there does not wait for what is being imported for somebody else.
        if self._made is None:
            with _ONE_AT_A_TIME:
                if self._made is None:
                    self._made = self._make()
        return getattr(self._made, name)


def _at_first_use(make: Callable[[], _Tool]) -> _Tool:
    return cast("_Tool", _AtFirstUse(make))


class _HasNeeds(Protocol):
    def needs(self) -> tuple[Need, ...]: ...


def _telling_needs(
    area: str, settings: "Section | None", token: str, tool: Callable[[], _HasNeeds | None]
) -> Sequence[Need]:
    """Return the needs of a service that only tells people: what fails there is a warning."""
    if settings is None:
        return (_not_configured(area),)
    made = tool()
    if made is None:
        return (Need(area, "token", Finding.WARNING, f"{token} is not set", f"export {token}=..."),)
    try:
        found: Sequence[Need] = made.needs()
    except ProblemError as error:
        problem = error.problem
        return (Need(area, "usable", Finding.WARNING, problem.what, problem.next_command),)
    except TemporaryTroubleError as trouble:
        return (Need(area, "reachable", Finding.WARNING, trouble.saying, "hotfix doctor"),)
    return tuple(
        replace(need, finding=Finding.WARNING) if need.finding is Finding.FAILED else need
        for need in found
    )


def _digest_need(settings: "Kubernetes") -> Need:
    """Return whether the program that proves what runs is there to be run."""
    program = settings.digest_command[0]
    if shutil.which(program):
        return Need("proof", "digest command", Finding.OK, program)
    saw = f"{program} is not on the PATH"
    mend = f"Install {program}; or, for now: export HOTFIX_KUBERNETES__PROVE_BY=tag"
    return Need("proof", "digest command", Finding.FAILED, saw, mend)


def _container_need(container: str, records: "Sequence[DeploymentRecord]") -> Need:
    """Return whether every deployment has the container whose image counts."""
    lacking = [
        record.name
        for record in records
        if not any(image.startswith(f"{container}=") for image in record.images)
    ]
    if not lacking:
        return Need("proof", "container", Finding.OK, container)
    saw = f"{', '.join(lacking)}: no container is called {container}"
    return Need("proof", "container", Finding.FAILED, saw, "Mend [kubernetes] container")


def _suite_needs(config: "Config", folder: Path) -> Sequence[Need]:
    """Return whether the program of every test suite is there to be run."""
    if not config.tests:
        saw = "no [[tests]] in hotfix.toml: nothing is tested before the push"
        return (Need("tests", "suites", Finding.WARNING, saw, "Add [[tests]] to hotfix.toml"),)
    return tuple(_suite_need(suite.name, suite.run[0], folder) for suite in config.tests)


def _suite_need(name: str, program: str, folder: Path) -> Need:
    found = shutil.which(program) or (folder / program).exists()
    if found:
        return Need("tests", name, Finding.OK, program)
    saw = f"{program} is not on the PATH"
    return Need("tests", name, Finding.FAILED, saw, f"Install {program}, or mend [[tests]]")


def _not_configured(area: str) -> Need:
    return Need(area, "configured", Finding.NOT_CONFIGURED, f"no [{area}] in hotfix.toml")


_NO_CLUSTER = Problem(
    ProblemCode.CONFIGURATION,
    what="No cluster is configured.",
    why="hotfix.toml has no [kubernetes] section; the lock and the shared record live there.",
    next_command="Add [kubernetes] with namespace and deployments, then: hotfix doctor",
)


def _no_token(service: str, variable: str, command: str) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        what=f"There is no token for {service}.",
        why=f"{variable} is not set, and no stored one was found.",
        next_command=f"{command}, or: export {variable}=...",
    )
