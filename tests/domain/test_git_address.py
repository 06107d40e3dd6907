"""Which host people know, of the hosts that an API has."""

import pytest

from hotfix.domain.git_address import web_host_of


@pytest.mark.parametrize(
    ("host", "known_as"),
    [
        ("api.github.com", "github.com"),
        ("API.GitHub.com", "github.com"),
        ("api.acme.ghe.com", "acme.ghe.com"),
        ("github.com", "github.com"),
        ("api.github.example", "api.github.example"),
    ],
)
def test_only_on_githubs_own_hosts_the_api_has_another_name(host, known_as):
    assert web_host_of(host) == known_as
