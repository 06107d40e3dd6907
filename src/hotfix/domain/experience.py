"""What each phase took the team before: from the durations of earlier runs to what is expected."""

from collections.abc import Iterable, Mapping, Sequence

from hotfix.domain.frozen import frozen

# Of fewer runs nobody can tell what is usual.
ENOUGH_RUNS = 5
_FIFTHS = 5


@frozen
class Took:
    """What one phase took in earlier runs, in seconds, without waits for others."""

    median: float  #: half of the runs took no longer
    p80: float  #: four of five took no longer: the 80th percentile, between the two next to it


def took(runs: Iterable[Mapping[str, float]]) -> Mapping[str, Took]:
    """Return what each phase took, as far as enough runs had it.

    Args:
        runs: of each run the seconds that its phases took, by name.
    """
    by_phase: dict[str, list[float]] = {}
    for run in runs:
        for name, seconds in run.items():
            by_phase.setdefault(name, []).append(seconds)
    return {
        name: usual(seconds) for name, seconds in by_phase.items() if len(seconds) >= ENOUGH_RUNS
    }


def usual(seconds: Sequence[float]) -> Took:
    """Return the median and the 80th percentile of at least one duration, to a tenth."""
    # A rollback, which writes down what is known, too, must not wait for it.
    from statistics import median, quantiles  # noqa: PLC0415

    # Of one alone Python tells no quantiles before 3.13.
    twice = seconds if len(seconds) > 1 else (*seconds, *seconds)
    p80 = quantiles(twice, n=_FIFTHS, method="inclusive")[-1]
    return Took(round(median(seconds), 1), round(p80, 1))
