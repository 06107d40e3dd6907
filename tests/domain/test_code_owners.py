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


def test_who_owns_most_of_the_change_comes_first():
    paths = ["a.js", "backend/a.py", "backend/b.py"]
    assert owners_of(FILE, paths) == ("noor", "sami", "frank")


def test_an_empty_file_names_nobody():
    assert owners_of("", ["a"]) == ()
