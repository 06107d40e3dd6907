"""PagerDuty: who is on call, and what it is told."""

from hotfix.adapters.pagerduty.events import PagerDutyEvents
from hotfix.adapters.pagerduty.on_call import PagerDutyOnCall

__all__ = ["PagerDutyEvents", "PagerDutyOnCall"]
