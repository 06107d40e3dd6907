"""What tests of words share: the zone that this machine's clock is in."""

import time
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def local_zone() -> Iterator[Callable[[str], None]]:
    """Return what sets this machine's zone, an IANA name, for the time of the test."""
    with pytest.MonkeyPatch.context() as patch:

        def set_to(name: str) -> None:
            patch.setenv("TZ", name)
            time.tzset()

        yield set_to
    time.tzset()
