"""Stories: nobody answers. The second reviewer is asked, then on-call, then the glass is broken."""

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.checklist import checklist
from hotfix.domain.deployment_log import entries
from hotfix.domain.fact_names import POST_MORTEM
from hotfix.domain.fold import fold
from hotfix.domain.question import Answer
from hotfix.domain.status import status
from hotfix.runs.asker import Flags
from hotfix.runs.itinerary import Manner
from hotfix.runs.resume import resume
from hotfix.simulators.played_fix import GOOD_FIX

LADDER = """
[review]
second = "noor"
second_after = "1m"
on_call_after = "2m"
break_glass_after = "3m"
"""
REASON = "nobody answers, checkout is down"
ASK = "POST /pulls/2/requested_reviewers"


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    """Rena sleeps; Noor is awake."""
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.configure(LADDER)
        on.world.awake = ("noor",)
        on.world.play_the_engineer(GOOD_FIX)
        on.world.play_the_reviewer()
        on.seen["code"] = on.start()
        yield on


@pytest.fixture(scope="module")
def glass(tmp_path_factory):
    """Everybody sleeps; dana is an administrator, and breaks the glass."""
    with stage(tmp_path_factory.mktemp("story") / "world") as on:
        on.configure(LADDER)
        on.world.awake = ()
        on.world.github.hosted.permissions["dana"] = "admin"
        on.world.github.set_protection("hotfix/production", ("tests",), 1, enforce_admins=False)
        on.world.play_the_engineer(GOOD_FIX)
        on.seen["code"] = on.start(break_glass=REASON)
        yield on


def said(on):
    return [line for line in on.lines if line and not line.startswith("…")]


def asked(on):
    return [
        request.body["reviewers"]
        for request in on.world.received.all("github", writes=True)
        if request.path.endswith("/requested_reviewers")
    ]


def test_the_second_reviewer_is_asked_once_and_approves(second):
    assert second.seen["code"] == 0, second.screen.getvalue()
    assert asked(second) == [["rena"], ["noor"]]
    lines = said(second)
    assert "✓ Review requested from noor, second reviewer." in lines
    assert "✓ Approved by noor." in lines


def test_the_channel_names_the_second_reviewer(second):
    texts = [message.text for message in second.world.slack.messages]
    for name, role in (("rena", "reviewer"), ("noor", "second reviewer")):
        called = f"<@U0{name.upper()}0001>: a review is needed, please ({role})"
        # On a clock that jumps, the approval may be there before the message is.
        late = f"A review was asked of {name} ({role})"
        assert len([text for text in texts if text.startswith((called, late))]) == 1


def test_on_call_is_named_and_the_glass_is_broken_last(glass):
    assert glass.seen["code"] == 0, glass.screen.getvalue()
    assert asked(glass) == [["rena"], ["noor"]]
    lines = said(glass)
    order = [
        next(place for place, line in enumerate(lines) if line.startswith(start))
        for start in (
            "✓ Review requested from rena.",
            "✓ Review requested from noor, second reviewer.",
            "✓ Noor Haddad is on call: ask them for a review",
            "? Go on without a review?",
            f"→ Break the glass: {REASON} (dana)",
            f"✓ The glass is broken by dana: {REASON}. The review is owed.",
            "✓ Merged into hotfix/production",
        )
    ]
    assert order == sorted(order)


def test_the_review_is_owed_wherever_somebody_looks(glass):
    owed = f"dana: {REASON}"
    assert "review-owed" in glass.world.github.hosted.pulls[2].issue.labels
    events = glass.session.runs.events(glass.run)
    (entry,) = entries(events)
    assert entry.review == f"owed: {owed}"
    progress = fold(events)
    (item,) = [
        item
        for section in checklist(progress.facts)
        for item in section.items
        if item.text.startswith("Code review")
    ]
    assert (item.is_ticked, item.remark) == (False, f"owed: {owed}")
    (issue,) = [
        issue
        for issue in glass.world.github.hosted.issues.values()
        if issue.title.startswith("Follow-up")
    ]
    assert f"**The review is owed:** merged without one, {owed}." in issue.body
    assert progress.facts[POST_MORTEM] == "due"
    decision = next(each for each in progress.decisions if each.question.key == "break-glass")
    assert (decision.answer.by, decision.answer.reason) == ("dana", REASON)
    assert any("Break the glass" in message.text for message in glass.world.slack.messages)


def test_yes_alone_never_breaks_the_glass_and_resume_does_at_once(tmp_path):
    with stage(tmp_path / "world") as on:
        on.configure(LADDER + '\n[timeline]\ntotal = "20m"\n')
        on.world.awake = ()
        on.world.play_the_engineer(GOOD_FIX)
        assert on.start() == exit_codes.BUDGET
        assert not any("glass" in line for line in said(on))
        longer = Answer("extend", "nobody answers", 20)
        manner = Manner(Flags(True, longer, break_glass=REASON), break_glass_at_once=True)
        # Dana is no administrator: the branch wants the review all the same, and says so.
        progress = resume(on.session, None, manner, on.terminal)
        assert exit_codes.of_progress(progress) == exit_codes.FAILED
        lines = said(on)
        assert f"✓ The glass is broken by dana: {REASON}. The review is owed." in lines
        assert any("GitHub refused the merge: a review is missing." in line for line in lines)
        # A refusal is an answer: nothing is unknown after it.
        assert status(progress)["merge"] == "not merged"
