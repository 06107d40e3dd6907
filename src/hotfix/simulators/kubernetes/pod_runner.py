"""What the simulated kubelet asks of whoever really runs a pod's program."""

from collections.abc import Sequence
from typing import Protocol


class PodRunner(Protocol):
    """Runs pods. Every method is called under the world's lock, so it must be quick."""

    def start(self, pod: str, image: str) -> None:
        """Start ``image`` (of the first container); after ``stop`` also again: a restart."""
        ...

    def is_ready(self, pod: str) -> bool:
        """Tell whether the pod answers its readiness probe."""
        ...

    def failure(self, pod: str) -> str | None:
        """Return why the pod cannot run, or None while it can.

        One of Kubernetes' reasons (``CrashLoopBackOff``, ``ImagePullBackOff`` ...) becomes the
        container's state; any other text is the message of a crash.
        """
        ...

    def log_lines(self, pod: str) -> Sequence[str]:
        """Return all lines that the pod has written so far; lines are only ever added."""
        ...

    def stop(self, pod: str) -> None:
        """End the pod; does nothing for one that is not there."""
        ...
