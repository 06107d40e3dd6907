"""What mends a token that GitHub does not take depends on where the token is from."""

import pytest

from hotfix.adapters.github.client import GithubClient
from hotfix.adapters.github.token import variable_set
from hotfix.adapters.github.troubles import ForeignAnswerError, RefusedError, refused
from hotfix.domain.problem import ProblemError


def mend(status, variable, data=None):
    error = refused(
        "GET /user", status, {}, data or {"message": "Bad credentials"}, "github.com", variable
    )
    assert isinstance(error, RefusedError)
    return error.problem.next_command


def test_a_token_of_gh_is_renewed_by_gh():
    assert mend(401, "") == "gh auth login --hostname github.com"
    assert mend(403, "") == "gh auth refresh --hostname github.com --scopes repo,workflow"


@pytest.mark.parametrize("variable", ["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN"])
def test_one_of_the_environment_is_replaced_or_unset_first(variable):
    """As long as it is set, gh logs nobody in."""
    assert mend(401, variable).startswith(f"export {variable}=")
    assert f"unset {variable}; gh auth login" in mend(401, variable)
    assert "gh auth refresh" not in mend(403, variable)
    assert variable in mend(403, variable)


@pytest.mark.parametrize(
    ("environ", "host", "variable"),
    [
        ({"GH_TOKEN": "a", "GITHUB_TOKEN": "b"}, "api.github.com", "GH_TOKEN"),
        ({"GH_TOKEN": " ", "GITHUB_TOKEN": "b"}, "api.github.com", "GITHUB_TOKEN"),
        ({"GH_TOKEN": "a"}, "github.example.com", ""),
        ({"GH_ENTERPRISE_TOKEN": "a"}, "github.example.com", "GH_ENTERPRISE_TOKEN"),
        ({}, "api.github.com", ""),
    ],
)
def test_the_variable_that_holds_it_is_known(environ, host, variable):
    assert variable_set(environ, host) == variable


@pytest.mark.parametrize("variable", ["", "GH_TOKEN"])
def test_one_that_cannot_be_a_token_is_mended_where_it_is_from(variable):
    with pytest.raises(ProblemError) as caught:
        GithubClient("ab\ncd", "https://api.github.com", variable=variable)
    mended = caught.value.problem.next_command
    assert mended.startswith(f"export {variable}=" if variable else "gh auth login")


def test_what_is_in_between_is_not_waited_away():
    error = refused("GET /user", 403, {}, "<html>", "github.com")
    assert isinstance(error, ForeignAnswerError)
    assert "NO_PROXY" in error.mend
