"""The settings of a run: as its first event says, and as later events change them."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotfix.domain.deployment_record import DeploymentRecord
from hotfix.domain.event import Event
from hotfix.domain.event_data import EventType
from hotfix.domain.fold import fold
from hotfix.domain.incident import Incident
from hotfix.domain.json_value import JsonObject
from hotfix.domain.run_settings import Origin, RecordedConfig, RunSettings, Via

SHOP = Origin("https://api.github.com", "acme/shop")
BEGUN = RunSettings("hotfix/checkout", repository="/home/dana/shop", origin=SHOP)
LAYOUT: JsonObject = {
    "plan": "hotfix",
    "phases": [],
    "total_seconds": None,
    "counts_until": "",
    "point_of_no_return": "",
    "needed_after": [],
}


def settings_after(*later, first=None):
    first = first or {
        "incident": Incident("checkout").to_json(),
        "settings": BEGUN.to_json(),
        **LAYOUT,
    }
    known = [(EventType.RUN_STARTED, first), *later]
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return fold(
        Event("hf-1", number, at, kind, data=data) for number, (kind, data) in enumerate(known)
    ).settings


WEB = DeploymentRecord("web", "u", "7", 3, "5d9", {"spec": {}}, ("web=shop:1",), 2, is_healthy=True)


def test_they_stand_in_the_journal_in_this_order():
    assert json.dumps(BEGUN.to_json()) == (
        '{"branch": "hotfix/checkout", "beside": false, "repository": "/home/dana/shop", '
        '"targets": [], "origin": {"api_url": "https://api.github.com", "repository": "acme/shop", '
        '"remote": "origin", "address": "", "id": null}}'
    )


CONFIG = RecordedConfig(
    "[github]\nrepository = 'acme/shop'\n",
    "/home/dana/shop/hotfix.toml",
    {"HOTFIX_GITHUB__MERGE_INTO": "hotfix/live"},
    namespace="shop",
    context="live",
)


@pytest.mark.parametrize(
    "settings",
    [
        BEGUN,
        RunSettings(beside=True, targets=(WEB,), origin=SHOP),
        RunSettings(origin=SHOP, config=CONFIG),
    ],
)
def test_what_is_written_is_read_back(settings):
    assert RunSettings.from_json(settings.to_json()) == settings


def test_what_an_earlier_version_left_out_stays_empty():
    assert RunSettings.from_json({}) == RunSettings()


def test_a_takeover_says_where_the_run_is_worked_on():
    here = {"facts": {"repository": "/home/noor/shop", "beside": True, "lock_token": 4}}
    assert settings_after((EventType.RUN_RESUMED, here)) == RunSettings(
        "hotfix/checkout", beside=True, repository="/home/noor/shop", origin=SHOP
    )
    assert settings_after((EventType.RUN_RESUMED, {})) == BEGUN


def test_the_configuration_is_that_of_the_beginning_until_another_one_is_taken():
    begun = replace(BEGUN, config=CONFIG)
    other = replace(CONFIG, context="spare")
    first = {"incident": Incident("checkout").to_json(), "settings": begun.to_json(), **LAYOUT}
    taken = {"config": other.to_json()}
    assert settings_after(first=first).config == CONFIG
    assert settings_after((EventType.RUN_RESUMED, {}), first=first).config == CONFIG
    assert settings_after((EventType.RUN_RESUMED, taken), first=first).config == other


def test_the_way_back_is_that_of_the_plan_chosen_last():
    by_actions = {**LAYOUT, "plan": "rollback", "only": ["web"], "via": "actions"}
    gone = settings_after((EventType.PLAN_CHOSEN, by_actions))
    assert (gone.via, gone.only) == (Via.ACTIONS, ("web",))
    by_a_question = {**LAYOUT, "plan": "rollback"}
    gone = settings_after(
        (EventType.PLAN_CHOSEN, by_actions), (EventType.PLAN_CHOSEN, by_a_question)
    )
    assert gone == BEGUN


def test_github_takes_no_notice_of_case_in_names():
    assert SHOP.is_same_as(Origin("https://api.github.com/", "Acme/Shop"))
    assert not SHOP.is_same_as(Origin("https://github.example.com/api/v3", "acme/shop"))
    assert not SHOP.is_same_as(Origin("https://api.github.com", "acme/other"))


CLUSTER = ["shop", "live", ""]


@pytest.mark.parametrize(
    ("config", "cluster", "deployments"),
    [
        (None, None, []),
        (replace(CONFIG, namespace=""), None, []),
        (CONFIG, CLUSTER, []),
        (replace(CONFIG, text='[kubernetes]\ndeployments = ["web"]'), CLUSTER, ["web"]),
        (replace(CONFIG, text="nonsense"), CLUSTER, []),
    ],
)
def test_whose_run_it_is_names_a_cluster_only_where_one_is_configured(config, cluster, deployments):
    assert replace(BEGUN, config=config).whose() == {
        "clone": "/home/dana/shop",
        "origin": SHOP.to_json(),
        "cluster": cluster,
        "deployments": deployments,
    }
