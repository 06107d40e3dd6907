"""Seconds into words."""

from hotfix.domain.figures import clock

__all__ = ["clock"]
