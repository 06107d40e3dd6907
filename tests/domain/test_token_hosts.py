"""Which hosts a service's token is for, without anybody's word."""

import pytest

from hotfix.domain.token_hosts import host_of, needs_no_word


@pytest.mark.parametrize(
    ("section", "address", "is_for"),
    [
        ("github", "https://api.github.com", True),
        ("github", "https://API.GitHub.com./", True),
        ("github", "https://api.webrana.ghe.com", True),
        ("github", "https://github.webrana.example/api/v3", False),
        ("github", "https://api.github.com.evil.example", False),
        ("github", "https://evilghe.com", False),
        ("github", "https://api.github.com:secret@evil.example", False),
        ("github", "https://slack.com", False),
        ("slack", "https://slack.com/api/", True),
        ("slack", "https://slack-gov.com/api/", True),
        ("slack", "https://files.slack.com.evil.example", False),
        ("slack", "https://slack.com\\@evil.example/api/", False),
        ("slack", "https://evil.example/slack.com", False),
        ("slack", "https://evil.example#slack.com", False),
        ("statuspage", "https://api.statuspage.io", True),
        ("statuspage", "https://acme.statuspage.io", False),
        ("pagerduty", "https://api.pagerduty.com", True),
        ("pagerduty", "https://api.eu.pagerduty.com", True),
        ("pagerduty", "https://api.github.com", False),
        ("slack", "http://127.0.0.1:8080", True),
        ("slack", "http://127.8.9.10", True),
        ("slack", "http://[::1]:80/api", True),
        ("slack", "http://localhost:80/api", True),
        ("slack", "http://127.0.0.1.evil.example", False),
        ("slack", "http://localhost.evil.example", False),
        ("slack", "https://[::1", False),
        ("slack", "", False),
    ],
)
def test_a_token_goes_to_its_services_own_host_or_to_this_machine(section, address, is_for):
    host = host_of(address)
    assert bool(host and needs_no_word(section, host)) is is_for


@pytest.mark.parametrize(
    "typed", ["slack.acme.example", "slack.acme.example:8443", "SLACK.acme.example."]
)
def test_a_host_is_known_however_it_is_typed(typed):
    assert host_of(typed) == "slack.acme.example"
