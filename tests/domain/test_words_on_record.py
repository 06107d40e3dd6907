"""The words of every enumeration stand in journals and in JSON output: they are only added to."""

import importlib
import pkgutil
from enum import StrEnum

import pytest

from hotfix import domain
from hotfix.domain.fix_stand import FixStand
from hotfix.domain.incident import Audience, Category
from hotfix.domain.progress import PhaseState, RunState
from hotfix.domain.restoration import RestoreState
from hotfix.domain.settlement import Settlement
from hotfix.domain.suite_state import SuiteState

# How their words are joined.
JOINED = {
    **dict.fromkeys((Category, FixStand, RunState), "-"),
    **dict.fromkeys((PhaseState, RestoreState, Settlement, SuiteState), " "),
}
OTHERWISE = {
    FixStand.PARTLY_BACK: "rolled-back-in-part",
    # Nobody has said it: left out of the record.
    Audience.UNSAID: "",
    RestoreState.CHANGED: "changed by somebody else",
    RestoreState.TROUBLED: "no answer",
}
ENUMERATIONS = [
    each
    for found in pkgutil.walk_packages(domain.__path__, "hotfix.domain.")
    for each in vars(importlib.import_module(found.name)).values()
    if isinstance(each, type) and issubclass(each, StrEnum) and each.__module__ == found.name
]


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda each: each.__name__)
def test_each_word_on_record_is_the_name_of_its_member(enumeration):
    for member in enumeration:
        words = member.name.lower().replace("_", JOINED.get(enumeration, "_"))
        assert member.value == OTHERWISE.get(member, words)
