"""What a hotfix will need later, as far as it can be checked before it begins."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hotfix.adapters.git.deploy_triggers import push_needs
from hotfix.adapters.git.further_branches import further_needs
from hotfix.adapters.github.needs import needs
from hotfix.adapters.parallel_readiness import DEADLINE_SECONDS, ParallelReadiness
from hotfix.composition.clock_need import clock_need
from hotfix.composition.suite_needs import root_above, shell_need, suite_needs
from hotfix.composition.trusted_hosts import addresses
from hotfix.composition.variable_mends import by_variables
from hotfix.config.model import Config, Kubernetes
from hotfix.config.people import Pagerduty
from hotfix.config.section import Section
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemError
from hotfix.domain.token_hosts import host_of
from hotfix.plan import configured
from hotfix.ports.messenger import Addressee
from hotfix.ports.prober import Probe, Prober
from hotfix.ports.readiness import WHOLE_AREA, Finding, Need, Readiness, unmet

if TYPE_CHECKING:
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.composition.tools import Tools

_OF_THE_DEADLINE = 0.75  # for probes: what they say of themselves says more than the deadline


def readiness_of(
    tools: "Tools",
    config: Config,
    folder: Path,
    later: Callable[[Sequence[Need]], None] | None = None,
    *,
    besides: Mapping[str, Callable[[], Sequence[Need]]] | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> Readiness:
    """Return everything that a later phase needs, checked side by side.

    Args:
        tools: of the configuration, whose libraries are imported already.
        config: the team's ``hotfix.toml``.
        folder: the repository that the operator stands in.
        besides: what else is looked at, by area, and the probes of production with it: a hotfix has
            a step for those. None for neither.
        deadline_seconds: what has not answered by then is said to be not known.
        later: is told in a thread what the services answer that only tell people: a hotfix does not
            wait for them. None to wait for all.
    """
    return _Readiness(tools, config, folder, besides, deadline_seconds, later)


@frozen
class _Readiness:
    tools: "Tools"
    config: Config
    folder: Path
    besides: Mapping[str, Callable[[], Sequence[Need]]] | None
    deadline_seconds: float
    later: Callable[[Sequence[Need]], None] | None

    def check(self, reviewer: str = "", branch: str = "") -> tuple[Need, ...]:
        checks = _checks(self.tools, self.config, self.folder, reviewer, branch)
        optional: tuple[str, ...] = ("slack", "statuspage", "pagerduty", "webhooks", "notify")
        if self.besides is not None:
            probes, patience = configured.probes(self.config), self.deadline_seconds
            checks["probes"] = lambda: _probe_needs(self.tools.prober(), probes, patience)
            checks |= self.besides
            optional += ("probes", *self.besides)
        places = {area: host_of(url) for area, url in addresses(self.config)}
        found = ParallelReadiness(
            checks,
            optional,
            self.deadline_seconds,
            places=places,
            later=self.later,
        ).check()
        named = by_variables(found, self.tools.environ)
        return tuple(named if self.besides is None else map(_looked_at_again, named))


def _looked_at_again(need: Need) -> Need:
    """Where no run waits, what was mended is looked at again by the same command."""
    return replace(need, mend=need.mend.replace("then: hotfix resume", "then: hotfix doctor"))


def _checks(
    tools: "Tools", config: Config, folder: Path, reviewer: str, branch: str
) -> dict[str, Callable[[], Sequence[Need]]]:
    of = _Needs(tools, config, reviewer or config.github.reviewer)
    checks: dict[str, Callable[[], Sequence[Need]]] = {
        "git": lambda: _git_needs(tools, config, branch),
        "github": of.github,
        "kubernetes": of.kubernetes,
        "proof": of.proof,
        "tests": lambda: suite_needs(config.tests, root_above(folder)),
    }
    for area, settings, token, tool in (
        ("slack", config.slack, "SLACK_BOT_TOKEN", of.slack),
        ("statuspage", config.statuspage, "STATUSPAGE_API_KEY", lambda: tools.status_page),
        ("pagerduty", config.pagerduty, "PAGERDUTY_API_KEY", lambda: tools.pager),
    ):
        untrusted = tools.untrusted(area)
        checks[area] = partial(_telling_needs, area, settings, token, tool, untrusted)
    if config.webhooks:
        checks["webhooks"] = lambda: tools.address_needs("webhooks")
    if config.notify is not None:
        checks["notify"] = lambda: tools.address_needs("notify")
    checks["pagerduty"] = partial(_paging_needs, tools, config.pagerduty, checks["pagerduty"])
    return checks


def _paging_needs(
    tools: "Tools", settings: Pagerduty | None, on_call: Callable[[], Sequence[Need]]
) -> Sequence[Need]:
    """Return the needs of finding those on call, and what stands in the way of paging them."""
    events = tools.pager_events
    found = (*on_call(), *(events.needs() if events is not None else ()))
    if settings is None or settings.page == "never":
        return found
    if events is not None and events.can_page():
        saw = f"{host_of(settings.events_url)}, {settings.page}; a key shows by its first use"
        return (*found, Need("pagerduty", "paging", Finding.OK, saw))
    if settings.page == "ask":
        return found
    saw = "PAGERDUTY_ROUTING_KEY is not set, or may not go to events_url: nobody is paged"
    mend = "export PAGERDUTY_ROUTING_KEY=... (of an Events API v2 integration)"
    return (*found, Need("pagerduty", "paging", Finding.WARNING, saw, mend))


def _git_needs(tools: "Tools", config: Config, branch: str) -> Sequence[Need]:
    git, workflow, into = config.git, config.github.workflow, config.github.merge_into
    found = tools.repository.needs(git.base, git.branch_prefix, into)
    if any(need.finding is Finding.FAILED for need in found):
        return found
    further = further_needs(tools.repository, git.also_into)
    if not workflow:
        return (*found, *further)
    pushed = branch or f"{git.branch_prefix}some-fix"
    by_hand = config.github.dispatch_input
    told = push_needs(tools.repository, git.base, workflow, into, pushed, by_hand)
    return (*found, *further, *told)


@frozen
class _Telling:
    """The channel, and whom it is going to notify."""

    channel: "SlackChannel"
    whom: tuple[Addressee, ...]

    def needs(self) -> tuple[Need, ...]:
        return self.channel.needs(self.whom)


@frozen
class _Needs:
    """Those of the tools without which nothing is deployed."""

    tools: "Tools"
    config: Config
    reviewer: str  #: who is going to be asked first; empty for nobody

    def slack(self) -> "_Telling | None":
        channel, review = self.tools.slack, self.config.review
        mapped = self.config.slack.users if self.config.slack else ()
        names = (self.reviewer, review.second, self.config.contacts.devops_lead, *mapped)
        whom = tuple(Addressee(name) for name in dict.fromkeys(names) if name)
        return _Telling(channel, whom) if channel is not None else None

    def github(self) -> Sequence[Need]:
        github = self.config.github
        found = needs(
            self.tools.github,
            github.repository,
            base=self.config.git.base,
            merge_into=github.merge_into,
            merge_method=github.merge_method,
            labels=github.labels,
            reviewer=self.reviewer,
            second_reviewer=self.config.review.second,
            logins=tuple(self.config.review.logins.values()),
            workflow=github.workflow,
            pushes_to=self.tools.repository.push_address(),
        )
        # After what was asked: their clock is known by the answers.
        clocks = self.tools.clock.now(), self.tools.github.server_now()
        return (*found, *clock_need("github", "GitHub's", *clocks))

    def kubernetes(self) -> Sequence[Need]:
        settings, cluster = self.config.kubernetes, self.tools.cluster
        if settings is None or cluster is None:
            return (_not_configured("kubernetes"),)
        return cluster.needs(settings.deployments)

    def proof(self) -> Sequence[Need]:
        """Return whether what runs can be proven in the way that is configured."""
        settings, cluster = self.config.kubernetes, self.tools.cluster
        if settings is None or cluster is None:
            return ()
        found = [_digest_need(settings)] if settings.prove_by == "digest" else []
        if settings.container:
            records = cluster.record(settings.deployments)
            found.append(_container_need(settings.container, records))
        return found


class _HasNeeds(Protocol):
    def needs(self) -> tuple[Need, ...]: ...


def _telling_needs(
    area: str,
    settings: Section | None,
    token: str,
    tool: Callable[[], _HasNeeds | None],
    untrusted: Problem | None,
) -> Sequence[Need]:
    """Return the needs of a service that only tells people: what fails there is a warning."""
    if settings is None:
        return (_not_configured(area),)
    if untrusted is not None:
        return (unmet(area, "token", Finding.WARNING, ProblemError(untrusted)),)
    made = tool()
    if made is None:
        return (Need(area, "token", Finding.WARNING, f"{token} is not set", f"export {token}=..."),)
    return tuple(
        replace(need, finding=Finding.WARNING) if need.finding is Finding.FAILED else need
        for need in made.needs()
    )


def _digest_need(settings: Kubernetes) -> Need:
    """Return whether the program that proves what runs is there to be run."""
    program = settings.digest_command[0]
    if shutil.which(program):
        return Need("proof", "digest command", Finding.OK, program)
    saw = f"{program} is not on the PATH"
    mend = f"Install {program}; or, for now: export HOTFIX_KUBERNETES__PROVE_BY=tag"
    return Need("proof", "digest command", Finding.FAILED, saw, mend)


def _container_need(container: str, records: Sequence[DeploymentRecord]) -> Need:
    """Return whether every deployment has the container whose image counts."""
    names = {
        record.name: [image.partition("=")[0] for image in record.images] for record in records
    }
    lacking = {name: found for name, found in names.items() if container not in found}
    if not lacking:
        return Need("proof", "container", Finding.OK, container)
    there = dict.fromkeys(each for found in lacking.values() for each in found)
    saw = f"{', '.join(lacking)}: no container is called {container}; there are {', '.join(there)}"
    return Need("proof", "container", Finding.FAILED, saw, "Mend [kubernetes] container")


def _probe_needs(prober: Prober, probes: Sequence[Probe], patience: float) -> Sequence[Need]:
    """Return what every probe sees now; a red one is right in an incident, and wrong otherwise."""
    if not probes:
        saw = "no [[probes]] in hotfix.toml: nothing shows that production is broken, or mended"
        return (Need("probes", WHOLE_AREA, Finding.NOT_CONFIGURED, saw),)
    # So that what all needs together may take is enough.
    quick = [
        replace(each, timeout_seconds=min(each.timeout_seconds, _OF_THE_DEADLINE * patience))
        for each in probes
    ]
    found = [need for each in probes for need in shell_need("probes", each.name, each.command)]
    for result in prober.probe(quick):
        if result.is_green:
            found.append(Need("probes", result.name, Finding.OK, f"green: {result.saw}"))
            continue
        is_red, saw = result.is_red, f"red: {result.saw}" if result.is_red else result.saw
        mend = "Right in an incident; else mend production, or [[probes]]"
        elsewise = "Mend this machine's way to it (name, proxy, VPN), or [[probes]]"
        found.append(
            Need("probes", result.name, Finding.WARNING, saw, mend if is_red else elsewise)
        )
    return tuple(found)


def _not_configured(area: str) -> Need:
    return Need(area, WHOLE_AREA, Finding.NOT_CONFIGURED, f"no [{area}] in hotfix.toml")
