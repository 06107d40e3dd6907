"""Files in which a command keeps for the next one what it worked out; none is missed."""

import os
import stat

from hotfix.domain.json_reading import json_value

TYPE_CHECKING = False  # as in ``cli.fast_status``: typing is not imported
if TYPE_CHECKING:
    from typing import Any

_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def read_own(path: str) -> "dict[str, Any]":
    """Return the JSON object in a file; an empty one where nothing of ours alone can be read."""
    try:
        with open(path, encoding="utf-8", opener=_open_no_link) as file:
            found = os.fstat(file.fileno())
            is_ours = found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_MAY_WRITE
            whole = json_value(file.read()) if is_ours else {}
    except (OSError, ValueError):
        return {}
    return whole if isinstance(whole, dict) else {}


def replace_own(path: str, whole: "dict[str, Any]") -> None:
    """Replace what the file holds, at once; where its folder cannot be written, nothing is kept."""
    import json
    from tempfile import NamedTemporaryFile

    try:
        with NamedTemporaryFile("w", dir=os.path.dirname(path), delete=False) as file:
            json.dump(whole, file)
        os.replace(file.name, path)
    except OSError:
        return


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)
