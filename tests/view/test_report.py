"""The report, whatever stands in the record: nothing of it becomes markup, links stay links."""

import re
from datetime import UTC
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from tests.journals.reading import NAMES, recorded
from tests.snapshots import snapshot

from hotfix.domain.status import status
from hotfix.view import report_html as page
from hotfix.view.account import account
from hotfix.view.durations import clock
from hotfix.view.phase_picture import phase_picture
from hotfix.view.report import Items, sections, spent_of, total_in_words
from hotfix.view.report_html import report_html
from hotfix.view.report_markdown import report_markdown

EVIL = (
    '"><script>alert(1)</script>',
    "' onmouseover='x",
    "</title></style><img src=x onerror=y>",
    "&lt;b&gt; <b>bold</b> **bold** _x_ `x` [x](javascript:x) | a | # b",
    'javascript:alert(1) data:text/html,x http://x/"onclick=y <http://x/y>',
    "]]> <!-- {{7*7}} ${x} %s",
)
SECTIONS = [
    *("What happened", "Impact", "Root cause", "Planned against spent", "Timeline", "Decisions"),
    *("Overrides", "Reviews owed", "Notes", "What went well", "What went badly", "Follow-ups"),
]
VOID = {"meta", "img", "br", "link", "input"}


class Reading(HTMLParser):
    """What a browser would see: which elements, with which attributes, and the text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "script"} & set(self.open):
            self.text += data


def told(name="glass-broken"):
    return account(recorded(name).events, UTC)


def with_everywhere(text):
    """The account with ``text`` in the place of everything that people or services wrote."""
    return _replaced(told(), text)


def _replaced(value, text):
    if isinstance(value, dict):
        return {key: _replaced(it, text) if _is_foreign(key) else it for key, it in value.items()}
    if isinstance(value, list):
        return [_replaced(each, text) for each in value]
    return text if isinstance(value, str) else value


def _is_foreign(key):
    fixed = {"at", "at_local", "mark", "by", "type", "category", "severity", "kind"}
    return key not in fixed and not key.endswith(("_at", "_local"))


@pytest.mark.parametrize("text", EVIL)
def test_no_text_becomes_markup(text):
    usual, read = Reading(report_html(told())), Reading(report_html(with_everywhere(text)))
    assert {tag for tag, _ in read.elements} <= {tag for tag, _ in usual.elements} | {"ul"}
    names = {name for _, attrs in read.elements for name in attrs}
    assert names <= {name for _, attrs in usual.elements for name in attrs}
    for _, attrs in read.elements:
        assert attrs.get("href", "http://").startswith(("http://", "https://"))
    assert read.text.count(" ".join(text.split())) > 20


@pytest.mark.parametrize("text", EVIL)
def test_in_markdown_it_shows_as_it_is(text):
    html = MarkdownIt("commonmark").enable("table").render(report_markdown(with_everywhere(text)))
    read = Reading(html.replace("<hr />", "").replace("<br />", ""))
    expected = {"h1", "h2", "ul", "li", "p", "pre", "code", "em", "a"}
    tables = {"table", "thead", "tbody", "tr", "th", "td"}
    assert {tag for tag, _ in read.elements} <= expected | tables
    assert all(
        attrs["href"].startswith(("http://", "https://"))
        for tag, attrs in read.elements
        if tag == "a"
    )
    # Links are shown as they are, too: only the brackets around them are markup.
    assert read.text.count(" ".join(text.split())) > 20


@pytest.mark.parametrize("name", NAMES)
def test_every_record_makes_a_whole_report(name):
    it = told(name)
    html, markdown = report_html(it), report_markdown(it)
    read = Reading(html)
    assert [line[3:] for line in markdown.splitlines() if line.startswith("## ")] == SECTIONS
    assert [html.count(f"<h2>{each}</h2>") for each in SECTIONS] == [1] * len(SECTIONS)
    for decision in it["decisions"]:
        assert decision["answer"] in read.text
    for url in it["links"].values():
        assert f'href="{url}"' in html
        assert f"<{url}>" in markdown
    for picture in re.findall(r"<svg.*</svg>", html, re.DOTALL):
        ET.fromstring(picture)  # noqa: S314 - our own


def test_the_page_loads_nothing_and_can_be_read_by_everybody():
    html = report_html(told())
    read = Reading(html)
    tags = [tag for tag, _ in read.elements]
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(tags)
    assert not any({"src", "style"} & attrs.keys() for _, attrs in read.elements)
    assert "url(" not in html.replace('fill="url(#hatch)"', "")
    assert "@import" not in html
    assert (tags.count("h1"), tags.count("main"), tags.count("title")) == (1, 1, 2)
    assert ("html", {"lang": "en"}) in read.elements
    assert "width=device-width" in html
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    (picture,) = [attrs for tag, attrs in read.elements if tag == "svg"]
    assert picture["role"] == "img"
    assert set(picture["aria-labelledby"].split()) <= set(ids)
    assert all(attrs.get("scope") for tag, attrs in read.elements if tag == "th")


def _contrast(one, other):
    def light(colour):
        full = colour if len(colour) == 7 else "#" + "".join(sign * 2 for sign in colour[1:])
        parts = [int(full[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_stand_out_from_the_page_light_dark_and_printed():
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    schemes = re.findall(r":root\{([^}]*)\}", page._STYLE)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--([a-z]+):(#[0-9a-f]+)", scheme))
        for ink in ("ink", "quiet", "link"):
            assert _contrast(colours[ink], colours["paper"]) >= 4.5
        assert _contrast(colours["ink"], colours["fill"]) >= 4.5


def phase(spent, target, name="fix"):
    return {"name": name, "plan": "hotfix", "spent_seconds": spent, "target_seconds": target}


@pytest.mark.parametrize(
    ("spent", "target", "words"),
    [
        (426.0, 900.0, "7:06 of 15:00"),
        (960.0, 900.0, "16:00 of 15:00, over by 1:00"),
        (900.0, 900.0, "15:00 of 15:00"),
        (30.0, None, "0:30, no target"),
        (0.0, 120.0, "0:00 of 2:00"),
    ],
)
def test_what_was_spent_of_what_was_planned(spent, target, words):
    assert spent_of(phase(spent, target)) == words
    svg = phase_picture([phase(spent, target)])
    assert f"fix {words}" in str(ET.fromstring(svg).findtext("{*}desc"))  # noqa: S314
    assert ("url(#hatch)" in svg) is ("over by" in words)


@pytest.mark.parametrize(
    "phases", [[], [phase(0.0, None)], [phase(1e7, 1.0), phase(1.0, 1.0, "<x>")]]
)
def test_no_bar_leaves_the_picture(phases):
    svg = ET.fromstring(phase_picture(phases))  # noqa: S314 - our own
    width, height = (float(svg.get(each, "-1")) for each in ("width", "height"))
    for bar in svg.findall("{*}rect"):
        assert 0 <= float(bar.get("x", "0")) + float(bar.get("width", "-1")) <= width
        assert 0 <= float(bar.get("y", "0")) + float(bar.get("height", "-1")) <= height


@pytest.mark.parametrize("name", NAMES)
def test_what_was_asked_stands_in_the_order_in_which_it_was(name):
    told = account(recorded(name).events, UTC)
    (section,) = (each for each in sections(told) if each.title == "Decisions")
    (block,) = section.blocks
    heads = [head for head, _ in block.items] if isinstance(block, Items) else []
    asked = [*told["decisions"], *told["unanswered"]]
    assert len(heads) == len(asked)
    assert [head.partition(" UTC")[0] for head in heads] == sorted(
        each["at"][:19].replace("T", " ") for each in asked
    )


def test_no_phase_of_a_run_that_is_over_is_to_come():
    told = account(recorded("stopped-before-the-merge").events)
    assert any(each["state"] == "to come" for each in told["phases"])
    assert "to come" not in report_markdown(told)
    assert "| deploy | 0:00 of 5:00 | not begun |" in report_markdown(told)


def test_the_impact_is_from_red_to_green_and_never_guessed():
    assert "at least 3:48" in report_markdown(told())
    assert "not seen green since" in report_markdown(told("done-then-rolled-back"))
    assert "Not known" in report_markdown({**told(), "impact": {"red_at": None}})


def test_a_root_cause_that_only_the_commits_tell_is_said_as_theirs():
    known = {**told(), "root_cause": "", "drafted_root_cause": "A null\nin a voucher."}
    assert "As the commits say: A null in a voucher." in report_markdown(known)
    assert "As the commits say" not in report_markdown({**known, "root_cause": "A typo."})


@pytest.mark.parametrize("name", NAMES)
def test_the_total_is_the_one_that_status_and_the_terminal_tell(name):
    it = recorded(name)
    told = account(it.events)
    seen = snapshot(dict(status(it.progress)), it.events[-1].at)
    whole = total_in_words(told)
    # One cuts off what the other rounds: texts cut, and the status keeps what it once told.
    assert told["counted_seconds"] == pytest.approx(seen["elapsed_seconds"], abs=0.11)
    assert told["counted_until"] == seen["counted_until"]
    of = f" of {clock(seen['total_seconds'])}" if seen["total_seconds"] else ""
    assert f"In all: {clock(told['counted_seconds'])}{of}" in whole
    assert (", over by " in whole) == bool(of and seen["remaining_seconds"] < 0)
    assert whole in report_markdown(told)
