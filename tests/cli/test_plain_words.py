"""Plain words say the same, whoever reads them; all others are left to the library."""

import pytest
import typer.testing
from hypothesis import given
from hypothesis import strategies as st

from hotfix.cli import rolling_back
from hotfix.cli.app import app_for
from hotfix.cli.plain_words import wanted_by
from hotfix.cli.rolling_back import Wanted

OPTIONS = ("--to-revision", "--deployment", "--config", "--via", "--trust-host", "--to-re")
FLAGS = ("--yes", "--json", "--dry-run", "--over-others", "--to-healthy", "--use-todays-config")
OTHERS = ("--list", "--help", "--", "-", "-y", "--no-yes", "--yes=true", "--yes=")
VALUES = (
    "3",
    "03",
    "+3",
    "-3",
    "٣",
    "3.0",
    "9" * 5000,
    "web",
    "hf-20261126",
    "a=b",
    "",
    " ",
    "a b",
)
WORDS = st.lists(
    st.sampled_from((*OPTIONS, *FLAGS, *OTHERS, *VALUES))
    | st.builds("{}={}".format, st.sampled_from(OPTIONS), st.sampled_from(VALUES)),
    max_size=6,
)


def by_the_library(words):
    """Return what the library understands, or its output where it refuses them."""
    found = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rolling_back, "roll_back", lambda wanted, _: found.append(wanted))
        done = typer.testing.CliRunner().invoke(app_for(["rollback"]), ["rollback", *words])
    return found[0] if found else done.output


@given(WORDS)
def test_what_is_plain_means_the_same_to_the_library(words):
    wanted = wanted_by(words)
    assert wanted is None or by_the_library(words) == wanted


@pytest.mark.parametrize(
    "words",
    [
        *("", "--yes", "--to-revision 3 --yes --json", "hf-20261126 --yes", "--yes hf-20261126"),
        *("--to-healthy --yes", "--deployment web --deployment=api --yes", "--to-revision=3"),
        *("--config /etc/hotfix.toml --dry-run", "--use-todays-config --over-others --yes --yes"),
    ],
)
def test_what_people_type_is_plain(words):
    wanted = wanted_by(words.split())
    assert isinstance(wanted, Wanted)
    assert by_the_library(words.split()) == wanted


@pytest.mark.parametrize(
    "words",
    [
        *("--help", "--lst", "--to-revision", "--to-revision x", "--to-revision 1 --to-revision 2"),
        *("one two", "--via actions", "--yes=true", "-- hf-1", "--list", "--trust-host x.example"),
        *("--config --yes", "--deployment --yes", "--to-revision -3"),
    ],
)
def test_all_other_words_are_left_to_the_library(words):
    assert wanted_by(words.split()) is None
