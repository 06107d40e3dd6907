"""Whose run it is, on real clones: a command acts for the runs of its own repository alone."""

import shutil
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.adapters.git.clones import cloned, git, origin_and_clone
from tests.memory_clock import MemoryClock

from hotfix.config.load import parse
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.fold import after
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.run_settings import Origin, RunSettings
from hotfix.runs.belonging import belongs_here, refuse_another_repository
from hotfix.runs.session import Session
from hotfix.runs.whose import KeptRun, Place, fitting

SHOP: dict[str, Any] = {"api_url": "https://api.github.com", "repository": "acme/shop"}


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
    theirs = origin_and_clone(tmp_path / "theirs")[1]
    other = {**SHOP, "repository": "acme/other"}
    elsewhere = {**SHOP, "api_url": "https://github.example.com/api/v3"}
    for run in (begun(theirs, other), begun("", other), begun(theirs, elsewhere)):
        assert not belongs_here(session(clone), run)
        assert not belongs_here(session(tmp_path), run)


def test_a_run_of_this_clone_stays_ours_whatever_its_repository_is_called_by_now(clone):
    assert belongs_here(session(clone), begun(clone, {**SHOP, "repository": "acme/before"}))


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


def whose(clone, **more):
    return RunSettings(str(clone), origin=Origin(**SHOP, **more)).whose()


def moved(clone, address, name="origin"):
    git(clone, "remote", "remove", "origin")
    git(clone, "remote", "add", name, address)


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("https://github.com/acme/shop.git", True),
        ("https://dana:secret@github.com/Acme/Shop", True),
        ("git@github.com:acme/shop.git", True),
        ("ssh://git@ssh.github.com:443/acme/shop.git", True),
        ("github-at-work:acme/shop.git", True),
        ("git@github.com:dana/shop.git", False),
        ("https://github.example.com/acme/shop.git", False),
        ("https://github.com/acme/shop-2.git", False),
    ],
)
def test_the_remote_of_a_second_clone_says_which_repository_it_is(tmp_path, address, is_ours):
    origin, clone = origin_and_clone(tmp_path / "ours")
    other = cloned(origin, tmp_path / "second")
    moved(other, address)
    # What is committed names the repository that a fork was made of.
    (other / "hotfix.toml").write_text("[github]\nrepository = 'acme/shop'\n")
    assert Place(str(other), {}).has(whose(clone)) is is_ours
    assert "secret" not in Place(str(other), {}).address("origin")


def test_of_several_remotes_the_one_that_is_worked_with_says_it(tmp_path):
    origin, clone = origin_and_clone(tmp_path / "ours")
    other = cloned(origin, tmp_path / "second")
    moved(other, "git@github.com:dana/shop.git")
    git(other, "remote", "add", "upstream", "git@github.com:acme/shop.git")
    assert not Place(str(other), {}).has(whose(clone))
    assert Place(str(other), {}).has(whose(clone, remote="upstream"))


def test_a_second_clone_of_one_folder_is_of_one_repository(tmp_path):
    origin, clone = origin_and_clone(tmp_path / "ours")
    began_with = Place(str(clone), {}).address("origin")
    second, third = cloned(origin, tmp_path / "second"), origin_and_clone(tmp_path / "theirs")[1]
    assert Place(str(second), {}).has(whose(clone, address=began_with))
    assert not Place(str(third), {}).has(whose(clone, address=began_with))


def kept(run, repository, *, is_over=False):
    origin = Origin("https://api.github.com", repository)
    settings = RunSettings(origin=origin).whose()
    return KeptRun(run, settings, is_over=is_over, status={}, is_stale=False)


A_OPEN, A_OVER = kept("hf-3-a", "acme/a"), kept("hf-4-a", "acme/a", is_over=True)
B_OPEN, B_OVER = kept("hf-2-b", "acme/b"), kept("hf-1-b", "acme/b", is_over=True)


@pytest.mark.parametrize(
    ("known", "named", "repository", "open_first", "expected"),
    [
        ((A_OVER, A_OPEN, B_OPEN), "", "acme/b", False, ["hf-2-b"]),
        ((A_OVER, A_OPEN, B_OPEN), "", "acme/a", False, ["hf-4-a"]),
        ((A_OVER, A_OPEN, B_OPEN), "", "acme/a", True, ["hf-3-a"]),
        ((A_OVER, A_OPEN), "", "acme/c", True, []),
        ((A_OVER, A_OPEN, B_OVER), "", "", True, ["hf-3-a"]),
        ((A_OVER, A_OPEN, B_OPEN), "", "", True, ["hf-3-a", "hf-2-b"]),
        ((A_OVER, B_OVER), "", "", True, ["hf-4-a", "hf-1-b"]),
        ((A_OVER,), "", "", True, ["hf-4-a"]),
        ((A_OPEN, B_OPEN), "hf-2", "acme/a", True, ["hf-2-b"]),
        ((A_OPEN, B_OPEN), "hf-", "acme/a", True, ["hf-3-a"]),
        ((A_OPEN, B_OPEN), "hf-", "", True, ["hf-3-a", "hf-2-b"]),
        ((A_OPEN, B_OPEN), "hf-9", "acme/a", True, []),
    ],
)
def test_which_run_is_meant(tmp_path, known, named, repository, open_first, expected):
    place = Place(str(tmp_path), {}, configured=("https://api.github.com", repository))
    assert [each.run for each in fitting(known, named, place, open_first=open_first)] == expected
