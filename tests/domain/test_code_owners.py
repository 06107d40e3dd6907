"""CODEOWNERS: the last line that matches decides."""

import pytest

from hotfix.domain.code_owners import owners_of

FILE = """
# Everything
*            @webrana/everybody
*.js         @frank   # the front end
/backend/    @noor @sami
backend/shop/checkout.py  rena@webrana.example
docs/*       @docs
apps/**/api  @api
/nobody/
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("webrana/everybody",)),
        ("deep/down/index.js", ("frank",)),
        ("backend/cart.py", ("noor", "sami")),
        ("backend/index.js", ("noor", "sami")),
        ("backend/shop/checkout.py", ("rena@webrana.example",)),
        ("other/backend/cart.py", ("webrana/everybody",)),
        ("docs/page.md", ("docs",)),
        ("docs/deep/page.md", ("webrana/everybody",)),
        ("apps/one/two/api/x.py", ("api",)),
        ("apps/api/x.py", ("api",)),
        ("nobody/x.py", ()),
    ],
)
def test_the_last_line_that_matches_decides(path, owners):
    assert owners_of(FILE, [path]) == owners


@pytest.mark.parametrize(
    ("line", "path", "is_owned"),
    [
        # The cases of GitHub's page, and of public reports about other readers of the file.
        (r"/Health\ Care/ @care", "Health Care/x.py", True),
        (r"/Testing/Path\ With\ Space.cs @care", "Testing/Path With Space.cs", True),
        (r"/Testing/Path\ With\ Space.cs @care", "Testing/Path", False),
        (r"Health\ Care @care", "deep/Health Care/x.py", True),
        ("/Health Care/ @care", "Health Care/x.py", False),
        (r"/a\*b @care", "a*b", True),
        (r"/a\*b @care", "axb", False),
        ("/c#/x.py @care", "c#/x.py", True),
        ("/a:b/ @care", "a:b/x.py", True),
        ("*.js @care #they know", "a.js", True),
        ("*.js @care # and @webrana/team", "a.js", True),
        ("/build/logs/ @care", "build/logs/log.txt", True),
        ("/build/logs/ @care", "other/build/logs/log.txt", False),
        ("/foo/bar @care", "foo/bar/quux", True),
        ("apps/ @care", "deep/apps/x/y.py", True),
        ("**/logs @care", "deep/logs/x", True),
        ("/docs/**/x @care", "docs/a/b/x", True),
        ("docs/** @care", "docs/a/b", True),
        ("docs/*.md @care", "docs/a.md", True),
        ("docs/*.md @care", "docs/deep/a.md", False),
        ("/*  @care", "README.md", True),
        ("/*  @care", "deep/README.md", False),
        ("/ @care", "README.md", False),
        ("*.PY @care", "a.py", False),
        # What GitHub skips, line by line.
        ("!*.py @care", "a.py", False),
        ("[ab].py @care", "a.py", False),
        (r"\#x @care", "#x", False),
        ("a***b @care", "axb", False),
        ("*.py care", "a.py", False),
        ("*.py @care nobody", "a.py", False),
        ("*.py @org/team/more", "a.py", False),
    ],
)
def test_a_line_means_what_it_means_to_github(line, path, is_owned):
    owned = owners_of(f"* @all\n{line}\n", [path])
    assert owned == (("care",) if is_owned else ("all",))


def test_who_owns_most_of_the_change_comes_first():
    paths = ["a.js", "backend/a.py", "backend/b.py"]
    assert owners_of(FILE, paths) == ("noor", "sami", "frank")


def test_an_empty_file_names_nobody():
    assert owners_of("", ["a"]) == ()
