"""What a run remembers of branches that lack its fix, from its journal alone."""

from hotfix.domain.incident import Incident
from hotfix.domain.not_everywhere import STEP, not_everywhere
from hotfix.domain.progress import Progress
from hotfix.domain.status import status
from hotfix.steps.bring_to_other_branches import BringToOtherBranches

OPEN = {"branch": "develop", "url": "https://x/pull/4", "number": 4}
CONFLICT = {"branch": "release/1.2", "conflicts": ["a.py"], "by_hand": "git cherry-pick -x abc"}
REFUSED = {"branch": "release/1.4", "by_hand": "git cherry-pick -x abc", "why": "A hook."}
THERE = {"branch": "release/1.3", "is_settled": True}


def held(*brought, **known):
    run = Progress("hf-1", Incident("checkout"), known={"brought_to": [*brought], **known})
    return status(run)["held"]


def test_each_branch_is_named_with_what_a_person_does():
    assert held(OPEN, THERE, CONFLICT, REFUSED) == (
        "The fix (checkout) is not everywhere yet: develop (merge https://x/pull/4); "
        "release/1.2 (conflicts in a.py: git cherry-pick -x abc); "
        "release/1.4 (git cherry-pick -x abc)"
    )
    assert "pull/4, conflicts in b.py)" in str(held({**OPEN, "conflicts": ["b.py"]}))


def test_nothing_is_held_where_each_has_it_or_none_was_to():
    assert held(THERE) is None
    assert held() is None
    assert not_everywhere(Progress("hf-1", Incident("checkout"))) is None


def test_after_a_rollback_what_was_proposed_is_to_be_closed_and_what_was_not_is_well():
    said = held(OPEN, CONFLICT, rolled_back=["web"])
    assert said == (
        "The fix was rolled back (checkout) and is proposed to develop (close https://x/pull/4)"
    )
    assert held(CONFLICT, rolled_back=["web"]) is None
    both = held(OPEN, rolled_back=["web"], merge_sha="a" * 40, merge_into="prod")
    assert both == f"aaaaaaaa was rolled back (checkout) and is still on prod: {MEND}; {said}"


MEND = "the next deploy would ship it again; revert aaaaaaaa by hand"


def test_what_is_settled_later_is_written_down_for_the_step_that_brings_it():
    assert BringToOtherBranches(Incident("x"), (), "main", "prod").name == STEP
