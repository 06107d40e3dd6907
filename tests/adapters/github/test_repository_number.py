"""A repository that goes by another name by now is known by its number."""

from dataclasses import replace

import pytest
from tests.adapters.github.world_of_github import REPOSITORY, TOKEN
from tests.memory_clock import MemoryClock

from hotfix.config.load import parse
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.runs.belonging import is_of_this_origin
from hotfix.runs.session import Session


@pytest.fixture
def session(world, tmp_path):
    text = f'[github]\nrepository = "{REPOSITORY}"\napi_url = "{world.service.url}"\n'
    config = parse(text, {}, "hotfix.toml")
    return Session(config, tmp_path, tmp_path, "dana", {"GH_TOKEN": TOKEN}, MemoryClock())


def begun(session, number):
    origin = Origin(session.config.github.api_url, "webrana/before", id=number)
    return Progress(run="hf-1", settings=RunSettings(origin=origin))


def test_a_new_name_is_asked_about_and_a_fork_has_another_number(session):
    number = session.tools.number(REPOSITORY)
    assert number
    assert is_of_this_origin(session, begun(session, number))
    assert not is_of_this_origin(session, begun(session, number + 1))
    assert not is_of_this_origin(session, begun(session, None))


def test_where_it_cannot_be_asked_the_names_decide(session):
    nowhere = replace(session, environ={"GH_TOKEN": "ghp_unknown"})
    assert nowhere.tools.number(REPOSITORY) is None
    assert not is_of_this_origin(nowhere, begun(session, 1))
