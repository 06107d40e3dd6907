"""``[statuspage]``: what customers read, text by text."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hotfix.config.section import Section, ServiceUrl

# Nobody can keep "in 20 minutes", "by 14:30", "within the hour", "tomorrow" or "soon".
_COUNTED = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|fifteen|twenty|thirty|half|few"
    r"|couple of|several|some)(?:[\s-]+(?:an?|more|further))?"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_A_TIME = re.compile(
    r"\b\d[\d.,]*(?:\s+more)?[\s-]*(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?)\b"
    # "A second" is of two more often than of sixty to a minute.
    rf"|\b{_COUNTED}[\s-]+(?:seconds|minutes?|hours?|days?|weeks?|months?|moments?)\b"
    r"|\b\d{1,2}[:h]\d{2}\b|\b\d{1,2}\s*(?:[ap]\.?m\b|o'clock\b|uhr\b)|\b\d{4}-\d{2}-\d{2}\b"
    r"|(?<!\bas )\bsoon\b|\b(?:shortly|momentarily|eta)\b"
    rf"|\b(?:today|tonight|tomorrow|noon|midnight|{_DAY})\b"
    r"|\b(?:by|before|until|in|within|this|next)\s+(?:the\s+|an?\s+)?"
    r"(?:hour|minute|moment|morning|afternoon|evening|night|week|weekend|month)\b",
    re.IGNORECASE,
)
_FILLED_IN = re.compile(r"\{\w*\}")
#: what a text says in the place of the hotfix's description, and nothing else is filled in
DESCRIPTION = "{description}"


def _promises_no_time(text: str) -> str:
    odd = [each for each in _FILLED_IN.findall(text) if each != DESCRIPTION]
    if odd:
        raise ValueError(f"customers would read {odd[0]}: only {DESCRIPTION} is filled in")
    time = _A_TIME.search(text)
    if time is not None:
        raise ValueError(f'"{time[0]}" names a time; customers are promised none')
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
