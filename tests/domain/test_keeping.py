"""A record stays as long as it alone remembers what is owed."""

import pytest
from tests.journals.reading import NAMES, recorded

from hotfix.domain.keeping import owed_by, why_kept
from hotfix.domain.still_to_do import still_to_do


@pytest.mark.parametrize("kind", ["review", "rolled-back", "branches", "bring-back"])
def test_what_its_record_alone_remembers_keeps_it_however_old_it_is(kind):
    left = [
        (recorded(name), each.what)
        for name in NAMES
        for each in still_to_do(recorded(name).progress)
        if each.kind == kind and recorded(name).progress.state.is_over
    ]
    assert left
    for run, what in left:
        assert what in owed_by(run.progress)
        assert what in why_kept(run.events)
