"""One GitHub a test, from one template of its repository."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adapters.github.world_of_github import World, make_template, make_world

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

    def new(service_class=GithubService):
        made.append(make_world(template, tmp_path / f"world-{len(made)}", service_class))
        return made[-1]

    yield new
    for world in made:
        world.client.close()
        closing.submit(world.service.stop)


@pytest.fixture
def world(make):
    return make()
