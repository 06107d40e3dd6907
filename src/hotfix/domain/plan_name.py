"""The names of the plans, as they stand in journals."""

from enum import StrEnum


class PlanName(StrEnum):
    """Which way a run is walked: forth, back, or out."""

    HOTFIX = "hotfix"
    ROLLBACK = "rollback"
    ABORT = "abort"
