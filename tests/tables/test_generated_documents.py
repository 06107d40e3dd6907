"""What is generated in ``docs/`` holds everything that it is made from, and goes stale loudly."""

import json
import shutil
import tomllib
from pathlib import Path

import jsonschema_rs
import pytest
from docs.tables.__main__ import main
from typer.testing import CliRunner

from hotfix.cli.app import app_for
from hotfix.cli.described import every_command
from hotfix.config.durations import seconds
from hotfix.config.schema import as_written, every_section

ROOT = Path(__file__).parents[2]
CLI = (ROOT / "docs" / "cli.md").read_text()
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text()
SCHEMA = json.loads((ROOT / "docs" / "hotfix.schema.json").read_text())
EXAMPLE = (ROOT / "hotfix.toml.example").read_text()


def sections(text):
    """Return what stands under each second heading, by the heading."""
    _, *parts = text.split("\n## ")
    return {part.split("\n", 1)[0]: part for part in parts}


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the documents that may be spoilt."""
    return shutil.copytree(ROOT / "docs", tmp_path / "docs")


def test_every_command_has_a_section_with_its_help_and_every_parameter():
    found = sections(CLI)
    assert [name.removeprefix("hotfix ") for name in found] == [name for name, _ in every_command()]
    for name, command in every_command():
        text = found[f"hotfix {name}"]
        assert str(command.help) in text
        for parameter in command.params:
            word = parameter.opts[0]
            named = f"| `{word if word.startswith('-') else word.upper()}"
            (row,) = [
                line for line in text.splitlines() if line.startswith((named + "`", named + " "))
            ]
            assert row.endswith(f"| {getattr(parameter, 'help', '')} |")


def test_the_help_that_people_see_has_the_same_options():
    for name, text in sections(CLI).items():
        shown = CliRunner().invoke(app_for([]), [*name.split()[1:], "--help"]).stdout
        shown = shown.partition("Examples:")[0]
        options = {word for word in shown.replace(",", " ").split() if word.startswith("--")}
        listed = set(text.replace("`", " ").replace(",", " ").split())
        assert options - listed == {"--help"}, name


def test_every_section_and_every_key_of_the_configuration_is_there():
    found = sections(CONFIGURATION.split("[[[cog")[1])
    for name, _, kind in every_section():
        (text,) = [part for title, part in found.items() if title.strip("[]") == name]
        for key, info in kind.model_fields.items():
            (row,) = [line for line in text.splitlines() if line.startswith(f"| `{key}` |")]
            assert row.endswith(f"| {info.description} |")
            assert ("| required |" in row) == info.is_required()
    assert len(found) == len(list(every_section()))


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (0.0, "0s"),
        (0.5, "0.5s"),
        (45.0, "45s"),
        (240.0, "4m"),
        (90.0, "1m 30s"),
        (5400.0, "1h 30m"),
    ],
)
def test_a_default_duration_is_written_as_the_file_takes_it(duration, text):
    assert as_written(duration) == text
    assert seconds(text) == duration


def test_the_schema_takes_the_example_and_refuses_what_the_program_refuses():
    validator = jsonschema_rs.validator_for(SCHEMA)
    example = tomllib.loads(EXAMPLE)
    assert [error.message for error in validator.iter_errors(example)] == []
    for section, key, value in [
        ("timeline", "total", 30),
        ("github", "reviwer", "noor"),
        ("github", "merge_how", "soon"),
        ("kubernetes", "deployments", []),
    ]:
        wrong = example | {section: example[section] | {key: value}}
        assert not validator.is_valid(wrong), key


def test_every_decision_is_listed_and_the_numbers_that_are_missing_are_named():
    text = (ROOT / "docs" / "decisions" / "README.md").read_text()
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [name for name in names if text.count(f"]({name}) |") != 1] == []
    taken = {int(name[:4]) for name in names}
    missing = [str(number) for number in range(1, max(taken)) if number not in taken]
    assert f"({', '.join(missing[:-1])} and {missing[-1]}) were never taken" in text


def test_what_is_generated_is_not_stale():
    assert main(["--check", str(ROOT / "docs")]) == 0


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("cli.md", "Go on where the run stands.", "Go on."),
        ("configuration.md", '| duration | `"30m"`', '| duration | `"40m"`'),
        ("decisions/README.md", "| 0002 |", "| 0003 |"),
        ("hotfix.schema.json", '"default": "30m"', '"default": "40m"'),
    ],
)
def test_a_stale_document_is_named_and_written_anew(copy, capsys, name, was, becomes):
    document = copy / name
    right = document.read_text()
    assert was in right
    document.write_text(right.replace(was, becomes))
    assert main(["--check", str(copy)]) == 1
    assert capsys.readouterr().out == f"{document} is stale: make tables\n"
    assert main([str(copy)]) == 0
    assert document.read_text() == right


def test_a_document_that_is_missing_is_stale(copy, capsys):
    (copy / "hotfix.schema.json").unlink()
    assert main(["--check", str(copy)]) == 1
    assert "hotfix.schema.json is stale" in capsys.readouterr().out


def test_what_a_person_wrote_around_the_tables_stays(copy):
    document = copy / "cli.md"
    document.write_text("Ours.\n" + document.read_text() + "Ours, too.\n")
    assert main(["--check", str(copy)]) == 0
