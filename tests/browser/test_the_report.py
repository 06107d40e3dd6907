"""The report in a real browser: narrow, wide, light, dark, on paper, and for a screen reader."""

from datetime import UTC

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from tests.browser.provide import LEFT_OUT, find
from tests.journals.reading import recorded
from tests.view.test_report import EVIL, with_everywhere

from hotfix.view.account import account
from hotfix.view.report_html import report_html

#: a way back, one that has merged nothing yet, one whose glass was broken
RUNS = ("done-then-rolled-back", "waiting-for-review", "glass-broken")
LONG = "x" * 400
_PHONE, _DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
#: A4 less margins of 1 cm, at 96 pixels an inch
_PAPER = {"width": 718, "height": 1046}


@pytest.fixture(scope="module")
def browser():
    path = find()
    if path is None:
        pytest.skip(LEFT_OUT)
    with sync_playwright() as driver:
        # Root has no sandbox, as in a container; the page that is opened is ours.
        found = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module", params=[*RUNS, "foreign texts", "a long word"])
def file(request, tmp_path_factory):
    name = request.param
    if name in RUNS:
        told = account(recorded(name).events, UTC)
    else:
        told = with_everywhere(LONG if name == "a long word" else " ".join(EVIL))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(told), encoding="utf-8")
    return path


def opened(browser, file, size, **more):
    """Return a page with the report in it, and what it asked for and complained of."""
    page = browser.new_page(viewport=size, **more)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))
    page.on("console", lambda line: told.append(line.text))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(file.as_uri())
    return page, told


@pytest.mark.parametrize(("size", "scheme"), [(_PHONE, "light"), (_DESK, "dark")])
def test_it_fits_loads_nothing_runs_nothing_and_axe_finds_nothing(browser, file, size, scheme):
    page, told = opened(browser, file, size, color_scheme=scheme)
    assert too_wide(page) == []
    found = Axe().run(page)
    assert [(each["id"], each["help"]) for each in found.response["violations"]] == []
    # The judge looked: contrast can be told of most of the texts.
    assert any(each["id"] == "color-contrast" for each in found.response["passes"])
    assert told == [file.as_uri()]
    page.close()


def test_it_fits_on_paper_and_is_black_on_white_there(browser, file):
    page, _ = opened(browser, file, _PAPER, color_scheme="dark")
    page.emulate_media(media="print")
    assert too_wide(page) == []
    of = "(({color, backgroundColor}) => [color, backgroundColor])"
    colours = page.evaluate(f"{of}(getComputedStyle(document.body))")
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.close()


@pytest.mark.parametrize(
    ("size", "media"), [(_PHONE, "screen"), (_DESK, "screen"), (_PAPER, "print")]
)
def test_the_words_of_the_picture_are_as_large_as_those_around_it(browser, file, size, media):
    page, _ = opened(browser, file, size)
    page.emulate_media(media=media)
    drawn, around = page.evaluate(
        """() => {
            const size = (each) => parseFloat(getComputedStyle(each).fontSize);
            const words = document.querySelector('svg text');
            return [size(words) * words.getScreenCTM().a, size(document.body)];
        }"""
    )
    assert 0.75 <= drawn / around <= 1.1
    page.close()


def too_wide(page):
    """What stands out of the page at its right edge; a picture cuts off what is in it."""
    return page.evaluate(
        """() => [...document.querySelectorAll('body *:not(svg *)')]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5)
            .map((each) => each.tagName + ': ' + each.textContent.slice(0, 60))"""
    )
