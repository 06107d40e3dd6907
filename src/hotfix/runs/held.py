"""The warnings that runs hold; a shell prompt waits for these imports."""

from hotfix.runs.known_runs import noteworthy

TYPE_CHECKING = False  # as in ``fast_status``: typing is not imported
if TYPE_CHECKING:
    from hotfix.runs.known_runs import Settle


def held_besides(state: str, run: object, settle: "Settle | None" = None) -> tuple[str, ...]:
    """Return the warnings that the runs in ``state`` other than ``run`` hold, newest first.

    Each names its run, and that nobody was asked whether it still holds.
    """
    others = (each for each in noteworthy(state, settle) if each.run != run)
    return tuple(f"{each.run}, by its record: {each.held}" for each in others if each.held)
