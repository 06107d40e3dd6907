"""What is said of the addresses of notices at the start, and where they do not go."""

import pytest

from hotfix.composition.notify_needs import notify_needs
from hotfix.composition.secret_values import secret_values
from hotfix.composition.telling import addresses_of, notifiers
from hotfix.config.model import Config, Github
from hotfix.config.webhooks import Notify, Webhook
from hotfix.domain.redaction import redacted
from hotfix.ports.readiness import Finding
from hotfix.processes import environment

NAME = "TEAM_NOTIFY_URLS"
ADDRESSES = ["json://127.0.0.1:1/very-secret", "nope://very-secret", "very-secret", "discord://x"]


def test_each_address_is_named_by_place_and_scheme_alone():
    found = notify_needs(Notify(addresses_in=NAME), {NAME: "\n".join(ADDRESSES)})
    assert [(each.name, each.finding) for each in found] == [
        ("1-json", Finding.OK),
        ("2-nope", Finding.WARNING),
        ("3-no scheme", Finding.WARNING),
        ("4-discord", Finding.WARNING),
    ]
    assert "very-secret" not in repr(found)
    assert "doctor" in found[1].mend


@pytest.mark.parametrize(
    ("held", "addresses"),
    [
        ("json://a.example/x,ntfy://b.example/y", ["json://a.example/x", "ntfy://b.example/y"]),
        (" json://a/x, ntfy://b/y,\n\tjson://c ", ["json://a/x", "ntfy://b/y", "json://c"]),
        ("mailto://h?to=a@x.example,b@x.example", ["mailto://h?to=a@x.example,b@x.example"]),
        ("json://a/?to=x,y,ntfy://b", ["json://a/?to=x,y", "ntfy://b"]),
        (" , ", []),
        ("", []),
    ],
)
def test_addresses_stand_apart_by_blanks_or_commas(held, addresses):
    assert addresses_of(Notify(addresses_in=NAME), {NAME: held}) == addresses


def test_one_that_is_there_twice_is_said_and_told_once(tmp_path):
    environ = {NAME: f"{ADDRESSES[0]} json://127.0.0.1:2/ {ADDRESSES[0]}"}
    settings = Notify(addresses_in=NAME)
    assert [each.name for each in notifiers(settings, environ, tmp_path)] == ["1-json", "2-json"]
    third = notify_needs(settings, environ)[2]
    assert (third.finding, third.saw) == (
        Finding.WARNING,
        "is address 1 once more: it is told once",
    )


def test_a_variable_that_is_not_set_is_said():
    [need] = notify_needs(Notify(addresses_in=NAME), {})
    assert (need.finding, need.mend) == (Finding.WARNING, f"export {NAME}=...")


def test_addresses_are_redacted_and_kept_from_programs_that_we_start(monkeypatch):
    monkeypatch.setattr(environment, "_found", set())
    monkeypatch.setattr(environment, "_variables", set())
    config = Config(github=Github(repository="acme/shop"), notify=Notify(addresses_in=NAME))
    values = secret_values(config, {NAME: " ".join(ADDRESSES[:2])})
    assert set(ADDRESSES[:2]) <= values
    assert "very-secret" not in redacted(f"at {ADDRESSES[0]} and", values)
    assert "very-secret" not in redacted(f"at {ADDRESSES[1]} and", environment.known_secrets())
    hook = Webhook(name="ops", address="HOOK", signed_with="KEY")
    both = config.model_copy(update={"webhooks": (hook,)})
    assert {"whsec_a", "whsec_b"} <= secret_values(both, {"KEY": "whsec_a whsec_b"})
    assert NAME not in environment.of_child(environ={NAME: ADDRESSES[0], "PATH": "/bin"})
