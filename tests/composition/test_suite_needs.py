"""What ``hotfix doctor`` says of the test suites, before they are run: a table."""

import pytest

from hotfix.composition.suite_needs import root_above, suite_needs
from hotfix.config.model import Suite
from hotfix.ports.readiness import Finding

OK, WARNING, FAILED = Finding.OK, Finding.WARNING, Finding.FAILED


@pytest.mark.parametrize(
    ("run", "directory", "wanted", "words"),
    [
        ("git status", ".", [OK], "git"),
        ("git status", "backend", [OK], "git"),
        ("git status", "nowhere", [FAILED], "there is no folder nowhere"),
        ("no-such-program test", ".", [FAILED], "is not on the PATH"),
        ("./gradlew test", "backend", [OK], "./gradlew"),
        ("backend/gradlew test", ".", [OK], "backend/gradlew"),
        ("./gradlew test", ".", [FAILED], "cannot be run from"),
        ("./plain test", "backend", [FAILED], "cannot be run from"),
        ("git status && git log", ".", [WARNING, OK], "&& looks like a shell's word"),
        ("X=1 git status", ".", [FAILED], "X=1 looks like a shell's word"),
        ("sh -c 'git status && git log'", ".", [OK], "sh"),
        (["sh", "-c", "echo $HOME"], ".", [OK], "sh"),
    ],
)
def test_a_suite_can_be_begun_or_it_is_said_why_not(run, directory, wanted, words, tmp_path):
    (tmp_path / "backend").mkdir()
    (tmp_path / "backend/plain").write_text("")
    (tmp_path / "backend/gradlew").write_text("#!/bin/sh\n")
    (tmp_path / "backend/gradlew").chmod(0o755)
    suite = Suite.model_validate({"name": "a", "run": run, "directory": directory})
    needs = suite_needs([suite], tmp_path)
    assert [need.finding for need in needs] == wanted
    assert words in needs[0].saw
    assert all(need.mend for need in needs if need.finding is not OK)


def test_the_folders_are_those_of_the_clone_wherever_one_stands_in_it(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep/er").mkdir(parents=True)
    assert root_above(tmp_path / "deep/er") == tmp_path
    assert root_above(tmp_path) == tmp_path
