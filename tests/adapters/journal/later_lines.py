"""Lines that only a newer version writes, with a chain of hashes that holds."""

import hashlib
import json
from pathlib import Path

from hotfix.domain.json_value import JsonObject


def add(path: Path, kind: str = "gossip", data: JsonObject | None = None, **change: object) -> None:
    """Append an event as a newer version would; ``change`` replaces keys of the line."""
    lines = path.read_bytes().splitlines()
    last = json.loads(lines[-1])
    previous = hashlib.sha256(lines[-1]).hexdigest()
    line = {
        **last,
        "seq": last["seq"] + 1,
        "type": kind,
        "data": data or {},
        **change,
        "previous": previous,
    }
    with path.open("ab") as file:
        file.write(json.dumps(line).encode() + b"\n")
