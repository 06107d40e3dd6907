"""``[[webhooks]]`` and ``[notify]``: who else is told, at addresses that are secrets."""

from typing import Annotated

from pydantic import Field

from hotfix.config.section import Section

VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_Variable = Annotated[str, Field(pattern=VARIABLE)]
NAME = r"^[\w-]+$"


class Webhook(Section):
    """A program that gets every event as a signed CloudEvent."""

    name: Annotated[str, Field(pattern=NAME, description="What it is called.")]
    address: _Variable = Field(description="Environment variable that holds its address.")
    signed_with: _Variable = Field(
        description="Environment variable that holds its secret, whsec_...; while one takes the "
        "place of another, both."
    )


class Notify(Section):
    """Other channels: Teams, Discord, Mattermost, mail, ntfy and whatever else apprise knows."""

    addresses_in: _Variable = Field(
        description="Environment variable that holds addresses for apprise, with blanks between."
    )
