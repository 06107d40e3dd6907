"""Whose run it is, on real clones: a command acts for the runs of its own repository alone."""

import shutil
from datetime import UTC, datetime

import pytest
from tests.adapters.git.clones import cloned, git, origin_and_clone
from tests.memory_clock import MemoryClock

from hotfix.config.load import parse
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.fold import after
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import RunSettings
from hotfix.runs.belonging import belongs_here, refuse_another_repository
from hotfix.runs.session import Session

SHOP = {"api_url": "https://api.github.com", "repository": "acme/shop"}


@pytest.fixture
def clone(tmp_path):
    return origin_and_clone(tmp_path / "ours")[1]


def session(folder, repository="acme/shop"):
    config = parse(f'[github]\nrepository = "{repository}"\n', {}, "hotfix.toml")
    return Session(config, folder, folder, "dana", {}, MemoryClock())


def begun(clone, origin=None):
    """A run that was begun in ``clone``; earlier versions had no origin."""
    settings = {"repository": str(clone), **({"origin": origin} if origin else {})}
    return Progress(run="hf-1", settings=RunSettings.from_json(settings))


def test_a_run_of_this_clone_is_ours_from_every_folder_and_work_tree_of_it(clone):
    (clone / "deep" / "down").mkdir(parents=True)
    git(clone, "worktree", "add", "--quiet", str(clone.parent / "beside"))
    for origin in (None, SHOP):
        for folder in (clone, clone / "deep" / "down", clone.parent / "beside"):
            assert belongs_here(session(folder), begun(clone, origin))
        assert belongs_here(session(clone), begun(clone.parent / "beside", origin))


def test_a_run_that_names_its_clone_alone_is_not_ours_in_another_one(clone, tmp_path):
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    within = cloned(tmp_path / "ours" / "origin.git", clone / "vendored")
    assert not belongs_here(session(other), begun(clone))
    assert not belongs_here(session(within), begun(clone))
    assert not belongs_here(session(clone), begun(within))


def test_a_run_of_another_repository_on_github_is_not_ours_wherever_one_stands(clone, tmp_path):
    other = {**SHOP, "repository": "acme/other"}
    elsewhere = {**SHOP, "api_url": "https://github.example.com/api/v3"}
    for run in (begun(clone, other), begun("", other), begun(clone, elsewhere)):
        assert not belongs_here(session(clone), run)
        assert not belongs_here(session(tmp_path), run)


def test_github_takes_no_notice_of_case_in_names(clone):
    assert belongs_here(session(clone, "Acme/Shop"), begun(clone, SHOP))


def test_where_a_clone_is_gone_the_name_on_github_tells(clone, tmp_path):
    shutil.rmtree(clone)
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    assert belongs_here(session(other), begun(clone, SHOP))
    assert not belongs_here(session(other), begun(clone))


def test_whoever_stands_in_no_clone_is_told_nothing_by_it(clone, tmp_path):
    assert belongs_here(session(tmp_path), begun(clone))
    assert belongs_here(session(tmp_path), begun(clone, SHOP))


def test_after_a_takeover_the_clone_of_this_machine_counts(clone, tmp_path):
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    for began_in in ("/home/rena/shop", str(other)):
        taken = after(begun(began_in), resumed({"repository": str(clone), "beside": True}))
        assert belongs_here(session(clone), taken)
        assert not belongs_here(session(other), taken)


def resumed(facts):
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Event("hf-1", 2, at, EventType.RUN_RESUMED, data={"facts": facts})


def test_the_refusal_says_whose_run_it_is_where_its_clone_is_and_the_command_there(clone, tmp_path):
    other = origin_and_clone(tmp_path / "theirs")[1]
    with pytest.raises(ProblemError) as refused:
        refuse_another_repository(session(other, "acme/other"), begun(clone, SHOP), "resume")
    problem = refused.value.problem
    assert problem.code is ProblemCode.USAGE
    assert "acme/shop" in problem.what
    assert str(clone) in problem.why
    assert problem.next_command == f"cd {clone} && hotfix resume hf-1"
