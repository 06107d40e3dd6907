"""The sections of the services that reach people: the channel, and whoever is on call."""

from typing import Annotated, Literal

from pydantic import Field

from hotfix.config.durations import Duration
from hotfix.config.section import Section, ServiceUrl, ServiceUrlOrNone

SLACK_USER, REACTION = r"^([UWS][A-Z0-9]{5,}|[^\s@]+@[^\s@]+)$", r"^[a-z0-9_+'-]*$"


class Slack(Section):
    """Where the team is told."""

    channel: str = Field("#engineering", description="The channel.")
    base_url: ServiceUrlOrNone = Field("", description="Another one for GovSlack.")
    users: dict[str, Annotated[str, Field(pattern=SLACK_USER)]] = Field(
        default_factory=dict,
        description="Whom Slack notifies: login, name, e-mail address or contact to member or "
        "group id, or to the e-mail address in Slack. Who is on call is found by theirs.",
    )
    note_reaction: Annotated[str, Field(pattern=REACTION)] = Field(
        "pushpin",
        description="A reply in the thread that somebody marks with it comes onto the timeline; "
        "empty for none.",
    )
    first_within: Duration = Field(300.0, description="From the start to the first post.")
    scope_within: Duration = Field(
        300.0, description="From there to a note that says whom it hits; you are reminded before."
    )
    update_every: Duration = Field(
        1200.0, description="At the latest; you are reminded before, then it is done by itself."
    )


class Pagerduty(Section):
    """Who is on call, and what PagerDuty is told."""

    schedule_ids: tuple[str, ...] = Field((), description="Schedules to look at.")
    escalation_policy_ids: tuple[str, ...] = Field((), description="Or escalation policies.")
    api_url: ServiceUrl = Field(
        "https://api.pagerduty.com", description="Another one for the EU region."
    )
    page: Literal["ask", "always", "never"] = Field(
        "ask", description="Whether a run pages those on call; needs PAGERDUTY_ROUTING_KEY."
    )
    events_url: ServiceUrl = Field(
        "https://events.pagerduty.com", description="Where alerts go; likewise."
    )
    email: str = Field(
        "", description="Of a user: whose acknowledgements and notes of incidents are."
    )
