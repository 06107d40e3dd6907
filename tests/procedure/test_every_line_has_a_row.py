"""``docs/procedure.md`` quotes every line of the team's procedure once, and names what exists.

What a line is stands in ``lines.py``; ``procedure.md`` beside it is the team's page, word for word.
"""

import re
from pathlib import Path

import pytest
from tests.procedure.lines import lines_of, quotes_of, rows_of

from hotfix.cli.described import every_command
from hotfix.config.schema import every_section

ROOT = Path(__file__).parents[2]
SOURCE, TESTS, DOCS = ROOT / "src" / "hotfix", ROOT / "tests", ROOT / "docs"
PROCEDURE = (TESTS / "procedure" / "procedure.md").read_text()
PAGE = (DOCS / "procedure.md").read_text()
STEPS = {path.stem for path in (SOURCE / "steps").rglob("*.py")}
OPTIONS = {
    name: {word for parameter in command.params for word in parameter.opts}
    for name, command in every_command()
}
KEYS = {name: set(kind.model_fields) for name, _, kind in every_section()}
_CODE = re.compile(r"`([^`]+)`")
_STEP = re.compile(r"[a-z]+(_[a-z]+)+")
_KEY = re.compile(r"\[+(\w+)\]+(?: (\w+))?")
_LINK = re.compile(r"\]\(([^)#]+)")


def spans(cell):
    """Return what stands in code marks."""
    return _CODE.findall(cell)


def cells(title):
    """Return the cells of every column whose title begins so."""
    found, column = [], None
    for line in PAGE.splitlines():
        row = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not row:
            column = None
        elif column is None:
            column = next((n for n, cell in enumerate(row) if cell.startswith(title)), -1)
        elif column >= 0:
            found.append(row[column])
    return found


def prose():
    """Return what stands outside of tables."""
    return "\n".join(line for line in PAGE.splitlines() if not line.startswith("|"))


def test_every_line_is_quoted_once_and_in_order():
    assert list(quotes_of(PAGE)) == list(lines_of(PROCEDURE))


def test_a_line_is_what_the_rule_says():
    text = """\
## A (2 min)
One sentence. Another one: 7.1, 7.2

- [ ] A box
1. First
| Role | Contact |
|------|---------|
```bash
# a comment

- [ ] code
```
"""
    assert list(lines_of(text)) == [
        "A (2 min)",
        "One sentence.",
        "Another one: 7.1, 7.2",
        "A box",
        "1. First",
        "Role: Contact",
        "`# a comment`",
        "`- [ ] code`",
    ]


def rows():
    """Return the rows that quote, as they stand on the page."""
    quoted = {first for first, rest in rows_of(PAGE) if rest}
    return [line for line in PAGE.splitlines() if line[2:].split(" | ")[0] in quoted]


@pytest.mark.parametrize("spoil", [lambda row: f"{row}\n{row}", lambda _: ""])
def test_a_row_that_is_doubled_or_dropped_is_seen(spoil):
    assert len(rows()) > 80
    for row in rows():
        spoilt = PAGE.replace(row, spoil(row))
        assert list(quotes_of(spoilt)) != list(lines_of(PROCEDURE)), row


def test_every_row_says_what_serves_it():
    for first, rest in rows_of(PAGE):
        assert all(rest), first
        assert len(rest) in {0, 3}, first


def test_who_is_told_is_never_left_to_whoever_reads_the_page():
    told = [
        (line, cells_of[0])
        for line, cells_of in rows_of(PAGE)
        if cells_of and re.search(r"Slack|status page|[Nn]otify|summary|logged|PagerDuty|@", line)
    ]
    assert len(told) > 10
    for line, command in told:
        named = {span.split()[0] for span in spans(command)}
        # The checklist's rows name the fact that ticks them.
        assert line.startswith("`- [ ]") or named & OPTIONS.keys(), line


def test_every_command_and_every_option_exists():
    for span in (span for cell in cells("command") for span in spans(cell)):
        name, *words = span.split()
        if _KEY.match(span):
            continue
        known = set().union(*OPTIONS.values()) if name.startswith("--") else OPTIONS[name]
        assert {word for word in (name, *words) if word.startswith("--")} <= known, span


def test_every_step_and_every_source_file_exists():
    found = [span for cell in cells("where") for span in spans(cell)]
    steps = {span for span in (*found, *spans(prose())) if _STEP.fullmatch(span)}
    assert steps
    assert steps <= STEPS
    files = {span for span in found if span.endswith(".py")}
    assert files
    assert {name for name in files if not (SOURCE / name).is_file()} == set()


def test_every_test_exists():
    found = {span for cell in cells("shown by") for span in spans(cell)}
    named = {span for span in found if span.endswith(".py")}
    assert named
    assert {name for name in named if not (TESTS / name).is_file()} == set()


def test_every_file_in_the_prose_exists():
    found = {span for span in spans(prose()) if span.endswith(".py") and "<" not in span}
    assert found
    missing = {
        name for name in found if not (SOURCE / name).is_file() and not (TESTS / name).is_file()
    }
    assert missing == set()


def test_every_key_of_the_configuration_exists():
    found = [_KEY.fullmatch(span) for span in spans(PAGE)]
    keys = {(match[1], match[2]) for match in found if match}
    assert keys
    assert {key for key in keys if not is_key(*key)} == set()


def is_key(section, key):
    """Tell whether the configuration has a section, and a key in it where one is named."""
    return section in KEYS and (key is None or key in KEYS[section])


def test_every_link_leads_somewhere():
    found = _LINK.findall(PAGE)
    assert found
    assert [link for link in found if not (DOCS / link).exists()] == []
