"""The values that must never be written anywhere, as far as the environment holds them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotfix.composition.telling import addresses_of
from hotfix.processes.environment import SECRETS, note_secret, note_secret_variable

if TYPE_CHECKING:
    from hotfix.config.model import Config


def secret_values(config: "Config", environ: Mapping[str, str]) -> set[str]:
    """Return them, and keep the variables that the configuration names from programs we start."""
    named = [name for hook in config.webhooks for name in (hook.address, hook.signed_with)]
    if config.notify is not None:
        named.append(config.notify.addresses_in)
    for name in named:
        note_secret_variable(name)
    addresses = addresses_of(config.notify, environ)
    for address in addresses:
        note_secret(address)
    found = {environ.get(name, "").strip() for name in SECRETS.union(named)} - {""}
    signed = {
        part for hook in config.webhooks for part in environ.get(hook.signed_with, "").split()
    }
    return found.union(addresses, signed)
