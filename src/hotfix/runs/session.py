"""What every command needs first: the configuration, the repository, the state directory."""

import getpass
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.early_cluster import EarlyCluster
from hotfix.composition.journals import Runs
from hotfix.composition.tools import Tools, system_clock
from hotfix.composition.trusted_hosts import (
    TrustedHosts,
    Word,
    keep_words,
    kept_words,
    words_of,
)
from hotfix.config.finding import FILE_NAME, ConfigFile, clone_of, found_config
from hotfix.config.load import parse, text_of
from hotfix.config.overriding import overrides
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.run_settings import RecordedConfig
from hotfix.ports.clock import Clock
from hotfix.processes.surroundings import trouble_with
from hotfix.runs.state_folder import state_folder
from hotfix.runs.whose import Place

if TYPE_CHECKING:
    from hotfix.config.model import Config


@frozen
class Session:
    """Where a command stands, and as whom."""

    config: "Config"  #: the team's ``hotfix.toml``
    folder: Path  #: the folder that the operator stands in
    state: Path  #: the state directory
    operator: str  #: who is at the keyboard
    environ: Mapping[str, str] = field(repr=False)  #: where secrets are looked up
    clock: Clock  #: whose time it is
    #: the cluster that was asked before the configuration was checked
    early: EarlyCluster | None = None
    #: what the configuration was read from; None where a run cannot keep it
    source: RecordedConfig | None = None
    words: frozenset[Word] = frozenset()  #: who may have a token, by the person's own word
    barred: Problem | None = None  #: why the configured cluster is not asked

    @cached_property
    def place(self) -> Place:
        """Return the repository that is stood in."""
        github = self.config.github
        named = (github.api_url, github.repository)
        return Place(str(self.folder), self.environ, configured=named)

    @cached_property
    def tools(self) -> Tools:
        """Return the real tools of this configuration."""
        trusted = TrustedHosts(self.words | kept_words(self.state, self.config))
        known = (self.config, self.folder, self.environ, self.clock, self.early, trusted)
        return Tools(*known, self.barred)

    @property
    def runs(self) -> Runs:
        """Return the journals on this machine."""
        return Runs(self.state)

    @property
    def secrets(self) -> Collection[str]:
        """Return the values that must never be written anywhere; what is found later is added."""
        return self.tools.secrets

    def for_the_team(self) -> Callable[[str], str]:
        """Return what takes out of a text for the cluster what is, or looks like, a secret.

        It is the same one as long as the same secrets are known.
        """
        from hotfix.processes.environment import known_secrets

        return _cleaner(frozenset({*self.secrets, *known_secrets()}))

    def keep_words(self) -> None:
        """Keep for this repository who may have a token, as the person has said."""
        keep_words(self.state, self.config, self.words)

    def kept_config(self, cluster: str = "") -> RecordedConfig | None:
        """Return what a run keeps of the configuration, with the ``cluster``'s UID, if known."""
        if self.source is None:
            return None
        found = self.tools.whereabouts()
        settings = self.config.kubernetes
        if found is None or settings is None:
            return self.source
        return replace(
            self.source,
            namespace=settings.namespace,
            context=found.context,
            kubeconfig=found.kubeconfig,
            server=found.server,
            cluster=cluster or self.source.cluster,
        )


def open_session(
    named: Path | None = None,
    environ: Mapping[str, str] | None = None,
    trust: tuple[str, ...] = (),
) -> Session:
    """Find the configuration from the working directory upwards, or read the ``named`` one instead.

    ``environ`` is that of the process, unless told otherwise; ``trust`` are the hosts that
    ``--trust-host`` names.

    Raises:
        ProblemError: there is none, it is wrong, or a variable overrides nothing, or makes a
            library trip.
    """
    if environ is None:
        environ = os.environ
        trouble = trouble_with(environ)
        if trouble is not None:
            raise ProblemError(trouble)
    here = Path.cwd()
    found = found_config(str(here), environ, str(named or ""))
    if found is None:
        raise ProblemError(_no_configuration(clone_of(str(here))))
    source = source_of(found, environ)
    config = parse(source.text, environ, found.path, state=state_folder(environ))
    words = words_of(environ, config if found.is_named else None, trust)
    session = session_by(config, here, source, words=words)
    if trust:
        session.keep_words()
    return session


def session_by(
    config: "Config",
    folder: Path,
    source: RecordedConfig | None = None,
    early: EarlyCluster | None = None,
    words: frozenset[Word] = frozenset(),
) -> Session:
    """Return the session of this process: its operator, its state directory, its clock."""
    environ = dict(os.environ)
    return Session(
        config=config,
        folder=folder,
        state=Path(state_folder(environ)),
        operator=environ.get("HOTFIX_OPERATOR") or getpass.getuser(),
        environ=environ,
        clock=system_clock(),
        early=early,
        source=source,
        words=words,
    )


def config_of(recorded: RecordedConfig | None) -> "tuple[Config | None, ProblemError | None]":
    """Return the configuration that a run keeps, if any, or why it is of no use."""
    if recorded is None:
        return None, None
    try:
        return parse(
            recorded.text,
            recorded.overrides,
            recorded.path,
            is_on_record=True,
            state=state_folder(os.environ),
        ), None
    except ProblemError as error:
        return None, error


def source_of(file: ConfigFile, environ: Mapping[str, str]) -> RecordedConfig:
    """Return what a configuration is made of; raises ProblemError where it may not be read."""
    text = text_of(file, environ)
    return RecordedConfig(text, os.path.abspath(file.path), overrides(environ))  # noqa: PTH100 - links stay links


_NO_CONFIGURATION = Problem(
    ProblemCode.CONFIGURATION,
    what="There is no hotfix.toml here.",
    why="It is looked for from the working directory up to the root of the repository; outside of "
    "one, up to the home.",
    next_command="hotfix init",
)
_NO_CLONE = replace(
    _NO_CONFIGURATION,
    next_command="cd into the clone of your team's repository, and try again; without one: "
    "hotfix drill",
)


def _no_configuration(clone: str) -> Problem:
    """Return that there is none, and how to come by it: in a ``clone``, another branch may have it.

    A hotfix branch is cut from what the remote has, and lacks what was not pushed.
    """
    if not clone:
        return _NO_CLONE
    import shlex

    from hotfix.composition.branch_with import branch_with

    branch = branch_with(FILE_NAME, Path(clone))
    if not branch:
        return _NO_CONFIGURATION
    return replace(
        _NO_CONFIGURATION,
        why=f"What is checked out has none; the branch {branch} has one.",
        next_command=f"git switch {shlex.quote(branch)}, and try again; once it is pushed to the "
        "branch that hotfixes are cut from, they have it, too",
    )


@lru_cache(maxsize=1)
def _cleaner(secrets: frozenset[str]) -> Callable[[str], str]:
    from hotfix.config.secret_shapes import masked
    from hotfix.domain.redaction import MARK, redacted

    return lambda text: masked(redacted(text, secrets), MARK)
