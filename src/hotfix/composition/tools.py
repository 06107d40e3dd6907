"""The real tools of one configuration: each is made, and its library imported, when first used."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hotfix.composition.at_first_use import at_first_use
from hotfix.composition.early_cluster import EarlyCluster, kubeconfig_path
from hotfix.composition.secret_values import secret_values
from hotfix.composition.trusted_hosts import TrustedHosts, addresses, not_trusted
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.bundle import Ports
from hotfix.ports.clock import Clock
from hotfix.ports.readiness import Need, Readiness
from hotfix.ports.signals import Signals
from hotfix.processes.environment import note_secret

if TYPE_CHECKING:
    from hotfix.adapters.digest_command import DigestCommand
    from hotfix.adapters.git.repository import GitRepository
    from hotfix.adapters.github.client import GithubClient
    from hotfix.adapters.github.issues import GithubIssues
    from hotfix.adapters.github.pull_requests import GithubPullRequests
    from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
    from hotfix.adapters.kubernetes import KubernetesDeployments
    from hotfix.adapters.kubernetes.team.config_map_records import ConfigMapRecords
    from hotfix.adapters.kubernetes.whereabouts import Whereabouts
    from hotfix.adapters.pagerduty import PagerDutyEvents, PagerDutyOnCall
    from hotfix.adapters.prober import ProductionProber
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.adapters.statuspage_incidents import StatuspageIncidents
    from hotfix.config.model import Config

_SOON_SECONDS = 3.0  # a run begins all the same where nobody answers by then


def system_clock() -> Clock:
    """Return the clock of this machine."""
    from hotfix.adapters.system_clock import SystemClock

    return SystemClock()


def slug_of(text: str) -> str:
    """Return what is left of ``text`` for the name of a branch; may be empty."""
    from hotfix.adapters.slugs import slug

    return slug(text)


class Tools:
    """The real tools of one configuration, each made when it is first needed.

    Args:
        config: the team's ``hotfix.toml``.
        folder: the repository that the operator stands in.
        environ: where secrets are looked up.
        clock: whose time it is.
        early: the cluster that was asked already; used where it is the configured one.
        trusted: who may have a token, beside the services' own hosts.
        barred: why the configured cluster must not be asked; None where it may be.
    """

    def __init__(
        self,
        config: "Config",
        folder: Path,
        environ: Mapping[str, str],
        clock: Clock,
        early: EarlyCluster | None = None,
        trusted: TrustedHosts | None = None,
        barred: Problem | None = None,
    ) -> None:
        self._barred = barred
        self._early = early
        self._trusted = trusted or TrustedHosts()
        self._config = config
        self._folder = folder
        self.environ = environ
        self.clock = clock
        # The values that must never be written anywhere; one that gh keeps is added when found.
        self.secrets = secret_values(config, environ)

    def ports(self, run_folder: Path) -> Ports:
        """Return the ports of one run, whose files are in ``run_folder``.

        What needs a library of its own is made, and imported, at its first use: a missing token
        for GitHub must not hold up a rollback in the cluster.
        """
        from hotfix.adapters.mailbox import Mailbox
        from hotfix.composition.left_trees import LeftTrees
        from hotfix.composition.suites_of_run import SuitesOfRun
        from hotfix.composition.telling import notifiers, sent_to_pager, webhooks

        trees, signals = run_folder / "trees", Mailbox(run_folder / "inbox")
        return Ports(
            clock=self.clock,
            signals=signals,
            repository=at_first_use(lambda: self.repository.of_run(trees)),
            suites=SuitesOfRun(run_folder / "logs", run_folder / "running"),
            pull_requests=at_first_use(self._pull_requests),
            workflow_runs=at_first_use(self._workflow_runs),
            tickets=at_first_use(self._tickets),
            prober=at_first_use(self.prober),
            readiness=at_first_use(lambda: self._readiness(signals)),
            cluster=self.cluster,
            shared_records=self._shared_records(),
            image_digests=self._image_digests(),
            messenger=self.slack,
            remarks=self._remarks(),
            status_page=self.status_page,
            pager=self.pager,
            receivers=webhooks(self._config.webhooks, self.environ, run_folder / "webhooks"),
            notifiers=notifiers(self._config.notify, self.environ, run_folder / "notices"),
            pager_events=self.pager_events,
            sent_to_pager=sent_to_pager(run_folder),
            leftovers=LeftTrees(trees, lambda: self.repository.of_run(trees)),
        )

    def _shared_records(self) -> "ConfigMapRecords | None":
        cluster = self.cluster
        return at_first_use(lambda: cluster.shared_records) if cluster is not None else None

    def _remarks(self) -> "SlackChannel | None":
        settings = self._config.slack
        return self.slack if settings is not None and settings.note_reaction else None

    def _image_digests(self) -> "DigestCommand | None":
        settings = self._config.kubernetes
        if settings is None or settings.prove_by != "digest":
            return None

        def make() -> "DigestCommand":
            from hotfix.adapters.digest_command import DigestCommand

            return DigestCommand(settings.digest_command, settings.digest_timeout)

        return at_first_use(make)

    def prepare_hotfix(self) -> None:
        """Import what a hotfix walks by, before it begins: in an import, Ctrl-C can be lost.

        Raises:
            ProblemError: there is no token for GitHub.
        """
        _ = self.github
        self._import_adapters()

    def _pull_requests(self) -> "GithubPullRequests":
        from hotfix.adapters.github.pull_requests import GithubPullRequests

        return GithubPullRequests(self.github, self._config.github.repository)

    def _workflow_runs(self) -> "GithubWorkflowRuns":
        from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns

        github = self._config.github
        return GithubWorkflowRuns(self.github, github.repository, github.workflow, self.clock.now)

    def _tickets(self) -> "GithubIssues":
        from hotfix.adapters.github.issues import GithubIssues

        return GithubIssues(self.github, self._config.github.repository)

    def prober(self) -> "ProductionProber":
        """Return who asks production."""
        from hotfix.adapters.prober import ProductionProber

        return ProductionProber()

    @cached_property
    def repository(self) -> "GitRepository":
        """The clone that the operator stands in; raises ProblemError where there is none."""
        from hotfix.adapters.git.repository import GitRepository

        git = self._config.git
        return GitRepository.at(
            self._folder,
            remote=git.remote,
            network_timeout_seconds=git.network_timeout,
            hook_seconds=git.hook_timeout,
            signs_off=git.sign_off,
        )

    @cached_property
    def github(self) -> "GithubClient":
        """The client of the configured GitHub.

        Raises:
            ProblemError: there is no token, or none that may go there.
        """
        from hotfix.adapters.github.client import GithubClient
        from hotfix.adapters.github.token import find_token, variable_for, variable_set
        from hotfix.domain.git_address import web_host_of

        api_url = self._config.github.api_url
        host = urlsplit(api_url).hostname or ""
        is_trusted = self._trusted.may_have("github", api_url)
        token = find_token(self.environ, host, is_trusted=is_trusted)
        if token is None and not is_trusted:
            raise ProblemError(not_trusted("github", api_url))
        if token is None:
            login = f"gh auth login --hostname {web_host_of(host)}"
            raise ProblemError(_no_token("GitHub", variable_for(host), login))
        self.secrets.add(token)
        note_secret(token)
        variable = variable_set(self.environ, host) if is_trusted else ""
        return GithubClient(token, api_url, variable=variable)

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
        if early is None and needs_the_library(settings.context or None, kubeconfig_path(place[2])):
            # Here, before threads ask the cluster: as in `_import_adapters`.
            import hotfix.adapters.kubernetes.api.client_library  # noqa: F401
        connection = early.connection if early is not None else None
        if self._barred is not None:
            from hotfix.adapters.kubernetes.api.connection import Connection

            kubeconfig = kubeconfig_path(settings.kubeconfig)
            connection = Connection(place[0], place[1] or None, kubeconfig, self._barred)
        return KubernetesDeployments(
            namespace=settings.namespace,
            context=settings.context or None,
            kubeconfig=kubeconfig_path(settings.kubeconfig),
            connection=connection,
            naming=Naming(settings.version_label, settings.prove_by, settings.container),
            watches=settings.watch,
        )

    def whereabouts(self) -> "Whereabouts | None":
        """Return which cluster is configured, by the files of this machine; None without one."""
        settings = self._config.kubernetes
        if settings is None:
            return None
        from hotfix.adapters.kubernetes.whereabouts import whereabouts

        return whereabouts(settings.context or None, kubeconfig_path(settings.kubeconfig))

    def number(self, repository: str) -> int | None:
        """Return GitHub's number of a repository (owner/name); None where it cannot be asked."""
        from hotfix.adapters.github.repository_number import number_of

        try:
            return number_of(self.github, repository)
        except ProblemError:
            return None  # without a token

    def identities(self) -> tuple[int | None, str]:
        """Return what no other repository and no other cluster has, as far as both say it soon.

        Returns:
            GitHub's number of the repository, or None; the cluster's UID, or an empty text.
        """
        from hotfix.composition.soon import soon

        self._import_adapters()
        repository, cluster = self._config.github.repository, self.cluster
        number, uid = soon(
            (lambda: self.number(repository), lambda: cluster.uid() if cluster else ""),
            _SOON_SECONDS,
        )
        return number if isinstance(number, int) else None, str(uid or "")

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
        from hotfix.composition.telling import slack

        return slack(self._config, self._may_have("slack"))

    @cached_property
    def status_page(self) -> "StatuspageIncidents | None":
        """The configured page, or None."""
        from hotfix.composition.telling import status_page

        return status_page(self._config.statuspage, self._may_have("statuspage"))

    def address_needs(self, area: str) -> Sequence[Need]:
        """Return what the addresses of ``webhooks``, or of ``notify``, need."""
        from hotfix.composition.notify_needs import notify_needs
        from hotfix.composition.webhook_needs import webhook_needs

        if area == "notify":
            return notify_needs(self._config.notify, self.environ)
        return webhook_needs(self._config.webhooks, self.environ)

    @cached_property
    def pager(self) -> "PagerDutyOnCall | None":
        """The configured schedules, or None."""
        from hotfix.composition.telling import pager

        return pager(self._config.pagerduty, self._may_have("pagerduty"))

    @cached_property
    def pager_events(self) -> "PagerDutyEvents | None":
        """What tells PagerDuty; None where it is not configured, or nothing opens it."""
        settings = self._config.pagerduty
        if settings is None:
            return None
        from hotfix.composition.telling import pager_events

        is_trusted = self._trusted.may_have("pagerduty", settings.events_url)
        routing_key = self.environ.get("PAGERDUTY_ROUTING_KEY", "") if is_trusted else ""
        api_key = self._may_have("pagerduty").get("PAGERDUTY_API_KEY", "")
        return pager_events(settings, routing_key, api_key)

    def untrusted(self, section: str) -> Problem | None:
        """Return why the token of a section's service goes nowhere; None where it may go."""
        address = dict(addresses(self._config)).get(section, "")
        is_trusted = not address or self._trusted.may_have(section, address)
        return None if is_trusted else not_trusted(section, address)

    def _may_have(self, section: str) -> Mapping[str, str]:
        """Return where the token of a section's service is looked up: nowhere, if it may not go."""
        return {} if self.untrusted(section) else self.environ

    def _readiness(self, signals: Signals) -> Readiness:
        """Return everything that a later phase needs; what nobody waits for is noted."""
        from hotfix.composition.late_needs import LateNeeds
        from hotfix.composition.readiness import readiness_of

        self._import_adapters()
        return readiness_of(self, self._config, self._folder, LateNeeds(signals, self.clock))

    def examination(
        self, besides: Mapping[str, Callable[[], Sequence[Need]]], seconds: float
    ) -> Readiness:
        """Return the same within so many seconds, with the probes and what ``besides`` looks at."""
        from hotfix.composition.readiness import readiness_of

        self._import_adapters()
        folder = self._folder
        return readiness_of(self, self._config, folder, besides=besides, deadline_seconds=seconds)

    def _import_adapters(self) -> None:
        """Import here what threads use: two that import at once see each other's half-made."""
        import hotfix.adapters.git.repository
        import hotfix.adapters.github.needs
        import hotfix.adapters.prober

        config = self._config
        if config.kubernetes is not None:
            import hotfix.adapters.kubernetes
        if config.slack is not None:
            import hotfix.adapters.slack_channel
        if config.statuspage is not None:
            import hotfix.adapters.statuspage_incidents
        if config.pagerduty is not None:
            import hotfix.adapters.pagerduty  # noqa: F401 - as the lines above it


_NO_CLUSTER = Problem(
    ProblemCode.CONFIGURATION,
    what="No cluster is configured.",
    why="hotfix.toml has no [kubernetes] section.",
    next_command="Add [kubernetes] with namespace and deployments, then: hotfix doctor",
)


def _no_token(service: str, variable: str, command: str) -> Problem:
    return Problem(
        ProblemCode.RIGHTS,
        what=f"There is no token for {service}.",
        why=f"{variable} is not set, and no stored one was found.",
        next_command=f"{command}, or: export {variable}=...",
    )
