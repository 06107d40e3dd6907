"""Where runs are kept. Imported by the fast readers, so it imports next to nothing."""

import os
import sys

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping


def state_folder(environ: "Mapping[str, str]") -> str:
    """Return the state directory: ``HOTFIX_STATE_DIR``, else the platform's."""
    if environ.get("HOTFIX_STATE_DIR"):
        return environ["HOTFIX_STATE_DIR"]
    home, base = environ.get("HOME", ""), environ.get("XDG_STATE_HOME", "")
    if sys.platform != "linux" or "ANDROID_ROOT" in environ or not os.path.isabs(home):
        from platformdirs import user_state_dir

        return user_state_dir("hotfix")
    # What the library says here, too; its import is a third of what a shell prompt waits for.
    return os.path.join(
        base if os.path.isabs(base) else f"{home.rstrip('/')}/.local/state", "hotfix"
    )
