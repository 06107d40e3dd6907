"""Whether a branch has a fix already is told by what a merge would bring, and not by names."""

import pytest
from tests.adapters.git.clones import commit, git, origin_and_clone, repository

# What happened on the base to the two commits of the fix, and whether the base has the fix then.
CASES = {
    "nothing": ((), False),
    "merged": (("merge --quiet --no-ff --no-edit fix",), True),
    "picked": (("cherry-pick fix~1 fix",), True),
    "picked in part": (("cherry-pick fix~1",), False),
    "squashed": (("merge --quiet --squash fix", "commit --quiet -m Squashed"), True),
    "picked and reverted": (("cherry-pick fix~1 fix", "revert --no-edit HEAD"), False),
    "picked and changed further": (("cherry-pick fix~1 fix", "CHANGE"), True),
    "changed by others": (("CHANGE",), False),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fix_is_there_by_whatever_name_it_came(name, tmp_path):
    deeds, is_there = CASES[name]
    _, clone = origin_and_clone(tmp_path)
    git(clone, "checkout", "--quiet", "-b", "fix")
    for total, other in ((2, "one"), (3, "two")):
        (clone / "shop.py").write_text(f"total = {total}\n")
        (clone / f"{other}.py").write_text(f"{other}\n")
        fix = commit(clone, f"Fix {other}")
    git(clone, "checkout", "--quiet", "main")
    for deed in ("BESIDE", *deeds):
        if deed == "BESIDE":
            (clone / "beside.py").write_text("beside\n")
            commit(clone, "Beside")
        elif deed == "CHANGE":
            (clone / "shop.py").write_text("total = 9\n")
            commit(clone, "Further")
        else:
            git(clone, *deed.split())
    here, base = repository(clone), git(clone, "rev-parse", "main")
    assert here.has_already(base, fix) is is_there
    assert git(clone, "status", "--porcelain") == ""
