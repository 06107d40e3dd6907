"""What goes into the team's record: no secret, and a chain that still holds."""

import json

import pytest
from tests.journals.reading import NAMES, recorded
from tests.memory_clock import MemoryClock
from tests.runs.team_world import lines_of

from hotfix.adapters.journal.journal_file import JournalFile
from hotfix.adapters.journal.lines import check_lines, read_lines
from hotfix.config.secret_shapes import masked
from hotfix.domain.event_data import Noted
from hotfix.domain.redaction import MARK, redacted
from hotfix.domain.shared_lines import shared_lines

RUN = "hf-20260312-0312-checkout-abcd"
LATER = 'pass"word-ü-known-later'
SHAPES = (
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_0123456789abcdefghij_0123456789",
    "xoxb-0123456789-abcdefghij",
    "glpat-0123456789abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "sk_live_0123456789abcdefghij",
    "npm_0123456789abcdefghij0123456789abcdef",
)


def for_the_team(text):
    return masked(redacted(text, {LATER}), MARK)


def journal(tmp_path, *texts):
    with JournalFile.create(tmp_path, RUN, MemoryClock(), "dana") as written:
        for text in texts:
            written.append(Noted(text, "dana"))
    return read_lines(tmp_path, RUN)


@pytest.mark.parametrize("name", NAMES)
def test_what_holds_no_secret_is_shared_byte_for_byte(name):
    assert shared_lines(lines_of(name), for_the_team) == lines_of(name)


@pytest.mark.parametrize("secret", [*SHAPES, LATER])
def test_a_secret_is_left_out_and_the_chain_holds(tmp_path, secret):
    raw = journal(tmp_path, "before", f"I used {secret} by hand", "after")
    shared = shared_lines(raw, for_the_team)
    assert secret.encode() not in shared
    assert json.dumps(secret)[1:-1].encode() not in shared
    notes = [str(event.data["text"]) for event in check_lines(RUN, shared)]
    assert (notes[0], notes[2]) == ("before", "after")
    assert MARK in notes[1]
    # What came before it is as it is on disk.
    assert shared.splitlines()[0] == raw.splitlines()[0]


def test_a_pod_template_stays_as_it_is_for_a_rollback_restores_it():
    lines = lines_of("done")
    secret = "webrana-backend"
    said = next(each for each in recorded("done").lines if '"template"' in each)
    assert secret in said

    def redact(text):
        return text.replace(secret, MARK)

    shared = shared_lines(lines, redact)
    templates = [
        json.dumps(each["template"])
        for line in shared.splitlines()
        for each in _records(json.loads(line))
    ]
    assert templates
    assert all(MARK not in each for each in templates)
    assert len(check_lines(recorded("done").progress.run, shared)) == len(lines.splitlines())


def _records(value):
    """Yield every record with a pod template."""
    if isinstance(value, dict):
        if "template" in value:
            yield value
        for each in value.values():
            yield from _records(each)
    elif isinstance(value, list):
        for each in value:
            yield from _records(each)


def test_what_is_no_event_is_left_without_its_secrets_too():
    line = f'{{"note": "{SHAPES[0]}"}}\n'.encode()
    assert shared_lines(line, for_the_team) == f'{{"note": "{MARK}"}}\n'.encode()
    assert shared_lines(b"{}\n", for_the_team) == b"{}\n"
