"""The services that only tell people: each None where it, or its token, is not configured."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hotfix.composition.at_first_use import at_first_use

if TYPE_CHECKING:
    from hotfix.adapters.notifications import AppriseAddress
    from hotfix.adapters.pagerduty import PagerDutyEvents, PagerDutyOnCall
    from hotfix.adapters.signed_webhook import SignedWebhook
    from hotfix.adapters.slack_channel import SlackChannel
    from hotfix.adapters.statuspage_incidents import StatuspageIncidents
    from hotfix.config.model import Config
    from hotfix.config.people import Pagerduty
    from hotfix.config.status_page import Statuspage
    from hotfix.config.webhooks import Notify, Webhook
    from hotfix.processes.sent_record import SentRecord


def slack(config: "Config", environ: Mapping[str, str]) -> "SlackChannel | None":
    """Return the channel."""
    settings = config.slack
    token = environ.get("SLACK_BOT_TOKEN")
    if settings is None or not token:
        return None

    def make() -> "SlackChannel":
        from hotfix.adapters.slack_channel import SlackChannel

        by_login = {login: email for email, login in config.review.logins.items()}
        return SlackChannel(
            token,
            settings.channel,
            base_url=settings.base_url or None,
            users=by_login | settings.users,
            reaction=settings.note_reaction,
        )

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


def addresses_of(settings: "Notify | None", environ: Mapping[str, str]) -> list[str]:
    """Return the addresses that the named variable holds: secrets, with blanks or commas between.

    A comma within one, as between receivers, is part of it.
    """
    if settings is None:
        return []
    held = environ.get(settings.addresses_in, "")
    found = (each.strip(",") for each in re.split(r"\s+|,(?=[A-Za-z0-9]+://)", held))
    return [each for each in found if each]


def notifiers(
    settings: "Notify | None", environ: Mapping[str, str], folder: Path
) -> "tuple[AppriseAddress, ...]":
    """Return what sends notices, one for each address; ``folder`` keeps what they have sent."""
    found = addresses_of(settings, environ)
    if not found:
        return ()
    from hotfix.adapters.notifications import AppriseAddress

    # Of one that is there twice, nobody is told twice.
    return tuple(
        AppriseAddress(place, each, folder)
        for place, each in enumerate(found, start=1)
        if found.index(each) == place - 1
    )


def pager(settings: "Pagerduty | None", environ: Mapping[str, str]) -> "PagerDutyOnCall | None":
    """Return the schedules."""
    key = environ.get("PAGERDUTY_API_KEY")
    if settings is None or not key:
        return None

    def make() -> "PagerDutyOnCall":
        from hotfix.adapters.pagerduty import PagerDutyOnCall

        return PagerDutyOnCall(
            key,
            schedule_ids=tuple(settings.schedule_ids),
            escalation_policy_ids=tuple(settings.escalation_policy_ids),
            api_url=settings.api_url,
        )

    return at_first_use(make)


def pager_events(settings: "Pagerduty", routing_key: str, api_key: str) -> "PagerDutyEvents | None":
    """Return what tells PagerDuty; None without any key."""
    if not routing_key and not api_key:
        return None

    def make() -> "PagerDutyEvents":
        from hotfix.adapters.pagerduty import PagerDutyEvents
        from hotfix.adapters.pagerduty.events import Account

        account = Account(
            routing_key.strip(),
            api_key.strip(),
            settings.events_url.rstrip("/"),
            settings.api_url.rstrip("/"),
            settings.email,
        )
        return PagerDutyEvents(account)

    return at_first_use(make)


def sent_to_pager(folder: Path) -> "SentRecord":
    """Return what was sent to PagerDuty of the run whose files are in ``folder``."""

    def make() -> "SentRecord":
        from hotfix.processes.sent_record import SentRecord

        return SentRecord(folder / "pager")

    return at_first_use(make)
