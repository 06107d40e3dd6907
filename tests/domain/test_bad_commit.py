"""What a rolled back run remembers, from its journal alone."""

from dataclasses import replace

from hotfix.domain.bad_commit import bad_commit
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.progress import Progress
from hotfix.domain.status import status

KNOWN: JsonObject = {
    "rolled_back": ["webrana-backend"],
    "merge_sha": "a" * 40,
    "approved_sha": "b" * 40,
    "change": {"files": ["shop.py"], "lines": 2, "commits": ["b" * 40, "c" * 40]},
    "merge_into": "hotfix/production",
    "revert_number": 3,
    "revert_url": "https://x/pull/3",
}


def remembered(**known):
    return bad_commit(Progress("hf-1", Incident("checkout"), known={**KNOWN, **known}))


def test_the_merge_and_the_commits_of_the_fix_are_remembered():
    bad = remembered()
    assert bad is not None
    assert (bad.sha, bad.others) == ("a" * 40, ("b" * 40, "c" * 40))
    assert (bad.run, bad.description, bad.merge_into) == ("hf-1", "checkout", "hotfix/production")
    assert (bad.revert_number, bad.revert_url) == (3, "https://x/pull/3")
    assert bad.warning == (
        "aaaaaaaa was rolled back (checkout) and is still on hotfix/production: "
        "the next deploy would ship it again; merge https://x/pull/3"
    )


def test_without_a_revert_the_warning_says_to_do_it_by_hand():
    bad = remembered(revert_number=None, revert_url=None, revert="conflicts")
    assert bad is not None
    assert bad.warning.endswith("revert aaaaaaaa by hand")


def test_nothing_is_held_where_nothing_was_merged_or_rolled_back_or_all_is_undone():
    for known in (
        {"merge_sha": None},
        {"rolled_back": None},
        {"revert": "not needed"},
        {"bad_commit_settled": "it is undone"},
    ):
        assert remembered(**known) is None


def test_the_status_of_the_run_holds_the_warning():
    run = Progress("hf-1", Incident("checkout"), known=KNOWN)
    assert str(status(run)["held"]).startswith("aaaaaaaa was rolled back")
    assert status(replace(run, known={}))["held"] is None


def test_where_the_change_or_the_approval_is_not_on_record_the_merge_is_remembered_all_the_same():
    without = remembered(change=None, approved_sha=None, revert_number=None, merge_into=None)
    assert without is not None
    assert (without.sha, without.others, without.merge_into, without.revert_number) == (
        *("a" * 40, ()),
        *("", 0),
    )
