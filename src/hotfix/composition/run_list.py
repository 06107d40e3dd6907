"""The runs on this machine, newest first; a shell prompt waits for these imports."""

from hotfix.adapters.journal.order import newest_first

__all__ = ["newest_first"]
