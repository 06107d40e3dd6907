"""The texts of the status page, as the configuration has them."""

from dataclasses import fields

from hotfix.config.model import Config
from hotfix.config.status_page import DESCRIPTION
from hotfix.domain.foreign_text import clean
from hotfix.domain.incident import Incident
from hotfix.domain.page_texts import PageWords

# Statuspage refuses longer ones; cut here, a person reads what customers will.
_LONGEST_TITLE, _LONGEST_TEXT = 255, 25_000
# Where no page is configured they are read by nobody.
_NONE = PageWords(*("",) * len(fields(PageWords)))


def page_words(incident: Incident, config: Config) -> tuple[str, PageWords, str]:
    """Return the title, the texts and the impact of the incident on the page."""
    settings = config.statuspage
    if settings is None:
        return incident.description, _NONE, ""

    def filled(key: str, longest: int = _LONGEST_TEXT) -> str:
        text = str(getattr(settings, key)).replace(DESCRIPTION, incident.description.rstrip("."))
        # As it is sent: what a person reads is what customers do, and is found on the page again.
        text = clean(text).strip()
        return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"

    words = PageWords(*(filled(each.name) for each in fields(PageWords)))
    title = " ".join(filled("title", _LONGEST_TITLE).split())
    return title, words, settings.impact or incident.severity.value
