"""Which token is for which host."""

import pytest

from hotfix.adapters.github.token import find_token

ALL = {
    "GH_TOKEN": "gh",
    "GITHUB_TOKEN": "github",
    "GH_ENTERPRISE_TOKEN": "ghe",
    "GITHUB_ENTERPRISE_TOKEN": "githube",
    "PATH": "",
}


@pytest.mark.parametrize(
    ("host", "token"),
    [
        ("api.github.com", "gh"),
        ("127.0.0.1", "gh"),
        ("api.webrana.ghe.com", "gh"),
        ("github.webrana.example", "ghe"),
    ],
)
def test_a_token_is_bound_to_its_host(host, token):
    assert find_token(ALL, host) == token


def test_the_second_name_is_looked_at_where_the_first_is_empty():
    assert find_token(ALL | {"GH_TOKEN": " "}, "api.github.com") == "github"
    assert find_token(ALL | {"GH_ENTERPRISE_TOKEN": ""}, "github.webrana.example") == "githube"


def test_a_token_of_github_com_never_goes_to_an_enterprise_server():
    assert find_token({"GH_TOKEN": "gh", "PATH": ""}, "github.webrana.example") is None


@pytest.fixture
def gh(tmp_path):
    """Puts a program called gh on a path of its own."""

    def put(script):
        program = tmp_path / "gh"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return {"PATH": str(tmp_path)}

    return put


def test_gh_is_asked_for_the_host_that_people_know(gh):
    assert find_token(gh('echo "$1-$2-$3-$4"'), "api.github.com") == (
        "auth-token---hostname-github.com"
    )


def test_gh_without_a_token_is_no_token(gh):
    assert find_token(gh("echo nothing; exit 1"), "api.github.com") is None


def test_gh_that_hangs_is_ended(gh):
    environ = gh("/bin/sleep 30 & /bin/sleep 30")
    assert find_token(environ, "api.github.com", deadline_seconds=0.2) is None
