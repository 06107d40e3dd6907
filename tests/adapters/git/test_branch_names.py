"""A name that cannot be is found before anything is begun, here and on the remote."""

import pytest
from tests.adapters.git.clones import git, published, repository

from hotfix.domain.problem import ProblemError

BRANCH = "hotfix/checkout"


def name_need(here, prefix="hotfix/", into="main"):
    (need,) = [it for it in here.needs("main", prefix, into) if it.name == "names of branches"]
    return need


def renamed_by(advice, clone):
    """Do what is advised, up to the first comma, by git alone."""
    words = advice.partition(",")[0].replace("ANOTHER-NAME", "another").split()
    git(clone, *words[1:])


@pytest.mark.parametrize("other", ["hotfix", f"{BRANCH}/deeper"])
def test_a_branch_here_that_is_in_the_way_is_named_with_what_clears_it(both, other):
    _, clone = both
    git(clone, "branch", other)
    with pytest.raises(ProblemError, match=f"beside {other}") as error:
        repository(clone).check_cut(BRANCH, beside=False)
    renamed_by(error.value.problem.next_command, clone)
    repository(clone).check_cut(BRANCH, beside=False)


@pytest.mark.parametrize("other", ["hotfix", f"{BRANCH}/deeper"])
def test_one_on_the_remote_is_found_before_anything_is_begun(both, other):
    origin, clone = both
    git(origin, "branch", other, "main")
    with pytest.raises(ProblemError, match=f"beside its {other}"):
        repository(clone).check_cut(BRANCH, beside=False)
    assert git(clone, "branch", "--format=%(refname:short)") == "main"


def test_one_that_only_this_clone_still_knows_is_pruned(both):
    origin, clone = both
    git(origin, "branch", "hotfix", "main")
    git(clone, "fetch", "--quiet")
    git(origin, "branch", "-D", "hotfix")
    with pytest.raises(ProblemError, match="still has origin/hotfix") as error:
        repository(clone).check_cut(BRANCH, beside=False)
    renamed_by(error.value.problem.next_command, clone)
    here = repository(clone)
    here.check_cut(BRANCH, beside=False)
    here.cut_branch(BRANCH, git(clone, "rev-parse", "HEAD"), beside=False)
    published(here, BRANCH)


@pytest.mark.parametrize("side", ["here", "there", "remembered"])
def test_the_doctor_finds_it_too(both, side):
    origin, clone = both
    assert name_need(repository(clone)).finding == "ok"
    git(clone if side == "here" else origin, "branch", "hotfix", "main")
    if side == "remembered":
        git(clone, "fetch", "--quiet")
        git(origin, "branch", "-D", "hotfix")
    need = name_need(repository(clone))
    assert (need.finding, "hotfix" in need.saw, bool(need.mend)) == ("failed", True, True)
    assert name_need(repository(clone), prefix="fix/").finding == "ok"


def test_a_deploy_branch_that_is_to_be_made_and_cannot_be_is_found(both):
    origin, clone = both
    git(origin, "branch", "deploy", "main")
    assert name_need(repository(clone), into="deploy").finding == "ok"
    assert name_need(repository(clone), into="deploy/live").finding == "failed"
    assert name_need(repository(clone), into="release/live").finding == "ok"


def test_where_case_is_no_difference_it_is_none(both):
    _, clone = both
    git(clone, "branch", "Hotfix")
    git(clone, "config", "core.ignoreCase", "false")
    repository(clone).check_cut(BRANCH, beside=False)
    git(clone, "config", "core.ignoreCase", "true")
    with pytest.raises(ProblemError, match="beside Hotfix"):
        repository(clone).check_cut(BRANCH, beside=False)


def test_a_branch_whose_end_is_the_bases_name_is_not_the_base(both):
    origin, clone = both
    git(origin, "branch", "a/refs/heads/main", "main")
    git(clone, "commit", "--quiet", "--allow-empty", "-m", "More")
    git(clone, "push", "--quiet", "origin", "main")
    assert {need.finding for need in repository(clone).needs("main")} == {"ok"}
