"""Scenarios of telling people: customers read along, and a service that tells them is down."""

import sys

from hotfix.domain.page_texts import PUBLISH, TOLD_TO_CUSTOMERS
from hotfix.simulators.scenarios.scenario import Cue, Scenario
from hotfix.simulators.server import DROPPED, Fault
from hotfix.simulators.world import World

_READ_AND_PUBLISHED = {TOLD_TO_CUSTOMERS: PUBLISH}
_CUES = (Cue("tell_customers", "Read what customers will read, then type publish.", asks=True),)

CUSTOMER_FACING = Scenario(
    "customer-facing",
    "Customers notice: the status page follows the run until it is resolved.",
    part="Mend the checkout, and read what customers are told before you say yes to it.",
    cues=_CUES,
    answers=_READ_AND_PUBLISHED,
    customer_facing=True,
)


def _let_the_page_stumble(world: World) -> None:
    # The first answer is lost although it was done; then it is down for a while, now and again.
    world.statuspage.faults += [
        Fault("POST /v1/pages", DROPPED, acts=True),
        Fault("/incidents", 503, times=2),
        Fault("PATCH /v1/pages", DROPPED, acts=True),
    ]


STATUSPAGE_FLAKY = Scenario(
    "statuspage-flaky",
    "The status page loses answers and is down for a while: nothing waits, nothing comes twice.",
    part="Mend the checkout. The status page is unwell: see that it holds up nothing, and that "
    "customers read each thing once.",
    cues=_CUES,
    prepare=_let_the_page_stumble,
    answers=_READ_AND_PUBLISHED,
    customer_facing=True,
)


def _take_slack_down(world: World) -> None:
    world.slack.faults.append(Fault(status=503, times=sys.maxsize))


SLACK_DOWN = Scenario(
    "slack-down",
    "Slack is down from the first minute to the last: nothing waits, and all of it can be pasted.",
    part="Mend the checkout. Slack is down: see that it holds up nothing, and that all the team "
    "was not told is ready to paste at the end.",
    prepare=_take_slack_down,
)
