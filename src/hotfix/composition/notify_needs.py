"""What the addresses of notices need, known without sending them anything."""

from collections.abc import Iterator, Mapping

from hotfix.adapters.notifications import Courier, no_address, scheme_of
from hotfix.composition.telling import addresses_of
from hotfix.config.webhooks import Notify
from hotfix.domain.problem import ProblemError
from hotfix.ports.readiness import Finding, Need, unmet

_AREA = "notify"


def notify_needs(settings: Notify | None, environ: Mapping[str, str]) -> tuple[Need, ...]:
    """Return the needs of each address; none of them stops a hotfix."""
    if settings is None:
        return ()
    found = addresses_of(settings, environ)
    if not found:
        name = settings.addresses_in
        return (
            Need(_AREA, "addresses", Finding.WARNING, f"{name}: not set", f"export {name}=..."),
        )
    return tuple(_needs(found))


def _needs(addresses: list[str]) -> Iterator[Need]:
    courier = Courier()
    try:
        for place, address in enumerate(addresses, start=1):
            name = f"{place}-{scheme_of(address)}"
            if (first := addresses.index(address) + 1) < place:
                saw = f"is address {first} once more: it is told once"
                mend = "Take one of them out of the variable of [notify] addresses_in"
                yield Need(_AREA, name, Finding.WARNING, saw, mend)
                continue
            outcome, _ = courier.ask(address=address)
            if outcome == "usable":
                yield Need(_AREA, name, Finding.OK, "apprise can read it; nothing was sent")
            elif outcome == "invalid":
                yield unmet(_AREA, name, Finding.WARNING, ProblemError(no_address(name)))
            else:
                yield Need(_AREA, name, Finding.WARNING, "apprise did not answer", "make setup")
    finally:
        courier.close()
