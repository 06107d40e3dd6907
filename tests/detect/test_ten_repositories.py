"""Ten repositories, cloned and set up by ``hotfix init``: the file loads, ``doctor`` is right."""

import json
import shutil
import time
import tomllib

import jsonschema_rs
import pytest
from tests.detect.repositories import REPOSITORIES, REPOSITORY, git, make

from hotfix.config.load import load
from hotfix.config.schema import as_data

# What is nobody's fault here: there is neither a token nor a kubeconfig in these tests.
_NOT_HERE = {("github", "usable"), ("kubernetes", "server"), ("kubernetes", "usable")}


def value_of(config, name):
    section, _, key = name.partition(".")
    found = getattr(config, section)
    return getattr(found, key) if key else found


def is_there(suite, clone):
    """Whether the program of a suite can be run where the suite is."""
    program = suite.run[0]
    place = clone / suite.directory / program
    return place.is_file() if "/" in program else shutil.which(program) is not None


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_init_writes_loads_and_doctor_says_nothing_false_of_it(
    name, give, tmp_path, record_property
):
    repository = REPOSITORIES[name]
    clone = make(tmp_path / "world", repository)
    git(clone, "config", "user.name", "Dana")
    git(clone, "config", "user.email", "dana@acme.example")
    begun = time.monotonic()
    done = give(clone, "init", "--yes")
    seconds = time.monotonic() - begun
    assert done.code == 0, done
    path = clone / "hotfix.toml"
    text = path.read_text()
    config = load(path, {})
    assert config.github.repository == REPOSITORY
    for key, wanted in repository.wanted.items():
        assert value_of(config, key) == wanted, key
    suites = {each.name: (" ".join(each.run), each.directory) for each in config.tests}
    assert suites == repository.suites
    assert text.startswith("#:schema ./hotfix.schema.json\n")
    needs = json.loads(give(clone, "doctor", "--json").stdout)["needs"]
    wrong = list(said_wrongly(needs, config, clone))
    assert wrong == []
    there = len(config.kubernetes.deployments) if config.kubernetes else 0
    well = sum(need["finding"] == "ok" for need in needs)
    record_property(
        "figure",
        f"init {name:<13} {seconds:5.2f} s to a checked file · base {config.git.base}, into "
        f"{config.github.merge_into} · {len(suites)} suites, {there} deployments, "
        f"{text.count('not found')} not found · doctor: {well} ok, {len(wrong)} false",
    )


def said_wrongly(needs, config, clone):
    """Yield what ``doctor`` says and is not so."""
    suites = {each.name: each for each in config.tests}
    for need in needs:
        area, name, finding = need["area"], need["name"], need["finding"]
        if area == "tests" and name in suites:
            if (finding == "ok") is not is_there(suites[name], clone):
                yield need
        elif (area == "git" and finding != "ok") or (
            finding == "failed" and (area, name) not in _NOT_HERE
        ):
            yield need


def test_the_file_is_what_its_schema_takes(give, tmp_path):
    clone = make(tmp_path / "world", REPOSITORIES["compose"])
    give(clone, "init", "--yes")
    data = tomllib.loads((clone / "hotfix.toml").read_text())
    assert list(jsonschema_rs.validator_for(as_data()).iter_errors(data)) == []
