"""What is offered to be typed is copied in one piece, at every width and in every sentence."""

import ast
import io
import re
import shlex
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyte
import pytest
from rich.console import Console
from tests.journals.reading import NAMES, recorded
from tests.view.widths import pasted

import hotfix
from hotfix.domain.fold import after
from hotfix.domain.foreign_text import links_apart, one_line
from hotfix.domain.leaving import A_RUN
from hotfix.domain.problem import Problem, ProblemCode
from hotfix.domain.progress import Progress
from hotfix.view.account import account
from hotfix.view.fitting import cells, fitted, parted
from hotfix.view.foot_lines import foot_lines
from hotfix.view.problem_lines import problem_lines
from hotfix.view.report_markdown import report_markdown
from hotfix.view.run_screen import RunScreen
from hotfix.view.sentences import sentence

WIDTHS = (40, 47, 60, 80, 100, 200)
NOW = datetime(2026, 3, 12, 3, 20, tzinfo=UTC)
COMMANDS = (
    "git stash push -u -m 'before the hotfix' -- backend/shop/checkout.py docs/a b.md",
    "git stash push --include-untracked -- :/ ':(top,exclude,glob)**/hotfix.toml'",
    "git -C /work/shop/.git/hotfix/hf-20260301-0312-checkout-abcd apply ../../../fix.patch",
    "git fetch origin && git switch --create bring-7-into-develop origin/develop && git push",
    "git cherry-pick -x 0f838ce4a1b2",
    "git worktree remove --force /work/shop-hotfix",
    "gh pr create --base main --head hotfix/checkout-returns-500",
    "gh issue create --title 'Post-mortem: checkout, and vouchers' --label post-mortem",
    "gh auth refresh --hostname github.example.com --scopes repo,workflow",
    "kubectl -n shop rollout history deployment/webrana-backend --revision=41",
    "kubectl annotate deployment/a deployment/b --overwrite kubernetes.io/change-cause='hf-1'",
    "argocd app set webrana-backend --sync-policy none",
    "hotfix note --run hf-20260301-0312-checkout-abcd 'Root cause: ...'",
    'hotfix start "checkout returns 500, for all" --issue 12 --category api-errors --worktree',
    "hotfix lock release --lock-id 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "hotfix init --rbac | kubectl apply -f -",
)
# What stands before a command that is offered, and behind it.
LEADS = ("Next: ", "  Look at it; then: ", "Left to do:   ", "! Put it aside first: ", "")
TAILS = ("", "; then: hotfix resume", ", then: hotfix resume", " (it waits for somebody)", ".")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_offered_command_has_a_line_to_itself_where_it_does_not_fit(command):
    for width in WIDTHS:
        for line in (f"{lead}{command}{tail}" for lead in LEADS for tail in TAILS):
            rows = parted(line, width)
            (row,) = (each for each in pasted(rows) if command in each)
            alone = row.strip() == command
            # Nothing but a word of a command is wider than the terminal: it begins at its edge.
            assert all(cells(each) <= width or is_word(each) for each in rows), (width, line)
            assert alone or cells(row) <= width, (width, line)


def is_word(row):
    """Tell whether the row is one word as a shell reads it, and whether a command goes on."""
    return len(shlex.split(row.removesuffix(" \\"))) == 1 and row[0] != " "


@pytest.mark.parametrize("command", COMMANDS)
def test_within_a_sentence_a_command_is_not_parted_either(command):
    for width in WIDTHS:
        rows = parted(f"To put it aside, type it with {command} and then go on here.", width)
        assert sum(command in each for each in pasted(rows)) == 1, (width, rows)


def copied(screen):
    """Return what is copied from a screen: a row that is full goes on in the next one."""
    rows = [row if row[-1] != " " else row.rstrip() + "\n" for row in screen.display]
    return "".join(rows)


def read_by_a_shell(text):
    """Return what bash makes of a text, without doing any of it."""
    words = ["bash", "--norc", "-c", f"f() {{ {text}\n}}; declare -f f"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_what_is_copied_from_a_screen_is_the_command(width):
    """Whatever a person sees it in: the emulated terminal wraps what it is given too wide."""
    for command in COMMANDS:
        screen, told = pyte.Screen(width, 24), io.StringIO()
        lines = RunScreen(datetime.now, Console(file=told, width=width), is_plain=True)
        lines.problem(Problem(ProblemCode.FAILED, "It stops here.", "", command))
        pyte.Stream(screen).feed(told.getvalue().replace("\n", "\r\n"))
        shown = copied(screen).rstrip().partition("Next:")[2].strip()
        assert shown.replace(" \\\n  ", " ").replace(" \\\n", " ") == command
        assert read_by_a_shell(shown) == read_by_a_shell(command), width


def said_in_the_code() -> list[tuple[str, str]]:
    """Return file and text of what stands on one line in the code, with names filled in."""
    found = []
    for path in Path(hotfix.__file__).parent.rglob("*.py"):
        if "simulators" in path.parts:
            continue
        nodes = list(ast.walk(ast.parse(path.read_text())))
        whole = [node for node in nodes if isinstance(node, ast.JoinedStr)]
        parts = {id(each) for node in whole for each in node.values}
        # Docstrings are for those who read the code.
        parts |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        found += [
            (path.name, line)
            for node in nodes
            if isinstance(node, ast.JoinedStr | ast.Constant) and id(node) not in parts
            for line in _filled(node).split("\n")
        ]
    return found


_OFFERED = re.compile(
    r"(?:^|: |; |then: )((?:git|gh|kubectl|argocd) [a-z-][^;,()\"`]*?)(?=[;,.)]*(?: (?:and|or|says|"
    r"shows|once|where|when|with|asks|which|while|it|if|in|to|on|for|from|by|is|then|that)\b| \(|$)"
    r"|[;,])"
)


def _filled(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        str(each.value) if isinstance(each, ast.Constant) else "deployment/webrana-backend-4"
        for each in node.values
    )


def test_no_command_in_the_code_is_parted_at_any_width():
    lines = [
        text for _, text in said_in_the_code() if _OFFERED.search(text) and not text.endswith(" ")
    ]
    assert len(lines) > 80
    broken = []
    for line in lines:
        command = _OFFERED.search(line)[1].rstrip(".")  # type: ignore[index]
        broken += [
            (width, command, line)
            for width in (40, 60, 80, 200)
            if not any(command in row for row in pasted(parted(f"Next: {line}", width)))
        ]
    assert not broken, "\n".join(map(str, broken))


_STOPPED = re.compile(
    r"(?:: |then |type )(?:hotfix|git|gh|kubectl) [a-z-]+(?: [^ .,;:()]+)*"
    r"(?<!goes on)(?<!asks again)[.](?: |$)"
)


def test_no_sentence_puts_a_full_stop_behind_a_command():
    """Who copies the line to its end would type it."""
    stopped = [found for found in said_in_the_code() if _STOPPED.search(found[1])]
    assert not stopped, "\n".join(map(str, stopped))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "Closed https://h/pull/2; it stays.",
            "Closed https://h/pull/2 ; it stays.",
        ),
        ("Revert: https://h/pull/2.", "Revert: https://h/pull/2"),
        ("see https://h/a, https://h/b: both.", "see https://h/a , https://h/b : both."),
        ("Was it https://h/?", "Was it https://h/ ?"),
        ('Set api_url to "https://h/api/v3".', 'Set api_url to "https://h/api/v3".'),
        ("(merge https://h/pull/3)", "(merge https://h/pull/3)"),
        ("It begins with https://, or not.", "It begins with https://, or not."),
        ("https://h/...", "https://h/..."),
        ("  a  https://h/x.  b", "  a  https://h/x .  b"),
    ],
)
def test_a_link_ends_before_the_stop_of_its_sentence(line, said):
    assert links_apart(line) == said
    assert links_apart(said) == said
    assert one_line(line) == " ".join(said.split())


STUCK = re.compile(r"https?://[^\s<>\"'`)]*[^\s<>\"'`)./][.,;:!?]+(?=\s|$)")


@pytest.mark.parametrize("name", NAMES)
def test_no_stop_is_stuck_to_a_link_in_what_is_told_of_a_run(name):
    it, progress = recorded(name), Progress()
    told = []
    for event in it.events:
        progress = after(progress, event)
        said = sentence(event, progress)
        told += [said.text] if said is not None else []
    # Markdown marks where a link ends.
    told += [
        line for line in report_markdown(account(it.events)).split("\n") if "<http" not in line
    ]
    assert [line for line in told if STUCK.search(line)] == []


def test_a_command_that_fits_into_a_row_of_the_foot_is_not_parted_there():
    progress = recorded("failed-dirty-work-tree").progress
    for command in COMMANDS:
        problem = Problem(ProblemCode.FAILED, f"It stops here, for good; {command}", "", "")
        for width in WIDTHS:
            rows = foot_lines(replace(progress, problem=problem), NOW, width, A_RUN)
            told = pasted([row.text for row in rows])
            assert "…" in "".join(told) or any(command in row for row in told), (command, width)


def test_a_problem_has_its_links_and_its_command_whole():
    url = "https://github.com/webrana/shop/pull/7"
    said = Problem(
        ProblemCode.FAILED, f"There is {url}.", f"See {url}, and\n  {url}.", f"look: {url}."
    )
    lines = problem_lines(said)
    assert lines == [f"There is {url}", f"  See {url} , and", f"    {url}", f"Next: look: {url}"]
    assert list(fitted(lines, 200)) == lines
