"""Where the configuration lies, and whose file it may be; found without reading it."""

import os

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "hotfix.toml"


class ConfigFile:
    """A configuration that was found or named.

    Attributes:
        path: where it is.
        is_named: whether ``--config`` or ``HOTFIX_CONFIG`` names it: the person's own word.
    """

    def __init__(self, path: str, *, is_named: bool = False) -> None:
        self.path = path
        self.is_named = is_named

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConfigFile) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(self.path)


def find(start: str, end: str = "") -> str:
    """Return the nearest ``hotfix.toml`` from folder ``start`` upwards to ``end``, or nothing."""
    for folder in _upwards(start):
        candidate = os.path.join(folder, FILE_NAME)
        if os.path.isfile(candidate):
            return candidate
        if folder == end:
            break
    return ""


def found_config(
    folder: str, environ: "Mapping[str, str]", config_file: str = ""
) -> ConfigFile | None:
    """Return the configuration of whoever stands in ``folder``, or None.

    ``config_file`` is the one that ``--config`` names; else ``HOTFIX_CONFIG`` does, or it is found:
    up to the root of the repository, outside of one up to the home, and elsewhere in ``folder``
    alone. What lies further up is not of those who work here.
    """
    named = config_file or environ.get("HOTFIX_CONFIG") or ""
    if named:
        return ConfigFile(os.path.join(folder, named), is_named=True)
    home = environ.get("HOME") or os.path.expanduser("~")
    found = find(folder, _end(folder, os.path.normpath(home)))
    return ConfigFile(found) if found else None


def is_of_another(path: str, environ: "Mapping[str, str]") -> bool:
    """Tell whether a file, or the link to it, belongs to somebody whose orders we do not take.

    As git judges a repository: it is one's own, or, for root, that of whoever called ``sudo``.

    Raises:
        OSError: it is not there.
    """
    ours = {os.geteuid()}
    if os.geteuid() == 0 and environ.get("SUDO_UID", "").isdecimal():
        ours.add(int(environ["SUDO_UID"]))
    owners = {os.lstat(path).st_uid, os.stat(path).st_uid}
    return not owners <= ours


def clone_of(folder: str) -> str:
    """Return the root of the clone that ``folder`` is in; empty where it is in none."""
    # A linked work tree and a submodule have a file of that name.
    upwards = _upwards(folder)
    return next((each for each in upwards if os.path.lexists(os.path.join(each, ".git"))), "")


def _end(start: str, home: str) -> str:
    return clone_of(start) or (home if home in _upwards(start) else start)


def _upwards(start: str) -> list[str]:
    """Return a folder and those above it."""
    folders = [start]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(above)
    return folders
