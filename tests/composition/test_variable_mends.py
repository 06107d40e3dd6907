"""A mend that names a key of the file names the variable that stands in its place."""

import pytest

from hotfix.composition.variable_mends import by_variables
from hotfix.ports.readiness import Finding, Need

BASE = {"HOTFIX_GIT__BASE": "trunk9"}


@pytest.mark.parametrize(
    ("mend", "environ", "variable"),
    [
        ("Correct [git] base in hotfix.toml", BASE, "HOTFIX_GIT__BASE"),
        ("Correct [git] base in hotfix.toml", {}, ""),
        ("Correct [git] remote in hotfix.toml", BASE, ""),
        ("Correct [git] base in hotfix.toml", {"HOTFIX_CONFIG": "x"}, ""),
        (
            "Correct [github] merge_into in hotfix.toml, or the branches in deploy.yml",
            {"HOTFIX_GITHUB__MERGE_INTO": "x"} | BASE,
            "HOTFIX_GITHUB__MERGE_INTO",
        ),
        ("gh auth login", BASE, ""),
        ("Correct [[tests]] base", BASE, ""),
    ],
)
def test_what_stands_in_the_place_of_the_file_is_named(mend, environ, variable):
    need = Need("git", "x", Finding.FAILED, "it is not there", mend)
    [told] = by_variables([need], environ)
    assert told.mend.startswith(mend)
    assert (f"unset {variable}" in told.mend) is bool(variable)
    assert (told == need) is not bool(variable)


def test_what_is_in_order_says_nothing_of_variables():
    need = Need("git", "x", Finding.OK, "main", "Correct [git] base in hotfix.toml")
    assert list(by_variables([need], BASE)) == [need]
