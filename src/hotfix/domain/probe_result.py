"""What a probe of production found."""

from dataclasses import dataclass

from hotfix.domain.json_record import JsonRecord
from hotfix.domain.json_value import JsonObject


@dataclass(frozen=True)
class ProbeResult(JsonRecord):
    """What a probe found: whether it is as it should be, and what came, in a few words."""

    name: str
    is_green: bool
    saw: str
    seconds: float

    def to_json(self) -> JsonObject:
        """Return the result as it stands in the journal, to the millisecond."""
        return {**super().to_json(), "seconds": round(self.seconds, 3)}
