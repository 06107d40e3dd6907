"""Which clone a folder belongs to, and where that clone came from.

Read by hand, without git and without GitPython: a shell prompt, and a rollback, wait for it.
"""

import os

from hotfix.domain.lines import text_lines

_SECTION = '[remote "'


def clone_of(folder: str) -> str:
    """Return the git directory that all work trees of the clone around ``folder`` share.

    Empty where the folder is in no clone, or is gone.
    """
    place = os.path.realpath(folder)
    if not os.path.isdir(place):
        return ""
    while True:
        git = _git_directory(place)
        if git:
            shared = _text(os.path.join(git, "commondir")).rstrip("\r\n")
            return os.path.realpath(os.path.join(git, shared))
        above = os.path.dirname(place)
        if above == place:
            return ""
        place = above


def remotes_of(clone: str) -> dict[str, str]:
    """Return the address of every remote, by name, as ``.git/config`` has it.

    Args:
        clone: as ``clone_of`` returns it.

    Returns:
        Addresses without user and password; a folder as its real path.
    """
    found: dict[str, str] = {}
    remote = ""
    for line in map(str.strip, text_lines(_text(os.path.join(clone, "config")))):
        if line.startswith("["):
            remote = line[len(_SECTION) :].partition('"')[0] if line.startswith(_SECTION) else ""
        key, _, value = line.partition("=")
        if remote and key.strip().lower() == "url":
            found.setdefault(remote, _plain(value.strip().strip('"'), os.path.dirname(clone)))
    return found


def _plain(address: str, root: str) -> str:
    scheme, is_url, rest = address.partition("://")
    if is_url and scheme != "file":
        return f"{scheme}://{rest.rpartition('@')[2]}"
    path = rest if is_url else address
    # Without a scheme, a colon before the first slash is of host:path, as git reads it.
    if not is_url and ":" in path.partition("/")[0]:
        return path
    return os.path.realpath(os.path.join(root, path))


def _git_directory(folder: str) -> str:
    """Return the git directory of the work tree whose root is ``folder``, or nothing."""
    git = os.path.join(folder, ".git")
    if os.path.isfile(git):
        # Of a linked work tree, a submodule, or a separate git directory.
        word, _, path = _text(git).partition(":")
        git = (
            os.path.join(folder, path.removeprefix(" ").rstrip("\r\n")) if word == "gitdir" else ""
        )
    return git if os.path.isfile(os.path.join(git, "HEAD")) else ""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return file.read()
    except OSError:
        return ""
