"""What every command needs first: the configuration, the repository, the state directory."""

import getpass
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hotfix.composition.early_cluster import EarlyCluster
from hotfix.composition.journals import Runs
from hotfix.composition.tools import Tools, system_clock
from hotfix.config.finding import find
from hotfix.config.load import load
from hotfix.config.model import Config
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.ports.clock import Clock
from hotfix.runs.state_folder import state_folder


@dataclass(frozen=True)
class Session:
    """Where a command stands, and as whom."""

    config: Config  #: the team's ``hotfix.toml``
    folder: Path  #: the folder that the operator stands in
    state: Path  #: the state directory
    operator: str  #: who is at the keyboard
    environ: Mapping[str, str] = field(repr=False)  #: where secrets are looked up
    clock: Clock  #: whose time it is
    #: the cluster that was asked before the configuration was checked
    early: EarlyCluster | None = None

    @cached_property
    def tools(self) -> Tools:
        """Return the real tools of this configuration."""
        return Tools(self.config, self.folder, self.environ, self.clock, self.early)

    @property
    def runs(self) -> Runs:
        """Return the journals on this machine."""
        return Runs(self.state)

    @property
    def secrets(self) -> Collection[str]:
        """Return the values that must never be written anywhere; what is found later is added."""
        return self.tools.secrets


def open_session(config_file: Path | None = None, early: EarlyCluster | None = None) -> Session:
    """Find the configuration from the working directory upwards, or read ``config_file`` instead.

    Raises:
        ProblemError: there is none, or it is wrong.
    """
    environ = dict(os.environ)
    here = Path.cwd()
    named = config_file or (Path(environ["HOTFIX_CONFIG"]) if "HOTFIX_CONFIG" in environ else None)
    path = named or find(here)
    if path is None:
        raise ProblemError(_NO_CONFIGURATION)
    return Session(
        config=load(path, environ),
        folder=here,
        state=Path(state_folder(environ)),
        operator=environ.get("HOTFIX_OPERATOR") or getpass.getuser(),
        environ=environ,
        clock=system_clock(),
        early=early,
    )


_NO_CONFIGURATION = Problem(
    ProblemCode.CONFIGURATION,
    what="There is no hotfix.toml here.",
    why="It is looked for from the working directory upwards.",
    next_command="Copy hotfix.toml.example to your repository as hotfix.toml, then: hotfix doctor",
)
