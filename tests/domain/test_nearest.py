"""What somebody may have meant by a name that nothing has."""

import pytest

from hotfix.domain.nearest import did_you_mean

KNOWN = ["webrana-backend", "webrana-frontend", "jobs"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("webrana-backnd", "webrana-backend"),
        ("backend", "webrana-backend"),
        ("END", ""),
        ("Jobs", "jobs"),
        ("job", "jobs"),
        ("front", "webrana-frontend"),
        ("web", ""),
        ("payments", ""),
        ("", ""),
    ],
)
def test_the_likeliest_name_is_named_and_no_other(given, meant):
    assert did_you_mean(given, KNOWN) == (f" Did you mean {meant}?" if meant else "")
