"""Whether what an event reports can be read: of a record that others may write, nobody knows."""

from hotfix.domain import fact_names
from hotfix.domain.event import Event
from hotfix.domain.event_data import RunResumed, StepDone, StepSettled
from hotfix.domain.fact import Fact

_FACTS = {each.key: each for each in vars(fact_names).values() if isinstance(each, Fact)}


def unreadable_fact(event: Event) -> str:
    """Return which fact of an event cannot be read, and why; empty where all can, or it has none.

    A fact that this version has no name for is read by nobody.
    """
    said = event.said
    reported = said.facts if isinstance(said, RunResumed | StepDone | StepSettled) else None
    for key, value in (reported or {}).items():
        fact = _FACTS.get(key)
        if fact is None or fact.is_record or value is None:
            continue
        try:
            fact.read(value)
        except ValueError as error:
            return f"{key}: {error}"
    return ""
