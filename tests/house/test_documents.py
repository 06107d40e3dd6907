"""What the documents name is there: commands, options, targets of make, files, sayings."""

import re
from pathlib import Path
from typing import Any

import pytest

from hotfix.cli.described import described

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
DESCRIBED: Any = described()
COMMANDS: dict[str, Any] = {each["name"]: each for each in DESCRIBED["commands"]}
# What is typed stands in backticks, or is a line that is set in.
TYPED = re.compile(r"`(?P<quoted>[^`\n]+)`|^ {4}(?P<line>\S.*)$", re.MULTILINE)
COMMAND = re.compile(r"(?<![\w./-])hotfix (?P<name>[a-z]+)(?P<rest>[^;|#\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
TARGET = re.compile(r"(?<!\S)make (?P<name>[a-z][a-z-]*)")
LINK = re.compile(r"\]\((?P<file>[^)#\s]*)(?:#(?P<heading>[^)]*))?\)")
ON_FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|yml|json|svg))`")
BASES = ("", "src/hotfix", "docs", "tests")
ON_EVERY_COMMAND = {"--help"}
MORE_WORDS = {"help"}


def named(document):
    return str(document.relative_to(ROOT))


def typed(text):
    for found in TYPED.finditer(text):
        # What a run prints is nothing that anybody types.
        line = found["quoted"] or found["line"].removeprefix("$ ")
        if found["quoted"] or line.startswith(("hotfix ", "make ", ".venv/bin/hotfix ")):
            yield line.removeprefix(".venv/bin/")


def wrong_commands(text):
    for line in typed(text):
        for found in COMMAND.finditer(line) if line.startswith(("hotfix", "HOTFIX_")) else ():
            name = found["name"]
            if name in MORE_WORDS:
                continue
            if name not in COMMANDS:
                yield f"no command: {line}"
                continue
            parameters = COMMANDS[name]["parameters"]
            has = {each["name"] for each in parameters} | ON_EVERY_COMMAND
            has |= {other for each in parameters for other in each["other_names"]}
            yield from (f"no {it}: {line}" for it in OPTION.findall(found["rest"]) if it not in has)


def targets():
    return set(re.findall(r"^([a-z][a-z-]*):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def wrong_targets(text):
    for line in typed(text):
        yield from (it["name"] for it in TARGET.finditer(line) if it["name"] not in targets())


def headings(text):
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in titles}


def dead_links(document):
    for found in LINK.finditer(document.read_text()):
        if found["file"].startswith(("https://", "http://")):
            continue
        file = document.parent / found["file"] if found["file"] else document
        is_there = file.exists()
        if is_there and found["heading"] and file.suffix == ".md":
            is_there = found["heading"] in headings(file.read_text())
        if not is_there:
            yield found[0]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_what_a_document_says_to_type_and_where_it_leads_is_there(document):
    text = document.read_text()
    assert not list(wrong_commands(text))
    assert not list(wrong_targets(text))
    assert not list(dead_links(document))
    missing = {
        path
        for path in ON_FILE.findall(text)
        if not any((ROOT / base / path).exists() for base in BASES)
    }
    assert not missing


def rows(document, title):
    """The first cells of the table whose first heading is ``title``."""
    _, _, table = (ROOT / document).read_text().partition(f"\n| {title} |")
    assert table, title
    for line in table.split("\n")[2:]:
        if not line.startswith("|"):
            return
        yield line.split("|")[1].strip()


def test_every_command_every_target_and_every_folder_of_tests_has_its_row():
    said = " ".join(rows("README.md", "command"))
    assert [name for name in COMMANDS if f"`hotfix {name}" not in said] == []
    said = " ".join(rows("CONTRIBUTING.md", "command"))
    assert [name for name in targets() if f"`make {name}`" not in said] == []
    said = " ".join(rows("CONTRIBUTING.md", "folder"))
    folders = {each.parent.name for each in (ROOT / "tests").glob("*/*.py")}
    assert [name for name in sorted(folders) if f"`tests/{name}`" not in said] == []


def test_the_exit_codes_are_those_of_the_program():
    assert [int(row) for row in rows("README.md", "exit code")] == [
        each["code"] for each in DESCRIBED["exit_codes"]
    ]


def test_what_it_is_said_to_say_it_says():
    sources = [each.read_text() for each in (ROOT / "src").rglob("*.py")]
    for row in rows("README.md", "it says"):
        for part in filter(None, (each.strip() for each in row.split("..."))):
            is_said = any(part in source for source in sources)
            assert is_said or row == "anything else", row


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (wrong_commands, "`hotfix begin`"),
        (wrong_commands, "`hotfix status --brief`"),
        (wrong_commands, "    hotfix start 'it is broken' --catgory x"),
        (wrong_commands, "`HOTFIX_GITHUB__REVIEWER=noor hotfix begin ...`"),
        (wrong_targets, "`make tea`"),
    ],
)
def test_the_rules_find_what_breaks_them(find, text):
    assert list(find(text))


def test_a_link_to_nothing_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Here\n[a](other.md) [b](#there) [c](#here) [d](page.md#here)\n")
    assert list(dead_links(page)) == ["](other.md)", "](#there)"]
