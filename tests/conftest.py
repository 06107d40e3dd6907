"""What all tests print together: the fault matrix, figures, and what was left out."""

import gc
import signal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.browser import provide as browser
from tests.real_cluster.fixture import LEFT_OUT, is_left_out, is_required

# How fast examples are made, and tried, says something of the machine's other work alone.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

_GROUPS = ("passed", "failed", "error")


def pytest_configure() -> None:
    """Refuse to run without a real control plane or browser where required, and hear Ctrl-C.

    A shell starts what it puts into the background deaf to it, and so would be all that is started.
    """
    # Ten thousand tests stay until the end: there is nothing to collect among them.
    gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if is_required() and is_left_out():
        raise pytest.UsageError(f"HOTFIX_REQUIRE_CLUSTER is set, and {LEFT_OUT}")
    if browser.is_required() and browser.find() is None:
        raise pytest.UsageError(f"HOTFIX_REQUIRE_BROWSER is set, and {browser.LEFT_OUT}")


def pytest_collection_finish() -> None:
    """Let garbage be collected from now on, among what the tests make."""
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was left out, and print the fault matrix and the figures."""
    if is_left_out():
        terminalreporter.write_line(f"LEFT OUT: {LEFT_OUT}")
    if browser.find() is None:
        terminalreporter.write_line(f"LEFT OUT: {browser.LEFT_OUT}")
    _print_fault_matrix(terminalreporter)
    _print_the_model(terminalreporter)
    figures = _recorded(terminalreporter, "figure")
    if figures:
        terminalreporter.section("figures of the waits")
        for figure in figures:
            terminalreporter.line(figure)


def _print_the_model(terminalreporter: Any) -> None:
    """Print what the model world was walked through, and what was said or done wrongly there."""
    for sayings, effects, cells in _sums(_recorded(terminalreporter, "model_cells")):
        terminalreporter.write_line(
            f"model table: wrong sayings {sayings}, wrong effects {effects}, cells {cells}"
        )
    for steps, commands, seconds, seed in _recorded(terminalreporter, "model_steps"):
        terminalreporter.write_line(
            f"model machine: {steps} steps, {commands} commands, {seconds:.0f} s, seed {seed}"
        )


def _sums(rows: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the sums of the columns, as one row; none where there is none."""
    return [tuple(map(sum, zip(*rows, strict=True)))] if rows else []


def _print_fault_matrix(terminalreporter: Any) -> None:
    """Print how often the world did each write, fault by fault, and how often twice."""
    tables: dict[str, dict[str, dict[str, int]]] = {}
    for route, fault, counts in _recorded(terminalreporter, "fault_matrix"):
        tables.setdefault(route, {})[fault] = counts
    if not tables:
        return
    terminalreporter.section("fault matrix: how often each write took effect")
    for route, rows in tables.items():
        writes = list(next(iter(rows.values())))
        terminalreporter.line(route)
        for number, write in enumerate(writes, 1):
            terminalreporter.line(f"{number:>4}  {write}")
        terminalreporter.line(f"{'':<24}" + "".join(f"{n:>4}" for n in range(1, len(writes) + 1)))
        for fault, counts in rows.items():
            shown = "".join(f"{counts[write]:>4}" for write in writes)
            terminalreporter.line(f"{fault:<24}{shown}")
    faults = {fault for rows in tables.values() for fault in rows}
    columns = sum(len(next(iter(rows.values()))) for rows in tables.values())
    cells = [n for rows in tables.values() for counts in rows.values() for n in counts.values()]
    duplicates = sum(max(0, count - 1) for count in cells)
    lost = sum(count == 0 for count in cells)
    terminalreporter.line(
        f"{len(faults)} faults x {columns} writes: duplicates {duplicates}, lost {lost}"
    )


def _recorded(terminalreporter: Any, wanted: str) -> list[Any]:
    """Return what tests recorded as the property ``wanted``."""
    return [
        value
        for group in _GROUPS
        for report in terminalreporter.stats.get(group, ())
        for name, value in getattr(report, "user_properties", ())
        if name == wanted and getattr(report, "when", "") == "call"
    ]
