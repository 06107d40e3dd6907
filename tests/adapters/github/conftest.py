"""One GitHub a test, from one template of its repository."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adapters.github.fault_server import FaultServer
from tests.adapters.github.world_of_github import TOKEN, World, make_template, make_world
from tests.openapi.exchanges import Exchange, Recorder, complaints, is_there

from hotfix.adapters.github.client import PAUSES_SECONDS, GithubClient
from hotfix.simulators.github import GithubService


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    template = tmp_path_factory.mktemp("template")
    make_template(template)
    return template


@pytest.fixture(scope="session")
def closing():
    """Stops servers while the next test runs: a server takes a tenth of a second to notice."""
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def make(template, tmp_path, closing):
    """Makes worlds with a service of a given class."""
    made: list[World] = []
    kept: list[Exchange] = []

    def new(service_class=GithubService):
        made.append(make_world(template, tmp_path / f"world-{len(made)}", service_class))
        made[-1].service.app.add_middleware(Recorder, kept=kept)
        return made[-1]

    yield new
    # Whatever a test is about: what went over the wire was as GitHub's own description says.
    # A port that was another test's Slack may still hear from a thread of that one: under /api/.
    ours = [exchange for exchange in kept if not exchange.path.startswith("/api/")]
    wrong = [] if is_there() else [said for exchange in ours for said in complaints(exchange)]
    assert not wrong, "\n".join(wrong)
    for world in made:
        world.client.close()
        closing.submit(world.service.stop)


@pytest.fixture
def world(make):
    return make()


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def client(server):
    """Tries a read again as often as in life, and does not wait before it."""
    none = (0.0,) * len(PAUSES_SECONDS)
    with GithubClient(TOKEN, server.url, timeout_seconds=1, pauses_seconds=none) as client:
        yield client
