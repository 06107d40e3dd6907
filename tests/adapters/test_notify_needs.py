"""What is said of the addresses of notices at the start, and where they do not go."""

from hotfix.composition.notify_needs import notify_needs
from hotfix.composition.secret_values import secret_values
from hotfix.config.model import Config, Github
from hotfix.config.webhooks import Notify
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
    assert NAME not in environment.of_child(environ={NAME: ADDRESSES[0], "PATH": "/bin"})
