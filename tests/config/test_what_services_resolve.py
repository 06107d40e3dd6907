"""Every key that a service resolves is looked up in the first minute, and by ``hotfix doctor``.

A key that is added to one of these sections fails here until it says who looks it up.
"""

import pytest

from hotfix.config.people import Pagerduty, Slack
from hotfix.config.section import Section
from hotfix.config.status_page import Statuspage
from hotfix.config.webhooks import Notify, Webhook

#: what no service resolves: words, times, a choice
PLAIN = ""
#: the area and the need that tells of it
LOOKED_UP: dict[type[Section], dict[str, str]] = {
    Slack: {
        "channel": "slack: channel",
        "base_url": "slack: token",
        "users": "slack: pings",
        "note_reaction": PLAIN,  # any workspace may have it as its own
        "first_within": PLAIN,
        "scope_within": PLAIN,
        "update_every": PLAIN,
    },
    Pagerduty: {
        "schedule_ids": "pagerduty: on-call",
        "escalation_policy_ids": "pagerduty: on-call",
        "api_url": "pagerduty: on-call",
        "page": "pagerduty: paging",
        "events_url": "pagerduty: paging",
        "email": "pagerduty: email",
    },
    Statuspage: {
        "page_id": "statuspage: page",
        "api_url": "statuspage: page",
        "components": "statuspage: components",
    },
    Webhook: {"address": "webhooks", "signed_with": "webhooks", "name": PLAIN},
    Notify: {"addresses_in": "notify"},
}
#: texts that customers read, and what the page makes of them
WORDS = {"title", "impact", "going_back", "gone_back", "given_up"} | {
    "investigating",
    "identified",
    "monitoring",
    "resolved",
}


@pytest.mark.parametrize("section", LOOKED_UP, ids=lambda each: each.__name__)
def test_every_key_says_who_looks_it_up(section):
    keys = set(section.model_fields) - (WORDS if section is Statuspage else set())
    assert keys == set(LOOKED_UP[section])
