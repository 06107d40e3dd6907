"""Simulated services that are all stopped together: one alone takes a fifth of a second."""

from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from hotfix.simulators.server import Service

AnyService = TypeVar("AnyService", bound=Service)


class RunningServices:
    """Starts services, each fresh for one test, and stops them at the end of the module."""

    def __init__(self) -> None:
        self._services: list[Service] = []

    def start(self, service: AnyService) -> AnyService:
        """Start ``service`` on a free port and return it."""
        self._services.append(service)
        service.start()
        return service

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with ThreadPoolExecutor(max(1, len(self._services))) as pool:
            list(pool.map(lambda service: service.stop(), self._services))
