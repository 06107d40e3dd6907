"""The phases of a run as a table for the terminal: target and spent time, and the total."""

from datetime import datetime

from rich.table import Table
from rich.text import Text

from hotfix.domain.fix_stand import counted_until
from hotfix.domain.progress import PhaseProgress, PhaseState, Progress
from hotfix.view.clock_line import elapsed_until
from hotfix.view.durations import clock


def phase_table(progress: Progress, now: datetime) -> Table:
    """Return the table at ``now`` (UTC, aware), in the styles of ``terminal``'s theme."""
    table = Table(box=None, pad_edge=False, header_style="title")
    table.add_column("phase")
    table.add_column("target", justify="right")
    table.add_column("spent", justify="right")
    table.add_column("")
    for phase in progress.phases:
        spent = phase.elapsed_seconds(now)
        if phase.state is PhaseState.TO_COME and not spent:
            continue
        table.add_row(*_cells(phase, spent))
    total = progress.total_seconds
    elapsed = progress.elapsed_seconds(now)
    over = total is not None and elapsed > total
    span = elapsed_until(counted_until(progress))
    # In the last column: it is the one that may take several rows, and be read in its order.
    table.add_row(
        Text("total", style="title"),
        clock(total) if total else "-",
        clock(elapsed),
        Text.assemble(("over, ", "failed"), span) if over else Text(span),
    )
    return table


def _cells(phase: PhaseProgress, spent: float) -> tuple[Text | str, ...]:
    target = phase.target_seconds
    over = target is not None and spent > target
    return (
        Text(phase.name, style="phase"),
        clock(target) if target else "-",
        clock(spent),
        Text("over", style="warning") if over else Text(""),
    )
