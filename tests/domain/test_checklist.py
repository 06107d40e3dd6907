import pytest

from hotfix.domain import fact_names
from hotfix.domain.checklist import READS, SUMMARY, checklist, open_items
from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.fact import by_key
from hotfix.domain.fact_records import (
    CommittedChange,
    DeploymentRevision,
    LogRecord,
    Proven,
    SuiteReport,
    Unproven,
)
from hotfix.domain.facts import Facts
from hotfix.domain.json_value import JsonValue
from hotfix.domain.probe_result import ProbeResult
from hotfix.domain.restoration import RestoredState, RestoreState
from hotfix.domain.suite_state import SuiteState

FACTS = by_key(
    (
        fact_names.ISSUE_URL("https://github.com/webrana/webrana/issues/1"),
        fact_names.BRANCH("hotfix/checkout-returns-500"),
        fact_names.CHANGE(CommittedChange(("shop.py",), 1, ("a" * 40,))),
        fact_names.SUITES((SuiteReport("backend", SuiteState.PASSED, 1.0),)),
        fact_names.LABELS(("hotfix", "urgent")),
        fact_names.APPROVER("rena"),
        fact_names.MERGE_SHA("0123456789abcdef"),
        fact_names.WORKFLOW_RUN_URL("https://ci/1"),
        fact_names.ROLLOUT((DeploymentRevision("web", 2),)),
        fact_names.PROOF((Proven("web", 2, ("tag",), 2),)),
        fact_names.VERIFIED_BY("dana"),
        fact_names.STATUS_PAGE("resolved"),
        fact_names.LOG_ENTRY(LogRecord("x", "dana", "checkout", "", "deployed")),
        fact_names.FOLLOW_UP("https://github.com/webrana/webrana/issues/2"),
    )
)


def record(name):
    return DeploymentRecord(name, "u", "7", 1, "h", {}, ("app=i",), 1, is_healthy=True)


BACK = by_key(
    (
        fact_names.ROLLED_BACK(("web",)),
        fact_names.RESTORATION((RestoredState("web", RestoreState.PATCHED),)),
    )
)
RED = by_key((fact_names.PROBES_AFTER((ProbeResult("checkout", False, "500", 0.1),)),))


def items(facts, told=()):
    return {item.text: item for section in checklist(facts, told) for item in section.items}


def test_it_has_the_procedures_three_sections_and_fifteen_lines():
    sections = checklist(Facts())
    assert [(section.title, len(section.items)) for section in sections] == [
        ("Pre-Deployment", 6),
        ("Deployment", 4),
        ("Post-Deployment", 5),
    ]
    assert not any(item.is_ticked for item in items(Facts()).values())


def test_every_line_is_ticked_by_a_fact_or_by_the_message_that_arrived():
    assert open_items(Facts(FACTS), {SUMMARY}) == ()
    (item,) = open_items(Facts(FACTS))
    assert (item.text, item.to_do) == ("Team notified", "tell the team how it ended")


def test_every_line_that_is_open_says_what_to_do_about_it():
    found = open_items(Facts())
    assert [each.text for each in found] == [
        item.text for section in checklist(Facts()) for item in section.items
    ]
    for each in found:
        verb = each.to_do.split()[0]
        assert verb.islower(), each
        assert not verb.endswith(("ed", "s")), each


@pytest.mark.parametrize("name", FACTS)
def test_each_fact_ticks_one_line(name):
    rest = {key: value for key, value in FACTS.items() if key != name}
    assert len(open_items(Facts(rest), {SUMMARY})) == 1
    assert len(open_items(Facts({**FACTS, name: None}), {SUMMARY})) == 1


def test_the_news_of_a_rollback_tells_the_team_too():
    assert items(Facts(), {f"{SUMMARY}:rolled-back"})["Team notified"].is_ticked
    assert not items(Facts(), {"parent", "note:1"})["Team notified"].is_ticked


def test_what_is_not_proven_is_not_ticked_and_says_why():
    unproven = (Unproven("web", "their pods name no commit", 2, "dana", "--yes"),)
    known = {**FACTS, **by_key((fact_names.UNPROVEN(unproven),))}
    found = items(Facts(known))["Health checks pass"]
    assert not found.is_ticked
    assert found.remark == "not proven for web (their pods name no commit)"


def test_remarks_come_from_the_facts():
    found = items(Facts({**FACTS, "guard_warnings": ["12 files", "a lock file"]}))
    assert found["Merged to hotfix branch"].remark == "01234567"
    assert found["PR created with proper labels"].remark == "hotfix, urgent"
    assert found["Fix implemented with minimal changes"].remark == "2 warnings accepted"


def test_overridden_tests_are_not_ticked_and_say_why():
    item = items(Facts({**FACTS, "tests_overridden": "flaky"}))["Local tests pass"]
    assert (item.is_ticked, item.remark) == (False, "overridden: flaky")


class Asked(dict[str, JsonValue]):
    """What is known, and which of it was asked for."""

    def __init__(self, known):
        super().__init__(known)
        self.asked: set[str] = set()

    def get(self, key, default=None):
        self.asked.add(key)
        return super().get(key, default)


@pytest.mark.parametrize("known", [{}, FACTS, {**FACTS, **BACK}, {**RED, **FACTS}])
def test_it_reads_nothing_but_what_it_says_that_it_reads(known):
    said = [each.key for each in READS]
    assert len(set(said)) == len(said)
    assert asked_of(known) <= set(said)


def test_it_reads_all_that_it_says_that_it_reads():
    said = {each.key for each in READS}
    assert asked_of({}) | asked_of(FACTS) | asked_of({**FACTS, **BACK}) == said


def asked_of(known):
    asked = Asked(known)
    checklist(Facts(asked))
    return asked.asked


OF_PRODUCTION = ("Deployment successful", "Health checks pass", "Fix verified in production")


def test_after_a_rollback_nothing_is_ticked_that_production_has_no_more():
    found = items(Facts({**FACTS, **BACK}), {SUMMARY})
    assert [found[text].is_ticked for text in OF_PRODUCTION] == [False] * 3
    assert [found[text].remark for text in OF_PRODUCTION] == [
        "rolled back",
        "rolled back",
        "by dana, then rolled back",
    ]
    # That it was merged is still so.
    assert found["Merged to hotfix branch"].is_ticked


def test_of_a_part_that_was_rolled_back_it_is_said_which():
    known = {**FACTS, **BACK, **by_key((fact_names.HEALTHY((record("web"), record("api"))),))}
    found = items(Facts(known))
    assert found["Deployment successful"].remark == "rolled back: web"
    assert not found["Deployment successful"].is_ticked


def test_health_checks_that_were_accepted_red_did_not_pass():
    found = items(Facts({**FACTS, **RED}))["Health checks pass"]
    assert (found.is_ticked, found.remark) == (False, "accepted without: checkout")


def test_a_no_to_telling_customers_leaves_nothing_open():
    rest = {key: value for key, value in FACTS.items() if key != "status_page"}
    line = "Status page updated (if needed)"
    (item,) = open_items(Facts(rest), {SUMMARY})
    assert (item.text, item.to_do) == (line, "update the status page, if users noticed")
    said = Facts({**rest, "status_page_choice": "leave"})
    assert open_items(said, {SUMMARY}) == ()
    assert items(said)[line].is_needless
    assert open_items(Facts({**rest, "status_page_choice": "publish"}), {SUMMARY}) == (item,)
