"""``[statuspage]``: what customers read, text by text."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hotfix.config.section import Section, ServiceUrl

# Such as "in 20 minutes" or "by 14:30": nobody can keep that.
_A_TIME = re.compile(
    r"\b\d+\s*(?:s|sec|min|h|hr|hour|minute|second)s?\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE
)


def _promises_no_time(text: str) -> str:
    if _A_TIME.search(text):
        raise ValueError("it names a time; customers are promised none")
    if not text.strip():
        raise ValueError("it is empty")
    return text


PageText = Annotated[str, AfterValidator(_promises_no_time)]


class Statuspage(Section):
    """What customers read, once a person has read it: `{description}` is that of the incident."""

    page_id: str = Field(description="The page.")
    api_url: ServiceUrl = Field("https://api.statuspage.io", description="Where it is.")
    components: tuple[str, ...] = Field(
        (), description="Names or ids of components, or of groups, that incidents are about."
    )
    impact: Literal["", "minor", "major", "critical"] = Field(
        "", description="Of incidents; empty: the severity of the hotfix."
    )
    title: PageText = Field("{description}", description="What a new incident is called.")
    investigating: PageText = Field(
        "Something does not work as it should: {description}. We are looking into it.",
        description="From the start.",
    )
    identified: PageText = Field(
        "We are working on a fix.",
        description="Once the fix is written, or its cause was named at the start.",
    )
    monitoring: PageText = Field(
        "A fix is in place. We are checking that everything works again.",
        description="Once the fix is deployed.",
    )
    resolved: PageText = Field(
        "We have verified that it works again.",
        description="Once it is verified, be it after a rollback.",
    )
    going_back: PageText = Field(
        "The last change did not work as it should. We are going back to the version before it.",
        description="While it is rolled back.",
    )
    gone_back: PageText = Field(
        "We have gone back to the version before the last change. The problem itself is not solved "
        "yet: we are still working on it.",
        description="Once it is rolled back, unless the probes are green.",
    )
    given_up: PageText = Field(
        "The problem is not solved yet. We are still working on it.",
        description="When the hotfix is stopped or given up before it is verified.",
    )
