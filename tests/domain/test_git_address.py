"""Which host people know, of the hosts that an API has, and whose address is whose."""

import pytest

from hotfix.domain.git_address import named_by, names, web_host_of


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


@pytest.mark.parametrize(
    ("address", "host", "name"),
    [
        ("https://github.com/acme/shop.git", "github.com", "acme/shop"),
        ("https://dana@GitHub.com/acme/shop/", "github.com", "acme/shop"),
        ("git@github.com:acme/shop.git", "github.com", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "github.com", "acme/shop"),
        ("work:acme/shop", "work", "acme/shop"),
        ("/srv/git/shop.git", "", ""),
        ("../shop", "", ""),
        ("", "", ""),
    ],
)
def test_an_address_names_a_host_and_a_repository_or_nothing(address, host, name):
    assert named_by(address) == (host, name)


DOT_COM, OWN = "https://api.github.com", "https://git.acme.example:8443/api/v3"


@pytest.mark.parametrize(
    ("address", "api_url", "is_that"),
    [
        ("https://github.com/acme/shop.git", DOT_COM, True),
        ("git@GitHub.com:Acme/Shop.git", DOT_COM, True),
        ("ssh://git@ssh.github.com:443/acme/shop", DOT_COM, True),
        ("git@acme.ghe.com:acme/shop.git", "https://api.acme.ghe.com", True),
        ("https://git.acme.example/acme/shop", OWN, True),
        # The same name elsewhere, and another name.
        ("https://git.acme.example/acme/shop", DOT_COM, False),
        ("https://github.com/acme/shop.git", OWN, False),
        ("https://github.com/acme/shop-old.git", DOT_COM, False),
        # An alias of ssh may stand for any host.
        ("work:acme/shop.git", DOT_COM, True),
        ("work:acme/other.git", DOT_COM, False),
        # A folder.
        ("/srv/git/shop.git", DOT_COM, None),
        ("../acme/shop", DOT_COM, None),
        ("./acme/shop", DOT_COM, None),
        ("", DOT_COM, None),
    ],
)
def test_whose_address_it_is_is_told_or_said_to_be_unknown(address, api_url, is_that):
    assert names(address, api_url, "acme/shop") is is_that
