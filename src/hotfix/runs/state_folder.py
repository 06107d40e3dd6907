"""Where runs are kept. Imported by the fast readers, so it imports next to nothing."""

from collections.abc import Mapping


def state_folder(environ: Mapping[str, str]) -> str:
    """Return the state directory: ``HOTFIX_STATE_DIR``, else the platform's."""
    if environ.get("HOTFIX_STATE_DIR"):
        return environ["HOTFIX_STATE_DIR"]
    from platformdirs import user_state_dir

    return user_state_dir("hotfix")
