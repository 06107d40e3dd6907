"""A push that a person is told to make names the branch on the remote, whatever push.default is."""

import re
from pathlib import Path

import hotfix

_PUSH = re.compile(r"(?:\bgit|\{git\}) push (?!--dry-run)[^\n]*")
_NAMES_IT = re.compile(r"by_its_name\(|\{push\}|:refs/heads/")


def test_no_advice_leaves_it_to_the_settings_where_a_branch_is_pushed():
    found = [
        (path.name, line)
        for path in Path(hotfix.__file__).parent.rglob("*.py")
        for line in _PUSH.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(found) > 4
    assert not [each for each in found if not _NAMES_IT.search(each[1])]
