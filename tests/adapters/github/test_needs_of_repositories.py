"""What ``hotfix doctor`` finds of a repository that will not do, and what it says mends it."""

import pytest
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET

from hotfix.adapters.github.needs import needs
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.ports.readiness import Finding

_FORMER = "webrana/shop"


def found(world, repository=REPOSITORY, **further):
    listed = needs(
        world.client,
        repository,
        base="main",
        merge_into=TARGET,
        merge_method="squash",
        labels=(),
        reviewer="rena",
        workflow="deploy.yml",
        **further,
    )
    return {need.name: need for need in listed}


def test_an_archived_repository_is_named_with_the_command_that_opens_it(world):
    world.service.hosted.is_archived = True
    need = found(world)["repository"]
    assert (need.finding, need.saw) == (Finding.FAILED, f"{REPOSITORY} is archived")
    assert need.mend == f"gh repo unarchive {REPOSITORY}"


def test_a_repository_that_is_archived_halfway_refuses_in_its_own_words(world):
    world.commit(BRANCH)
    world.service.hosted.is_archived = True
    with pytest.raises(ProblemError) as error:
        world.pulls.open("Title", "Body", BRANCH, TARGET)
    assert "archived" in error.value.problem.what
    assert "gh repo unarchive" in error.value.problem.next_command


def test_a_renamed_repository_is_named_by_what_it_is_called_now(world):
    world.service.former_names.add(_FORMER)
    need = found(world, _FORMER)["repository"]
    assert (need.finding, need.saw) == (Finding.FAILED, f"it is called {REPOSITORY} now")
    assert need.mend == f'Set [github] repository to "{REPOSITORY}"'


ADDRESSES = (
    "https://{host}/{name}",
    "https://dana:secret@{host}/{name}.git",
    "ssh://git@ssh.{host}:443/{name}.git",
    "git@{host}:{name}.git",
)


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_fork_that_git_pushes_to_is_named_with_the_way_to_the_repository(world, form):
    world.service.forks.add("dana/webrana")
    address = form.format(host="127.0.0.1", name="dana/webrana")
    need = found(world, pushes_to=address)["remote"]
    assert (need.finding, need.code) == (Finding.FAILED, ProblemCode.CONFIGURATION)
    assert "dana/webrana, a fork of webrana/webrana" in need.saw
    assert "secret" not in need.saw + need.mend
    assert need.mend.startswith("git remote add upstream ")


@pytest.mark.parametrize("form", ADDRESSES)
def test_a_remote_that_is_the_repository_is_fine(world, form):
    need = found(world, pushes_to=form.format(host="127.0.0.1", name=REPOSITORY))["remote"]
    assert (need.finding, need.saw) == (Finding.OK, f"git pushes to {REPOSITORY}")


def test_a_remote_by_a_former_name_is_fine_and_another_repository_is_not(world):
    world.service.former_names.add(_FORMER)
    assert found(world, pushes_to=f"git@127.0.0.1:{_FORMER}")["remote"].finding is Finding.OK
    need = found(world, pushes_to="git@127.0.0.1:webrana/docs.git")["remote"]
    assert need.finding is Finding.FAILED
    assert "webrana/docs, which is not webrana/webrana" in need.saw


@pytest.mark.parametrize("address", ["", "../origin.git", "/srv/git/x.git", "git@mirror:a/b.git"])
def test_a_remote_that_cannot_be_compared_is_nobodys_fault(world, address):
    assert "remote" not in found(world, pushes_to=address)


def test_single_sign_on_names_the_page_that_authorises_the_token(world):
    page = "https://github.example/orgs/webrana/sso?authorization_request=A1"
    world.service.single_sign_on = page
    looked = found(world)
    assert looked["token"].finding is Finding.OK
    need = looked["repository"]
    assert (need.finding, need.code) == (Finding.FAILED, ProblemCode.RIGHTS)
    assert "SAML" in need.saw
    assert page in need.mend


def test_a_fine_grained_token_sees_the_checks_of_actions_alone(world):
    world.service.forbidden_areas.add("checks")
    need = found(world)["checks"]
    assert (need.finding, need.code) == (Finding.WARNING, ProblemCode.RIGHTS)
    assert "only those of Actions" in need.saw
    assert need.mend.startswith("gh auth login")


def test_a_token_that_sees_no_checks_at_all_fails_at_minute_1(world):
    world.service.forbidden_areas |= {"checks", "actions"}
    need = found(world)["checks"]
    assert (need.finding, need.code) == (Finding.FAILED, ProblemCode.RIGHTS)
    assert "actions=read" in need.mend


def test_a_token_that_sees_everything_is_fine(world):
    assert found(world)["checks"].finding is Finding.OK
