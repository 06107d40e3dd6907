"""The clone around a folder; apart from the other tools, as a shell prompt waits for its import."""

from hotfix.adapters.git.clone_identity import clone_of, remotes_of

__all__ = ["clone_of", "remotes_of"]
