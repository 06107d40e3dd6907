"""A deployment that is scaled to zero: there is nothing that could be healthy."""

from hotfix.domain.question import Option, Question, Then
from hotfix.domain.usual_options import STOP_HERE

# Where nobody knows how many there were.
_ANY = "N"


def scaled_to_zero(name: str, recorded: int = 0) -> str:
    """Return that nothing of it runs, and what to type; ``recorded`` is how many there were."""
    before = f" ({recorded} when it was recorded)" if recorded else ""
    command = f"kubectl scale deployment/{name} --replicas={recorded or _ANY}"
    return f"nothing of {name} runs: it is scaled to 0{before}: {command}"


def nothing_runs(shown: tuple[str, ...], names: str, look_again: str) -> Question:
    """Ask about deployments of which something ran when they were recorded.

    ``look_again`` is the name of the step that watches them.
    """
    return Question(
        key="nothing-runs",
        text=f"Nothing runs of {names}. What now?",
        shown=shown,
        options=(
            Option("look", "Look again", Then.GO_BACK, look_again),
            Option(
                "accept",
                "Go on: it is meant to be at 0",
                does="They stay at 0, and the rollback goes on.",
            ),
            STOP_HERE,
        ),
        flag="hotfix resume, once it is scaled up",
    )
