"""The real clone, GitHub and cluster, as ``hotfix init`` looks at them, and changes nothing."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from hotfix.composition.soon import soon
from hotfix.composition.tools import Tools, system_clock
from hotfix.composition.trusted_hosts import TrustedHosts, kept_words, words_of
from hotfix.config.model import Config, Github
from hotfix.detect.cluster import ClusterView
from hotfix.detect.found import CloneView
from hotfix.detect.hosted import HostedView
from hotfix.domain.figures import in_seconds
from hotfix.domain.problem import ProblemError

_SECONDS = 12.0


class Detecting:
    """Looks at the clone around ``folder``; raises ProblemError where there is none."""

    def __init__(self, folder: Path, environ: Mapping[str, str], state: Path) -> None:
        from hotfix.adapters.git.clone_view import ClonedRepository

        self._folder, self._environ, self._state = folder, environ, state
        self.clone = ClonedRepository(folder)

    @cached_property
    def view(self) -> CloneView:
        """Return what the clone says; raises ProblemError where git does not answer."""
        return self.clone.view()

    @cached_property
    def contexts(self) -> ClusterView:
        """Return the contexts of this machine's kubeconfig."""
        from hotfix.adapters.kubernetes.cluster_view import contexts_view

        return contexts_view()

    def asked(self, context: str, repository: str, api_url: str) -> tuple[HostedView, ClusterView]:
        """Ask GitHub and the cluster, side by side and not for long.

        Args:
            context: whose deployments are listed; empty for none.
            repository: as owner/name; empty for none.
            api_url: of its GitHub.
        """
        import hotfix.adapters.github.hosted_view
        import hotfix.adapters.kubernetes.cluster_view  # noqa: F401 - here, and not in two threads

        hosted, cluster = soon(
            (lambda: self._hosted(repository, api_url), lambda: self._deployments(context)),
            _SECONDS,
        )
        late = f"no answer within {in_seconds(_SECONDS)}"
        return (
            hosted
            if isinstance(hosted, HostedView)
            else HostedView(trouble=f"GitHub was not asked: {late}"),
            cluster
            if isinstance(cluster, ClusterView)
            else ClusterView(self.contexts.contexts, context, trouble=f"{context}: {late}"),
        )

    def _hosted(self, repository: str, api_url: str) -> HostedView:
        from hotfix.adapters.github.hosted_view import hosted_view

        if not repository or not api_url:
            return HostedView(trouble="there is no repository of GitHub to ask about")
        try:
            config = Config(github=Github(repository=repository, api_url=api_url))
        except ValueError:
            return HostedView(trouble="GitHub was not asked: what names it is not right")
        words = words_of(self._environ, None, ()) | kept_words(self._state, config)
        clock, trusted = system_clock(), TrustedHosts(words)
        tools = Tools(config, self._folder, self._environ, clock, trusted=trusted)
        try:
            client = tools.github
        except ProblemError as error:
            return HostedView(trouble=f"GitHub was not asked: {error.problem.what}")
        with client:
            return hosted_view(client, repository)

    def _deployments(self, context: str) -> ClusterView:
        from hotfix.adapters.kubernetes.cluster_view import deployments_view

        if not context:
            return self.contexts
        return deployments_view(self.contexts, context, self.view.namespaces)
