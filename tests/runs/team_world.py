"""Two laptops and the cluster that both know: over HTTP, with the real client."""

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from tests.adapters.kubernetes.world import NAMESPACE, World
from tests.journals.reading import HERE, recorded

from hotfix.domain.status import status
from hotfix.ports.shared_records import SharedRun
from hotfix.runs.team_records import Record, TeamRecords, record_of, team_records

CONFIG = """\
[github]
repository = "acme/shop"

[kubernetes]
namespace = "{namespace}"
deployments = ["webrana-backend"]
kubeconfig = "{kubeconfig}"
{more}
"""


@dataclass
class Laptop:
    """A folder with a ``hotfix.toml``, and a state directory."""

    folder: Path
    said: list[str] = field(default_factory=list)

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "HOTFIX_STATE_DIR": str(self.state), "HOME": str(self.folder)}

    def keep(self, name: str, events: int | None = None) -> str:
        """Put a recorded journal onto the disk, or its first events."""
        run = recorded(name).progress.run
        folder = self.state / "runs" / run
        folder.mkdir(parents=True)
        (folder / "journal.jsonl").write_bytes(lines_of(name, events))
        return run

    def record(self, named: str | None = None, *, only_here: bool = False) -> Record:
        """Read what ``show`` reads."""
        with contextlib.chdir(self.folder):
            return record_of(self.state, named, "show", self.said.append, only_here=only_here)

    def team(self) -> TeamRecords:
        """Read what ``log`` reads."""
        with contextlib.chdir(self.folder):
            found = team_records(self.state, self.said.append)
            found.journals()
            return found


def laptop(world: World, folder: Path, more: str = '[team]\nwait = "60s"') -> Laptop:
    """Return a laptop that knows the cluster."""
    folder.mkdir()
    world.adapter()
    kubeconfig = next(world.folder.glob("kubeconfig-*"))
    text = CONFIG.format(namespace=NAMESPACE, kubeconfig=kubeconfig, more=more)
    (folder / "hotfix.toml").write_text(text)
    return Laptop(folder)


def lines_of(name: str, events: int | None = None) -> bytes:
    """Return the lines of a recorded journal, or of its first events."""
    raw = (HERE / "recorded" / name / "journal.jsonl").read_bytes()
    return b"".join(raw.splitlines(keepends=True)[:events])


def share(world: World, name: str, events: int | None = None, host: str = "noors-laptop") -> str:
    """Put a recorded journal into the cluster, as the machine that walked it does."""
    progress = recorded(name).progress
    said = dict(status(progress))
    shared = SharedRun(progress.run, "noor", 3, progress.last_at, said, host=host)
    assert world.adapter().shared_records.write(shared, lines_of(name, events))
    return progress.run


def config_map(run: str) -> str:
    """Return the name of a run's record."""
    return f"hotfix-run-{run}"


def emptied(world: World) -> None:
    """Leave no record, no fault and no missing right for the next test."""
    world.service.faults.clear()
    world.service.denied.clear()
    for each in world.adapter().shared_records.journals():
        name = each.run if each.run.startswith("hotfix-run-") else config_map(each.run)
        world.service.delete("configmaps", name)
