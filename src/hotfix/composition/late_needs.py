"""What a run notes of the services that only tell people, once they have answered."""

from collections.abc import Sequence

from hotfix.domain.event_data import Noted
from hotfix.domain.frozen import frozen
from hotfix.domain.heard import REMINDER, Heard
from hotfix.ports.clock import Clock
from hotfix.ports.readiness import Finding, Need
from hotfix.ports.signals import Signal, Signals


@frozen
class LateNeeds:
    """Puts a note into the mailbox of a run for what is not as it should be."""

    signals: Signals
    clock: Clock

    def __call__(self, needs: Sequence[Need]) -> None:
        """Note the warnings among the needs of one area, in one note; nothing where all is well."""
        warnings = [each for each in needs if each.finding is Finding.WARNING]
        if not warnings:
            return
        words = "; ".join(f"{each.area}: {each.name}: {_mended(each)}" for each in warnings)
        heard = Heard(f"{REMINDER}needs {warnings[0].area}", self.clock.now())
        self.signals.send(Signal(Noted(f"Keep in mind: {words}", by="hotfix", heard=heard)))


def _mended(need: Need) -> str:
    return f"{need.saw} ({need.mend})" if need.mend else need.saw
