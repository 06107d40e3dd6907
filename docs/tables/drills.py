"""The drill's scenarios, and the scorecard, from the code."""

from docs.tables.events import objects_of
from docs.tables.markdown import code, table

from hotfix.domain.scorecard import ByThePlayer, ByTheTool, Noticed, PhaseScore, Scorecard
from hotfix.simulators.scenarios import SCENARIOS


def scenarios() -> str:
    """Return a table of the scenarios, with what a player has to do."""
    rows = ((code(each.name), each.summary, each.part) for each in SCENARIOS.values())
    return table(("scenario", "what happens", "your part"), rows)


def scorecard() -> str:
    """Return a table of the scorecard and the objects in it."""
    return objects_of((Scorecard, PhaseScore, Noticed, ByTheTool, ByThePlayer))
