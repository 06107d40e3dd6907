"""What a probe of production found."""

from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject


@frozen
class ProbeResult(JsonRecord):
    """What a probe found: whether it is as it should be, and what came, in a few words."""

    later: ClassVar[frozenset[str]] = frozenset({"is_reached"})
    name: str
    is_green: bool
    saw: str
    seconds: float
    #: false where production was not reached, or not asked at all: nothing is known of it then
    is_reached: bool = True

    @property
    def is_red(self) -> bool:
        """Whether production was seen as it should not be."""
        return self.is_reached and not self.is_green

    @property
    def colour(self) -> str:
        """Return ``green``, ``red``, or ``not reached``."""
        if self.is_green:
            return "green"
        return "red" if self.is_reached else "not reached"

    @property
    def cause(self) -> str:
        """Return what came, without the time that it took."""
        return self.saw.rpartition(" in ")[0] or self.saw

    def to_json(self) -> JsonObject:
        """Return the result as it stands in the journal, to the millisecond."""
        return {**super().to_json(), "seconds": round(self.seconds, 3)}
