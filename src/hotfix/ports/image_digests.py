"""The registry's word: which images were built from a commit."""

from collections.abc import Sequence
from typing import Protocol

from hotfix.domain.frozen import frozen


@frozen
class ImageDigest:
    """What is known of one deployment's image."""

    deployment: str  #: its name
    #: each as ``sha256:`` and 64 hexadecimal digits: of an index, and of its platforms
    digests: frozenset[str] = frozenset()
    trouble: str = ""  #: why there are none, in a few words; empty where there are


class ImageDigests(Protocol):
    """Asks for the digests. One that cannot be had is a result, with the reason in ``trouble``."""

    def digests(self, deployments: Sequence[str], sha: str) -> tuple[ImageDigest, ...]:
        """Return the digests of the images of commit ``sha``, in the order asked for."""
        ...
