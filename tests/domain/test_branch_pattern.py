"""What a branch can be called is what git says; a pattern is no name."""

import subprocess

import pytest

from hotfix.domain.branch_pattern import matching, why_no_branch

NAMES = [
    *(
        "develop",
        "release/1.2",
        "a/b/c",
        "v1+2",
        "ünï",
        "a-b_c",
        "{x}",
        "a'b",
        "a;b",
        "HEAD1",
        "!x",
    ),
    *("", "-x", "/x", "x/", "a//b", ".x", "a/.b", "x.lock", "a.lock/b", "x.", "a..b", "@", "a@{b"),
    *("a b", "a\tb", "a~b", "a^b", "a:b", "a?b", "a[b", "a\\b", "a\x7fb", "a\nb"),
    *("x.y", "@x", "a@b", "x.lockx", "-/x", "x/-y"),
]


@pytest.mark.parametrize("name", NAMES)
def test_git_says_so_too(name):
    words = ("git", "check-ref-format", f"refs/heads/{name}")
    # The leading dash is refused by what makes branches, and not by this.
    can_be = subprocess.run(words, check=False).returncode == 0 and not name.startswith("-")
    # In full it is a name; alone it stands for HEAD.
    assert bool(why_no_branch(name)) is not (can_be and name != "@")


BRANCHES = ["develop", "main", "release/1.2", "release/1.2/rc", "release/2", "release-2", "pre/a+b"]


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [
        ("develop", ["develop"]),
        ("release/*", ["release/1.2", "release/2"]),
        ("release/**", ["release/1.2", "release/1.2/rc", "release/2"]),
        ("release/1.*", ["release/1.2"]),
        ("release/1?2", []),
        ("release/1.2/*", ["release/1.2/rc"]),
        ("*", ["develop", "main", "release-2"]),
        ("**", BRANCHES),
        ("pre/a+b", ["pre/a+b"]),
        ("pre/*+*", ["pre/a+b"]),
        ("release", []),
        ("", []),
    ],
)
def test_a_star_is_anything_but_a_slash_and_two_are_anything(pattern, meant):
    assert matching(pattern, BRANCHES) == meant
