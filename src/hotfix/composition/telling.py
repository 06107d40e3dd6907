"""The services that only tell people: each None where it, or its token, is not configured."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.at_first_use import at_first_use

if TYPE_CHECKING:
    from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall
    from hotfix.adapters.signed_webhook import SignedWebhook
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.adapters.statuspage_incidents import StatuspageIncidents
    from hotfix.config.model import Pagerduty, Slack
    from hotfix.config.status_page import Statuspage
    from hotfix.config.webhooks import Webhook


def slack(settings: "Slack | None", environ: Mapping[str, str]) -> "SlackChannel | None":
    """Return the channel."""
    token = environ.get("SLACK_BOT_TOKEN")
    if settings is None or not token:
        return None

    def make() -> "SlackChannel":
        from hotfix.adapters.slack_channel import SlackChannel

        return SlackChannel(token, settings.channel, base_url=settings.base_url or None)

    return at_first_use(make)


def status_page(
    settings: "Statuspage | None", environ: Mapping[str, str]
) -> "StatuspageIncidents | None":
    """Return the page."""
    key = environ.get("STATUSPAGE_API_KEY")
    if settings is None or not key:
        return None

    def make() -> "StatuspageIncidents":
        from hotfix.adapters.statuspage_incidents import StatuspageIncidents

        return StatuspageIncidents(
            key, settings.page_id, api_url=settings.api_url, components=settings.components
        )

    return at_first_use(make)


def webhooks(
    settings: "Sequence[Webhook]", environ: Mapping[str, str], folder: Path | None = None
) -> "tuple[SignedWebhook, ...]":
    """Return the receivers whose address and secret are set; ``folder`` keeps what they have."""
    if not settings:
        return ()
    from hotfix.adapters.signed_webhook import SignedWebhook

    return tuple(
        SignedWebhook(
            each.name,
            environ.get(each.address, ""),
            environ.get(each.signed_with, ""),
            folder / each.name if folder is not None else None,
        )
        for each in settings
        if environ.get(each.address)
    )


def pager(settings: "Pagerduty | None", environ: Mapping[str, str]) -> "PagerDutyOnCall | None":
    """Return the schedules."""
    key = environ.get("PAGERDUTY_API_KEY")
    if settings is None or not key:
        return None

    def make() -> "PagerDutyOnCall":
        from hotfix.adapters.pagerduty_on_call import PagerDutyOnCall

        return PagerDutyOnCall(
            key,
            schedule_ids=tuple(settings.schedule_ids),
            escalation_policy_ids=tuple(settings.escalation_policy_ids),
            api_url=settings.api_url,
        )

    return at_first_use(make)
