"""Whatever ``hotfix.toml`` names, and no service knows, ``doctor`` tells of, with the mend."""

import json

import pytest
from tests.config.resolved_names import Named, wrong_names
from tests.stories.commands import commands

#: what is no text
_LISTS = {
    "also_into",
    "labels",
    "deployments",
    "components",
    "schedule_ids",
    "escalation_policy_ids",
}
_TABLES = {
    "users": '{{ rena = "rena@webrana.example", {} = "U0NOBODY001" }}',
    "logins": '{{ "rena@webrana.example" = "rena", "x@webrana.example" = "{}" }}',
}


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    with commands(tmp_path_factory.mktemp("names") / "world") as at:
        yield at


@pytest.fixture(scope="module")
def all_at_once(story):
    """What doctor finds where all names are wrong that hide none of the others."""
    return doctor(story, wrong_names(is_alone=False))


def doctor(story, wrong):
    """What doctor finds with a configuration in which some names are wrong."""
    text = story.world.config_file.read_text(encoding="utf-8")
    for section, key, named in wrong:
        value = f'["{named.wrong}"]' if key in _LISTS else f'"{named.wrong}"'
        text = changed(text, section, key, _TABLES.get(key, value).format(named.wrong))
    path = story.world.folder / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    done = story.run("doctor", "--json", "--config", str(path))
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["needs"]


def changed(text: str, section: str, key: str, value: str) -> str:
    """The configuration with another value for one key."""
    head = f"[{section}]\n"
    if head not in text:
        text += head
    before, after = text.split(head)
    own, bracket, rest = after.partition("\n[")
    lines = [line for line in own.splitlines() if not line.startswith(f"{key} = ")]
    return f"{before}{head}{key} = {value}\n" + "\n".join(lines) + f"\n{bracket}{rest}"


def assert_told(needs, section: str, key: str, named: Named):
    """It is told in its area, by its name, and what mends it."""
    about = [
        need
        for need in needs
        if need["area"] == named.area
        and (named.told or named.wrong) in f"{need['name']} {need['saw']}"
    ]
    unmet = [need for need in about if need["finding"] in {"warning", "failed"}]
    assert unmet, [need for need in needs if need["area"] == named.area]
    assert all(need["mend"] for need in unmet), (section, key)


@pytest.mark.parametrize(("section", "key", "named"), list(wrong_names(is_alone=False)))
def test_it_is_told_among_others(all_at_once, section, key, named):
    assert_told(all_at_once, section, key, named)


@pytest.mark.parametrize(("section", "key", "named"), list(wrong_names(is_alone=True)))
def test_it_is_told(story, section, key, named):
    assert_told(doctor(story, [(section, key, named)]), section, key, named)
