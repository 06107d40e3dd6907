"""The hosts that a person lets have a service's token, beside the service's own.

A word is given by ``HOTFIX_*``, by ``--config`` or by ``--trust-host``. It is kept on this machine,
for the repository: what comes with a repository, or with a run from elsewhere, is nobody's word.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.config.finding import is_of_another
from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.token_hosts import host_of, needs_no_word, service_of

if TYPE_CHECKING:
    from hotfix.config.model import Config

_FILE = "trusted-hosts.json"
_ANY = "*"
# Where each section of hotfix.toml names the host of its service, and the override of it.
_KEYS = {
    "github": "api_url",
    "slack": "base_url",
    "statuspage": "api_url",
    "pagerduty": "api_url",
}

#: a section of ``hotfix.toml``, or ``*`` for all, and the host that its token may go to
Word = tuple[str, str]


@frozen
class TrustedHosts:
    """Whom one person trusts, for one configuration."""

    words: frozenset[Word] = frozenset()  #: what the person has said, now or before

    def may_have(self, section: str, address: str) -> bool:
        """Tell whether the token of a section's service may go to ``address``."""
        host = host_of(address)
        is_said = bool({(section, host), (_ANY, host)} & self.words)
        return bool(host) and (needs_no_word(section, host) or is_said)


def addresses(config: "Config") -> Iterator[tuple[str, str]]:
    """Yield the sections that send a token, each with the address that it goes to."""
    for section, key in _KEYS.items():
        address = getattr(getattr(config, section), key, "")
        if address:
            yield section, address


def words_of(
    environ: Mapping[str, str], named: "Config | None", trusted: tuple[str, ...]
) -> frozenset[Word]:
    """Return what a person says with one command.

    Args:
        environ: with the overrides.
        named: the configuration, where the person has named its file.
        trusted: hosts that ``--trust-host`` names.
    """
    by_override = {
        (section, host_of(environ.get(f"HOTFIX_{section}__{key}".upper(), "")))
        for section, key in _KEYS.items()
    }
    by_name = {(section, host_of(url)) for section, url in addresses(named)} if named else set()
    by_flag = {(_ANY, host_of(host)) for host in trusted}
    return frozenset(word for word in by_override | by_name | by_flag if word[1])


def kept_words(state: Path, config: "Config") -> frozenset[Word]:
    """Return what has been kept for the repository of ``config``."""
    found = _read(state).get(_repository(config))
    return frozenset(
        (str(word[0]), str(word[1]))
        for word in (found if isinstance(found, list) else ())
        if isinstance(word, list) and len(word) == len(("section", "host"))
    )


def keep_words(state: Path, config: "Config", words: frozenset[Word]) -> None:
    """Keep those of ``words`` that the configuration has a use for, or that name all services."""
    used = {(section, host_of(url)) for section, url in addresses(config)}
    wanted = {
        word for word in words if word[0] == _ANY or (word in used and not needs_no_word(*word))
    }
    known = kept_words(state, config)
    if wanted <= known:
        return
    whole = _read(state) | {_repository(config): sorted(map(list, wanted | known))}
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=state, delete=False, encoding="utf-8") as file:
        json.dump(whole, file, indent=2)
    Path(file.name).replace(state / _FILE)


def not_trusted(section: str, address: str) -> Problem:
    """Return the problem of a host that nobody has said a word for."""
    service, host = service_of(section), host_of(address)
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"The token for {service} stays here: {host or address} is not {service}'s own host.",
        why=f"hotfix.toml names it ([{section}] {_KEYS[section]}), and whoever wrote that would "
        "get your token. Nothing was sent.",
        next_command=f"If you trust it with the token: hotfix doctor --trust-host {host or 'HOST'}",
    )


def _read(state: Path) -> dict[str, object]:
    path = state / _FILE
    try:
        if is_of_another(str(path), os.environ):
            return {}
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _repository(config: "Config") -> str:
    return f"{host_of(config.github.api_url)}/{config.github.repository}".casefold()
