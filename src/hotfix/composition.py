"""The only file that names real tools: from configuration to ports.

Each library is imported in the property that needs it, so that a command pays for what it uses.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hotfix.config.model import Config
from hotfix.domain.problem import ProblemError
from hotfix.ports.bundle import Ports
from hotfix.ports.clock import Clock
from hotfix.ports.readiness import Need, Readiness

if TYPE_CHECKING:
    from hotfix.adapters.git_repository import GitRepository
    from hotfix.adapters.github.client import GithubClient
    from hotfix.adapters.kubernetes import KubernetesDeployments
    from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.adapters.statuspage_incidents import StatuspageIncidents

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


class Tools:
    """The real tools of one configuration, each made when it is first needed.

    Args:
        config: the team's ``hotfix.toml``.
        folder: the repository that the operator stands in.
        environ: where secrets are looked up.
        clock: whose time it is.
    """

    def __init__(
        self, config: Config, folder: Path, environ: Mapping[str, str], clock: Clock
    ) -> None:
        self._config = config
        self._folder = folder
        self._environ = environ
        self._clock = clock

    def ports(self, run_folder: Path) -> Ports:
        """Return the ports of one run, whose files are in ``run_folder``.

        Raises:
            ProblemError: a token is missing, or the folder is no repository.
        """
        from hotfix.adapters.github.issues import GithubIssues
        from hotfix.adapters.github.pull_requests import GithubPullRequests
        from hotfix.adapters.github.workflow_runs import GithubWorkflowRuns
        from hotfix.adapters.http_prober import HttpProber
        from hotfix.adapters.local_suites import LocalSuites
        from hotfix.adapters.mailbox import Mailbox

        github, repository = self.github, self._config.github.repository
        return Ports(
            clock=self._clock,
            signals=Mailbox(run_folder / "inbox"),
            repository=self.repository,
            suites=LocalSuites(run_folder / "logs", hidden=SECRETS),
            pull_requests=GithubPullRequests(github, repository),
            workflow_runs=GithubWorkflowRuns(github, repository, self._config.github.workflow),
            tickets=GithubIssues(github, repository),
            prober=HttpProber(),
            readiness=self.readiness,
            cluster=self.cluster,
            messenger=self.slack,
            status_page=self.status_page,
            pager=self.pager,
        )

    @cached_property
    def repository(self) -> "GitRepository":
        """The clone that the operator stands in; raises ProblemError where there is none."""
        from hotfix.adapters.git_repository import GitRepository

        git = self._config.git
        return GitRepository.at(
            self._folder, remote=git.remote, network_timeout_seconds=git.network_timeout
        )

    @cached_property
    def github(self) -> "GithubClient":
        """The client of the configured GitHub; raises ProblemError without a token."""
        from hotfix.adapters.github.client import GithubClient
        from hotfix.adapters.github.token import find_token

        api_url = self._config.github.api_url
        host = urlsplit(api_url).hostname or ""
        token = find_token(self._environ, host)
        if token is None:
            raise ProblemError(_no_token("GitHub", "GH_TOKEN", "gh auth login"))
        return GithubClient(token, api_url)

    @cached_property
    def cluster(self) -> "KubernetesDeployments | None":
        """The configured namespace, or None."""
        settings = self._config.kubernetes
        if settings is None:
            return None
        from hotfix.adapters.kubernetes import KubernetesDeployments

        return KubernetesDeployments(
            namespace=settings.namespace,
            context=settings.context or None,
            kubeconfig=Path(settings.kubeconfig).expanduser() if settings.kubeconfig else None,
            version_label=settings.version_label,
        )

    @cached_property
    def slack(self) -> "SlackChannel | None":
        """The configured channel; None without one or without a token: telling never blocks."""
        settings, token = self._config.slack, self._environ.get("SLACK_BOT_TOKEN")
        if settings is None or not token:
            return None
        from hotfix.adapters.slack_channel import SlackChannel

        return SlackChannel(token, settings.channel, base_url=settings.base_url or None)

    @cached_property
    def status_page(self) -> "StatuspageIncidents | None":
        """The configured page, or None."""
        settings, key = self._config.statuspage, self._environ.get("STATUSPAGE_API_KEY")
        if settings is None or not key:
            return None
        from hotfix.adapters.statuspage_incidents import StatuspageIncidents

        return StatuspageIncidents(key, settings.page_id, api_url=settings.api_url)

    @cached_property
    def pager(self) -> "PagerDutyOnCall | None":
        """The configured schedules, or None."""
        settings, key = self._config.pagerduty, self._environ.get("PAGERDUTY_API_KEY")
        if settings is None or not key:
            return None
        from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall

        return PagerDutyOnCall(
            key,
            schedule_ids=tuple(settings.schedule_ids),
            escalation_policy_ids=tuple(settings.escalation_policy_ids),
            api_url=settings.api_url,
        )

    @cached_property
    def readiness(self) -> Readiness:
        """Everything that a later phase needs, checked side by side."""
        from hotfix.adapters.parallel_readiness import ParallelReadiness

        config = self._config
        checks: dict[str, Callable[[], Sequence[Need]]] = {
            "git": lambda: self.repository.needs(),
            "github": self._github_needs,
            "kubernetes": self._kubernetes_needs,
            "slack": lambda: _needs_of(
                "slack", config.slack, self.slack, "SLACK_BOT_TOKEN", blocks=False
            ),
            "statuspage": lambda: _needs_of(
                "statuspage",
                config.statuspage,
                self.status_page,
                "STATUSPAGE_API_KEY",
                blocks=False,
            ),
            "pagerduty": lambda: _needs_of(
                "pagerduty", config.pagerduty, self.pager, "PAGERDUTY_API_KEY", blocks=False
            ),
        }
        return ParallelReadiness(checks)
