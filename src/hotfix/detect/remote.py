"""Which remote, which repository, and which GitHub."""

import re
from collections.abc import Iterator, Mapping, Sequence

from hotfix.detect.setting import Remark, Setting
from hotfix.domain.frozen import frozen
from hotfix.domain.git_address import named_by, web_address_of

_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
# What people call the remote of the repository that theirs is a fork of.
_UPSTREAM = "upstream"
# Hosts, or the beginnings of their names, where something else than GitHub answers.
_OTHERS = re.compile(
    r"(?:^|\.)(?:gitlab|bitbucket|gitea|forgejo|codeberg|gogs|sourceforge|launchpad|azure|ssh\.dev"
    r"|dev\.azure|visualstudio|git\.sr|codecommit|git-codecommit|source\.developers)\.",
)


@frozen
class Origin:
    """Where the clone came from."""

    settings: tuple[Setting, ...]  #: ``git.remote``, ``github.repository`` and ``github.api_url``
    remarks: tuple[Remark, ...] = ()
    remote: str = ""  #: its name; empty without one
    host: str = ""  #: of the GitHub, as people know it; empty where there is none
    repository: str = ""  #: as owner/name; empty where none was found


def origin_of(remotes: Mapping[str, Sequence[str]], upstream: str = "") -> Origin:
    """Return what the remotes say.

    Args:
        remotes: the addresses of each, best first: as git uses it, as it is written down, and with
            what ssh makes of an alias.
        upstream: the remote of the branch that is checked out; empty where it has none.
    """
    name = next((each for each in ("origin", upstream) if each in remotes), "")
    if not name and len(remotes) == 1:
        name = next(iter(remotes))
    if not name:
        there = (
            f"none of {', '.join(sorted(remotes))} is origin"
            if remotes
            else "git remote names none"
        )
        missing = Setting("git", "remote", None, there, "origin")
        return Origin((missing, _no_repository(there), _no_api(there)))
    where = f"remote {name}"
    remote = Setting("git", "remote", name, f"git remote{_others(remotes, name)}")
    host, repository, web = _named(remotes[name])
    if not repository:
        why = f"{where} names none"
        return Origin((remote, _no_repository(why), _no_api(why)), remote=name)
    if _OTHERS.search(f"{host}."):
        why = f"{where} is at {host}, and that is no GitHub"
        remark = Remark("github", f"hotfix reviews and merges on GitHub alone; {why}.", where)
        settings = (remote, _no_repository(why), _no_api(why))
        return Origin(settings, (remark,), name)
    found = Setting("github", "repository", repository, where)
    settings = (remote, found, _api(host, web, where))
    remarks = tuple(_canonical(remotes, name, repository))
    return Origin(settings, remarks, name, host or "github.com", repository)


def _canonical(
    remotes: Mapping[str, Sequence[str]], name: str, repository: str
) -> Iterator[Remark]:
    """Say that another remote may be the team's one, where it is called as people call that."""
    theirs = _named(remotes.get(_UPSTREAM, ()))[1]
    if name == _UPSTREAM or not theirs or theirs.casefold() == repository.casefold():
        return
    text = (
        f"{name} is {repository}, and {_UPSTREAM} is {theirs}: if production is deployed from "
        f'{theirs}, say so: [github] repository = "{theirs}", [git] remote = "{_UPSTREAM}".'
    )
    yield Remark("github", text, "git remote")


def _others(remotes: Mapping[str, Sequence[str]], name: str) -> str:
    others = sorted(set(remotes) - {name})
    return f"; also there: {', '.join(others)}" if others else ""


def _named(addresses: Sequence[str]) -> tuple[str, str, str]:
    """Return host, repository and web address by the first whose host has a dot, else the first."""
    named = ((*named_by(each), web_address_of(each)) for each in addresses)
    found = [each for each in named if _is_named(*each[:2])]
    return next((each for each in found if "." in each[0]), found[0] if found else ("", "", ""))


def _is_named(host: str, name: str) -> bool:
    is_folder = host in {".", ".."} or not host
    return not is_folder and bool(_HOST.fullmatch(host)) and bool(_NAME.fullmatch(name))


def _api(host: str, web: str, where: str) -> Setting:
    if host == "github.com":
        return Setting("github", "api_url", "https://api.github.com", where)
    if "." not in host:
        seen = f"{where} names {host}, taken as an alias of ssh for github.com"
        return Setting("github", "api_url", "https://api.github.com", seen)
    if host.endswith(".ghe.com"):
        return Setting("github", "api_url", f"https://api.{host}", where)
    return Setting(
        "github",
        "api_url",
        f"{web}/api/v3",
        f"{where} is at {host}, taken as GitHub Enterprise",
        advice=(f"Your token goes there once you have said: hotfix doctor --trust-host {host}",),
    )


def _no_repository(why: str) -> Setting:
    return Setting("github", "repository", None, why, "owner/name")


def _no_api(why: str) -> Setting:
    return Setting("github", "api_url", None, why, "https://api.github.com")
