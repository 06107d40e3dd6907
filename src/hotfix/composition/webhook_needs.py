"""What the webhooks need, known without sending them anything."""

from collections.abc import Iterator, Mapping, Sequence

from hotfix.adapters.signed_webhook import SignedWebhook
from hotfix.config.webhooks import Webhook
from hotfix.domain.problem import ProblemError
from hotfix.ports.readiness import Finding, Need, unmet

_AREA = "webhooks"


def webhook_needs(settings: Sequence[Webhook], environ: Mapping[str, str]) -> tuple[Need, ...]:
    """Return the needs of each; none of them stops a hotfix."""
    return tuple(need for each in settings for need in _needs(each, environ))


def _needs(hook: Webhook, environ: Mapping[str, str]) -> Iterator[Need]:
    lacking = [
        name for name in (hook.address, hook.signed_with) if not environ.get(name, "").strip()
    ]
    if lacking:
        saw = f"{' and '.join(lacking)}: not set"
        yield Need(_AREA, hook.name, Finding.WARNING, saw, f"export {lacking[0]}=...")
        return
    made = SignedWebhook(hook.name, environ[hook.address], environ[hook.signed_with])
    try:
        made.checked_address()
        made.keys()
    except ProblemError as error:
        yield unmet(_AREA, hook.name, Finding.WARNING, error)
    else:
        yield Need(_AREA, hook.name, Finding.OK, "address and secret are set; nothing was sent")
