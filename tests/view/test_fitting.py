"""Lines at every width: whole words and commands, nothing lost, none wider than it must be."""

import ast
import io
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.journals.reading import NAMES, recorded
from tests.view.widths import WIDTHS, commands_in, misfits

import hotfix
from hotfix.domain.fold import after
from hotfix.domain.progress import Progress
from hotfix.domain.question import Option, Question
from hotfix.view.fitting import cells, code_rows, is_of_marks, parted
from hotfix.view.run_screen import RunScreen

# Lines as commands say them, and the commands in them as they are copied.
SAYINGS = {
    "Next: hotfix resume hf-20260301-0312-checkout-abcd": [
        "hotfix resume hf-20260301-0312-checkout-abcd"
    ],
    "To commit it: git add -- hotfix.toml && git commit -m 'Set; up, now' -- hotfix.toml": [
        "git add -- hotfix.toml && git commit -m 'Set; up, now' -- hotfix.toml"
    ],
    "Ready-made:    git -C /tmp/hotfix-drill-abcd/clone apply ../fix.patch": [
        "git -C /tmp/hotfix-drill-abcd/clone apply ../fix.patch"
    ],
    'At three: hotfix start "what is broken, and where". It asks for what it needs.': [
        'hotfix start "what is broken, and where".'
    ],
    "Left to do: hotfix rollback --via actions (the revert waits for somebody to merge it)": [
        "hotfix rollback --via actions"
    ],
    "You may close the laptop: hotfix resume goes on, and hotfix status --watch shows it.": [
        "hotfix resume",
        "hotfix status --watch",
    ],
    "If it is abandoned:   hotfix lock release --lock-id 6ba7b810-9dad-11d1-80b4": [
        "hotfix lock release --lock-id 6ba7b810-9dad-11d1-80b4"
    ],
    "      export GH_TOKEN=... of one with the scope repo, or: gh auth refresh --scopes repo": [
        "export GH_TOKEN=... of one",
        "gh auth refresh --scopes repo",
    ],
    "kubectl -n shop rollout history deployment/backend; then: hotfix rollback --list": [
        "kubectl -n shop rollout history deployment/backend;",
        "hotfix rollback --list",
    ],
    "It holds the lock; hotfix abort hf-20260301-0312-checkout-abcd gives it back": [
        "hotfix abort hf-20260301-0312-checkout-abcd"
    ],
    "KEY is asked, once; `hotfix describe` lists both of them, with what they mean": [
        "`hotfix describe`"
    ],
    "hand-over               The engineer has to go in the middle: a colleague takes over.": [],
    "  ✓ 決済サービス is ready, 検索 is ready, and so is all that a person asks of them": [],
    "waits for https://github.com/webrana/shop/actions/runs/123456789/attempts/2 to go on": [],
}


@pytest.mark.parametrize("line", SAYINGS)
def test_a_line_fits_and_its_commands_can_be_copied(line):
    assert [each for each in commands_in(line) if each.strip()] == SAYINGS[line]
    for width in (*range(24, 101), 200):
        assert misfits("\n".join(parted(line, width)), line, width) == []
    assert parted(line, None) == [line]


def test_further_lines_stand_under_the_text_of_the_first():
    assert parted("  ! branch protection: nobody may push there now", 30) == [
        "  ! branch protection: nobody",
        "    may push there now",
    ]
    assert parted("lock    A colleague is working on another hotfix", 30) == [
        "lock    A colleague is working",
        "        on another hotfix",
    ]
    assert cells("決済") == 4


def test_a_number_stands_beside_its_unit():
    line = "red: 500 Internal Server Error in 1.04 s (at most 12 ms), then 3 sides; 20 s."
    for width in range(24, 90):
        rows = parted(line, width)
        assert all(sum(it in row for row in rows) == 1 for it in ("1.04 s", "12 ms", "20 s"))
        assert " ".join(" ".join(rows).split()) == line


@pytest.mark.parametrize("at", range(len(WIDTHS)))
def test_a_run_on_the_screen_loses_no_word_and_breaks_no_command(at):
    for name in NAMES[at :: 2 * len(WIDTHS)]:
        assert misfits(shown(name, WIDTHS[at]), shown(name, 10_000), WIDTHS[at]) == [], name


def shown(name, width):
    """Return what a person sees of a recorded run on a terminal of so many columns."""
    told, it = io.StringIO(), recorded(name)
    screen = RunScreen(lambda: it.now, Console(file=told, width=width), is_plain=True)
    progress = Progress()
    for event in it.events:
        progress = after(progress, event)
        screen.show(event, progress)
        if progress.pending is not None:
            screen.question(progress.pending)
    screen.end(progress)
    return told.getvalue()


@pytest.mark.parametrize(("size", "at"), [(60, 9), (75, 5), (80, 0), (90, 0)])
def test_what_does_not_fit_under_its_text_goes_as_far_in_as_it_fits(size, at):
    path = f"/{'p' * (size - 1)}"
    *_, last = parted(f"         unit | … 416 lines before: {path}", 80, 9)
    assert last == f"{' ' * at}{path}"


def test_no_sentence_of_ours_is_parted_before_a_terminal_parts_it():
    """In what is said line by line, no line ends where its sentence goes on."""
    broken = []
    for path in Path(hotfix.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            texts = [
                each.value if isinstance(each, ast.Constant) else ""
                for each in (node.elts if isinstance(node, ast.Tuple | ast.List) else ())
            ]
            broken += [
                (path.name, one, two)
                for one, two in pairwise(texts)
                if isinstance(one, str) and isinstance(two, str) and _goes_on(one, two)
            ]
    assert broken == []


def _goes_on(line: str, following: str) -> bool:
    is_sentence = len(line.split()) > 6 and not commands_in(line)
    return bool(is_sentence and re.search(r"[a-z,]$", line) and re.match(r"[a-z]+ \w", following))


@given(
    st.text(st.sampled_from("ab  ^|+-\u6771"), max_size=120).filter(str.strip),
    st.integers(min_value=30, max_value=100),
)
def test_code_keeps_all_its_signs_and_is_never_wrapped_by_the_terminal(code, width):
    line = f"{' ' * 9}{code}"
    rows = code_rows(line, width, 9)
    assert all(cells(row) <= width for row in rows)
    assert "".join("".join(rows).replace("\u2026", "").split()) == "".join(line.split())
    assert rows[0].startswith(" " * 9)
    assert all(re.match(" {9,}\u2026 ", row) for row in rows[1:])


def test_code_is_broken_between_words_and_a_link_in_it_stays_whole():
    line = "         -    discount = goods * VOUCHERS_PERCENT[order.get(1)] // 100"
    assert code_rows(line, 60, 9) == [
        "         -    discount = goods *",
        "              \u2026 VOUCHERS_PERCENT[order.get(1)] // 100",
    ]
    link = f"https://x.example/{'a' * 90}"
    told = code_rows(f"         web-1 | see  {link} for more", 60, 9)
    assert f"{' ' * 17}\u2026 {link}" in told


CODE = '    print("vouchers from", os.environ["VOUCHERS_URL"], flush=True)'
MARKS = "                           ~~~~~~~~~~^^^^^^^^^^^^^^^^"


@pytest.mark.parametrize("width", range(30, 110))
@pytest.mark.parametrize("name", ["", "| ", "web-1 | "])
def test_what_points_into_code_stands_under_it_wherever_that_is_broken(width, name):
    line, marks = (f"{' ' * 9}{name}{text}" for text in (CODE, MARKS))
    rows = code_rows(line, width, 9, marks)
    assert all(len(row) <= width for row in rows)
    marked, above = "", ""
    for row in rows:
        if is_of_marks(row):
            marked += "".join(above[at] for at, sign in enumerate(row) if sign in "~^")
        above = above if is_of_marks(row) else row
    assert marked == 'os.environ["VOUCHERS_URL"]'


def test_a_log_that_does_not_fit_names_its_pod_once_and_keeps_its_columns():
    lines = [
        f"webrana-backend-76cc75994c-5b84d | {text}" for text in (CODE, MARKS, "KeyError: 'x'")
    ]
    told = io.StringIO()
    screen = RunScreen(datetime.now, Console(file=told, width=80), is_plain=True)
    option = Option("back", "Back")
    screen.question(Question("doomed", "Roll back?", (option,), tuple(lines)))
    head = " " * 9
    assert told.getvalue().splitlines()[:4] == [
        f"{head}webrana-backend-76cc75994c-5b84d:",
        f"{head}| {CODE}",
        f"{head}| {MARKS}",
        f"{head}| KeyError: 'x'",
    ]
