"""Whose run it is, and which one a command is about: told from files, before anything is imported.

A shell prompt waits for ``hotfix status --short``, and a rollback for its first request.
"""

import os

from hotfix.composition.clone import clone_of, remotes_of
from hotfix.composition.run_list import open_plain
from hotfix.domain.json_reading import json_value
from hotfix.domain.snapshot import OVER
from hotfix.domain.state_checksum import CHECKSUM, is_as_written

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeGuard

    from hotfix.config.finding import ConfigFile


class Place:
    """The repository that a command is given in.

    Args:
        folder: where the operator stands.
        environ: with ``HOTFIX_CONFIG`` and overrides.
        config_file: of ``--config``; empty for the one that is found.
        configured: API and repository (owner/name) of the configuration, where it is known.
    """

    def __init__(
        self,
        folder: str,
        environ: "Mapping[str, str]",
        config_file: str = "",
        configured: tuple[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.clone = clone_of(folder)
        self._environ = environ
        self._config_file = config_file
        self._configured = configured
        self._remotes: dict[str, str] | None = None

    def has(self, whose: "Mapping[str, Any]") -> bool:
        """Tell whether a run (``RunSettings.whose``) is of this repository, as far as is on record.

        A clone has its own runs. Beyond that the remote says which repository it is, and where
        that is no GitHub's, ``hotfix.toml`` does. A run that an earlier version began names its
        clone alone.
        """
        origin, clone = whose.get("origin"), whose.get("clone")
        if clone and self.clone and clone_of(str(clone)) == self.clone:
            return True
        if not origin:
            return not (clone and self.clone)
        address = self.address(str(origin.get("remote") or "origin"))
        if address and address == origin.get("address"):
            return True
        from hotfix.domain.git_address import names

        is_named = names(address, str(origin["api_url"]), str(origin["repository"]))
        return self._is_configured(origin) if is_named is None else is_named

    def name_at(self, origin: "Mapping[str, Any]") -> str:
        """Return owner and name, on the GitHub of ``origin``, that this repository goes by."""
        from hotfix.domain.git_address import named_by, names

        address = self.address(str(origin.get("remote") or "origin"))
        _, name = named_by(address)
        if name and names(address, str(origin["api_url"]), name):
            return name
        api_url, configured = self._names()
        return configured if _plain(api_url) == _plain(origin["api_url"]) else ""

    @property
    def is_a_repository(self) -> bool:
        """Whether one is stood in, or configured."""
        return bool(self.clone or self._names()[1])

    def address(self, remote: str) -> str:
        """Return where a remote of the clone is, without user and password; empty without one."""
        if self._remotes is None:
            self._remotes = remotes_of(self.clone) if self.clone else {}
        return self._remotes.get(remote, "")

    def _is_configured(self, origin: "Mapping[str, Any]") -> bool:
        """Tell whether today's configuration names the repository of ``origin``."""
        ours = (str(origin["api_url"]), str(origin["repository"]))
        return [_plain(each) for each in self._names()] == [_plain(each) for each in ours]

    def _names(self) -> tuple[str, str]:
        if self._configured is None:
            self._configured = self._read_configured()
        return self._configured

    def _read_configured(self) -> tuple[str, str]:
        from hotfix.config.finding import found_config

        found = found_config(self.folder, self._environ, self._config_file)
        section = _github_section(found, self._environ) if found else {}
        api_url, repository = (
            str(self._environ.get(f"HOTFIX_GITHUB__{key.upper()}", section.get(key, usual)))
            for key, usual in (("api_url", "https://api.github.com"), ("repository", ""))
        )
        return api_url, repository


class KeptRun:
    """One run on this machine.

    Args:
        run: its id.
        whose: as ``RunSettings.whose`` says.
        is_over: whether nothing more will happen to it here, as far as is known.
        status: what ``state.json`` holds; None where it cannot be read.
        is_stale: whether the journal is another one than what is known here was read from.
        held: the warning that it holds; None where its journal must say.
        state: how it stands, such as ``done``; empty where that is not known.
        about: its description.
    """

    def __init__(
        self,
        run: str,
        whose: "Mapping[str, Any]",
        *,
        is_over: bool,
        status: "dict[str, Any] | None",
        is_stale: bool,
        held: str | None = "",
        state: str = "",
        about: str = "",
    ) -> None:
        self.run = run
        self.whose = whose
        self.is_over = is_over
        self.status = status
        self.is_stale = is_stale
        self.held = held
        self.state = state
        self.about = about

    @property
    def repository(self) -> str:
        """What people call the repository that the run is of."""
        origin = self.whose.get("origin") or {}
        return str(origin.get("repository") or self.whose.get("clone") or "a repository unknown")


def _github_section(found: "ConfigFile", environ: "Mapping[str, str]") -> "Mapping[str, Any]":
    import tomllib

    from hotfix.config.finding import is_of_another

    try:
        if not found.is_named and is_of_another(found.path, environ):
            return {}
        with open(found.path, encoding="utf-8-sig") as file:
            return dict(tomllib.loads(file.read())["github"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def kept_run(state: str, run: str) -> KeptRun:
    """Return a run in the state directory, as its ``state.json`` says."""
    folder = os.path.join(state, "runs", run)
    status, is_stale = _status(folder)
    said = status or {}
    whose = said.get("whose")
    if not _says_whose(whose):
        whose = _as_begun(folder)
    doing = said.get("state", "")
    # An earlier version did not say what is held: the journal does.
    held = str(said["held"] or "") if "held" in said else None
    return KeptRun(
        run,
        whose,
        is_over=doing in OVER,
        status=status,
        is_stale=is_stale or held is None,
        held=held,
        state=doing,
        about=str(said.get("description", "")),
    )


def fitting(
    kept: "Sequence[KeptRun]", named: str, place: Place, *, open_first: bool
) -> "Sequence[KeptRun]":
    """Return the run that a command is about; none, or several, where that cannot be told.

    Named (a part of the id will do), of whatever repository. Else the newest of the repository
    stood in, or configured: of those that are not over, where there are any and they come
    ``open_first``. Only a rollback is about what changed production last, be that over or not.
    Outside of any: the one that is not over; the newest, where all runs are of one repository.
    """
    if named:
        found = [each for each in kept if each.run == named]
        found = found or [each for each in kept if named in each.run]
        own = [each for each in found if place.has(each.whose)] if len(found) > 1 else []
        return own if len(own) == 1 else found
    mine = [each for each in kept if place.has(each.whose)] if place.is_a_repository else list(kept)
    not_over = [each for each in mine if not each.is_over]
    if place.is_a_repository:
        return ((open_first and not_over) or mine)[:1]
    is_one = len({each.repository for each in mine}) == 1
    return not_over or (mine[:1] if is_one else mine)


def _status(folder: str) -> "tuple[dict[str, Any] | None, bool]":
    try:
        with open(os.path.join(folder, "state.json"), "rb", opener=open_plain) as file:
            text = file.read()
            found = json_value(text.decode())
            changed = os.fstat(file.fileno()).st_mtime_ns
        journal = os.stat(os.path.join(folder, "journal.jsonl"))
    except (OSError, ValueError):
        return None, True
    if not isinstance(found, dict) or not isinstance(found.get("state"), str):
        return None, True
    # Copied from the folder of another run, it says nothing of this one; nor does what was edited.
    # An earlier version wrote no checksum.
    is_edited = CHECKSUM in found and not is_as_written(text)
    if is_edited or found.get("run") != os.path.basename(folder):
        return None, True
    is_as_long = found.get("journal_bytes", journal.st_size) == journal.st_size
    # What was changed behind our back may be as long as before.
    is_as_old = (
        found["journal_times"] == [journal.st_mtime_ns, journal.st_ctime_ns]
        if "journal_times" in found
        # An earlier version left the comparison to the clock.
        else changed >= journal.st_mtime_ns
    )
    return found, not (is_as_long and is_as_old)


def _as_begun(folder: str) -> "Mapping[str, Any]":
    """Return whose run it is by its first event: an earlier version kept it there alone."""
    try:
        with open(os.path.join(folder, "journal.jsonl"), "rb", opener=open_plain) as file:
            settings = json_value(file.readline().decode())["data"]["settings"]
            begun = {"clone": settings.get("repository"), "origin": settings.get("origin")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return begun if _says_whose(begun) else {}


def _says_whose(found: object) -> "TypeGuard[Mapping[str, Any]]":
    """Tell whether what a file says of whose a run is has the shape of ``RunSettings.whose``."""
    if not isinstance(found, dict):
        return False
    origin, cluster = found.get("origin"), found.get("cluster")
    is_named = isinstance(origin, dict) and {"api_url", "repository"} <= origin.keys()
    return (not origin or is_named) and (cluster is None or isinstance(cluster, list))


def _plain(text: object) -> str:
    return str(text).rstrip("/").casefold()
