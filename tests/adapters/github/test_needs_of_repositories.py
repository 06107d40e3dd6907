"""What ``hotfix doctor`` finds of a repository that will not do, and what it says mends it."""

import pytest
from tests.adapters.github.world_of_github import BRANCH, REPOSITORY, TARGET

from hotfix.adapters.github.needs import needs
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.ports.readiness import Finding

_FORMER = "webrana/shop"


def found(world, repository=REPOSITORY):
    listed = needs(
        world.client,
        repository,
        base="main",
        merge_into=TARGET,
        merge_method="squash",
        labels=(),
        reviewer="rena",
        workflow="deploy.yml",
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
