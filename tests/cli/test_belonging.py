"""Whose run it is, on real clones: a command acts for the runs of its own repository alone."""

import shutil
from datetime import UTC, datetime

import pytest
from tests.adapters.git.clones import cloned, git, origin_and_clone

from hotfix.config.load import parse
from hotfix.domain.event import Event
from hotfix.domain.event_data import Layout, RunStarted
from hotfix.domain.incident import Incident
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.runs.belonging import belongs_here, refuse_another_repository
from hotfix.runs.session import Session
from hotfix.simulators.memory_clock import MemoryClock

SHOP = {"api_url": "https://api.github.com", "repository": "acme/shop"}


@pytest.fixture
def clone(tmp_path):
    return origin_and_clone(tmp_path / "ours")[1]


def session(folder, repository="acme/shop"):
    config = parse(f'[github]\nrepository = "{repository}"\n', {}, "hotfix.toml")
    return Session(config, folder, folder, "dana", {}, MemoryClock())


def begun(clone, origin=None):
    """The first event of a run that was begun in ``clone``; earlier versions had no origin."""
    settings = {"repository": str(clone), **({"origin": origin} if origin else {})}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    started = RunStarted(Incident("x"), settings, Layout("hotfix", (), None, "", "", ()))
    return Event("hf-1", 1, at, started.type, data=started.to_json())


def is_ours(at, first, progress=None):
    return belongs_here(at, progress or Progress(run="hf-1"), first)


def test_a_run_of_this_clone_is_ours_from_every_folder_and_work_tree_of_it(clone):
    (clone / "deep" / "down").mkdir(parents=True)
    git(clone, "worktree", "add", "--quiet", str(clone.parent / "beside"))
    for origin in (None, SHOP):
        for folder in (clone, clone / "deep" / "down", clone.parent / "beside"):
            assert is_ours(session(folder), begun(clone, origin))
        assert is_ours(session(clone), begun(clone.parent / "beside", origin))


@pytest.mark.parametrize("origin", [None, SHOP])
def test_a_run_of_another_clone_is_not_ours_be_it_around_this_one(clone, tmp_path, origin):
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    within = cloned(tmp_path / "ours" / "origin.git", clone / "vendored")
    assert not is_ours(session(other), begun(clone, origin))
    assert not is_ours(session(within), begun(clone, origin))
    assert not is_ours(session(clone), begun(within, origin))


def test_a_run_of_another_repository_on_github_is_not_ours_wherever_one_stands(clone, tmp_path):
    other = {**SHOP, "repository": "acme/other"}
    elsewhere = {**SHOP, "api_url": "https://github.example.com/api/v3"}
    for first in (begun(clone, other), begun("", other), begun(clone, elsewhere)):
        assert not is_ours(session(clone), first)
        assert not is_ours(session(tmp_path), first)


def test_github_takes_no_notice_of_case_in_names(clone):
    assert is_ours(session(clone, "Acme/Shop"), begun(clone, SHOP))


def test_where_a_clone_is_gone_the_name_on_github_tells(clone, tmp_path):
    shutil.rmtree(clone)
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    assert is_ours(session(other), begun(clone, SHOP))
    assert not is_ours(session(other), begun(clone))


def test_whoever_stands_in_no_clone_is_told_nothing_by_it(clone, tmp_path):
    assert is_ours(session(tmp_path), begun(clone))
    assert is_ours(session(tmp_path), begun(clone, SHOP))


def test_after_a_takeover_the_clone_of_this_machine_counts(clone, tmp_path):
    taken = Progress(run="hf-1", known={"repository": str(clone)})
    assert is_ours(session(clone), begun("/home/rena/shop"), taken)
    other = cloned(tmp_path / "ours" / "origin.git", tmp_path / "second")
    assert not is_ours(session(other), begun(str(other)), taken)


def test_the_refusal_says_whose_run_it_is_where_its_clone_is_and_the_command_there(clone, tmp_path):
    other = origin_and_clone(tmp_path / "theirs")[1]
    with pytest.raises(ProblemError) as refused:
        refuse_another_repository(
            session(other, "acme/other"), Progress(run="hf-1"), begun(clone, SHOP), "resume"
        )
    problem = refused.value.problem
    assert problem.code is ProblemCode.USAGE
    assert "acme/shop" in problem.what
    assert str(clone) in problem.why
    assert problem.next_command == f"cd {clone} && hotfix resume hf-1"
