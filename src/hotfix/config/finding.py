"""Where the configuration lies, and whose file it may be; found without reading it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE_NAME = "hotfix.toml"


class ConfigFile(NamedTuple):
    """A configuration that was found or named."""

    path: str
    #: whether ``--config`` or ``HOTFIX_CONFIG`` names it: that is the person's own word
    is_named: bool = False


def find(start: Path, end: Path | None = None) -> Path | None:
    """Return the nearest ``hotfix.toml`` from folder ``start`` upwards to ``end``, or None."""
    for folder in (start, *start.parents):
        candidate = folder / FILE_NAME
        if candidate.is_file():
            return candidate
        if folder == end:
            return None
    return None


def found_config(
    folder: str, environ: Mapping[str, str], config_file: str = ""
) -> ConfigFile | None:
    """Return the configuration of whoever stands in ``folder``, or None.

    ``config_file`` is the one that ``--config`` names; else ``HOTFIX_CONFIG`` does, or it is found:
    up to the root of the repository, outside of one up to the home, and elsewhere in ``folder``
    alone. What lies further up is not of those who work here.
    """
    named = config_file or environ.get("HOTFIX_CONFIG") or ""
    if named:
        return ConfigFile(str(Path(folder, named)), is_named=True)
    start = Path(folder)
    found = find(start, _end(start, Path(environ.get("HOME") or Path.home())))
    return ConfigFile(str(found)) if found else None


def is_of_another(path: str, environ: Mapping[str, str]) -> bool:
    """Tell whether a file, or the link to it, belongs to somebody whose orders we do not take.

    As git judges a repository: it is one's own, or, for root, that of whoever called ``sudo``.

    Raises:
        OSError: it is not there.
    """
    ours = {os.geteuid()}
    if os.geteuid() == 0 and environ.get("SUDO_UID", "").isdecimal():
        ours.add(int(environ["SUDO_UID"]))
    owners = {Path(path).lstat().st_uid, Path(path).stat().st_uid}
    return not owners <= ours


def _end(start: Path, home: Path) -> Path:
    upwards = (start, *start.parents)
    # A linked work tree and a submodule have a file of that name.
    root = next((folder for folder in upwards if os.path.lexists(folder / ".git")), None)
    return root or (home if home in upwards else start)
