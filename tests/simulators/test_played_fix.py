"""The ready-made patch of a scenario says which fix it is: the one that its part asks for."""

from collections import defaultdict

from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.scenarios import SCENARIOS

FIXES = [each.fix for each in SCENARIOS.values()]


def test_a_fix_that_is_no_good_one_is_never_called_so():
    for fix in FIXES:
        is_good = fix.edits == GOOD_FIX.edits
        assert (fix.called == GOOD_FIX.called) is is_good, fix.message
        assert (fix.patch == GOOD_FIX.patch) is is_good, fix.message


def test_each_name_stands_for_one_patch_alone():
    named = defaultdict(set)
    for fix in FIXES:
        named[fix.called].add(fix.edits)
        named[fix.patch].add(fix.edits)
    assert all(len(edits) == 1 for edits in named.values())


def test_a_part_that_asks_for_a_wrong_fix_gets_the_wrong_one():
    for scenario in SCENARIOS.values():
        asks = "a wrong fix" in scenario.part
        assert (scenario.fix.called == "the wrong fix") is asks, scenario.name


def test_the_command_that_applies_it_fits_into_eighty_columns():
    for fix in FIXES:
        # As long as the clone's, where the temporary folder is the usual one.
        folder = "x" * 34
        assert len(f"               git -C {folder} apply ../{fix.patch}") < 80
