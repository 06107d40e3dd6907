"""By which configuration, in which clone and on which cluster a run is taken up again."""

import os
from dataclasses import replace
from typing import Any

import pytest
from tests.adapters.git.clones import origin_and_clone
from tests.adapters.kubernetes.world import BACKEND, NAMESPACE, TOKEN, World
from tests.engine.small_plan import ports

from hotfix.config.finding import FILE_NAME, ConfigFile
from hotfix.config.load import parse
from hotfix.domain.facts import Facts
from hotfix.domain.outcome import Ask, LeftToDo
from hotfix.domain.problem import ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.question import Answer
from hotfix.domain.run_settings import Origin, RecordedConfig, RunSettings
from hotfix.runs.regained_lock import may_claim, regained_lock
from hotfix.runs.session import session_by, source_of
from hotfix.runs.taken_up import TakingUp
from hotfix.simulators.kubernetes import kubeconfig_text
from hotfix.steps.release_the_lock import ReleaseTheLock

TOML = """[github]
repository = "acme/shop"
[kubernetes]
namespace = "shop"
deployments = ["web", "worker"]
"""
NOTHING: Any = None
KUBECONFIG = """
current-context: live
contexts: [{name: live, context: {cluster: c}}, {name: spare, context: {cluster: d}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}},
  {name: d, cluster: {server: "http://127.0.0.1:8"}}]
"""


@pytest.fixture
def clone(tmp_path, monkeypatch):
    clone = origin_and_clone(tmp_path / "ours")[1]
    (clone / FILE_NAME).write_text(TOML)
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    (tmp_path / "elsewhere").mkdir()
    for name in [each for each in os.environ if each.startswith("HOTFIX_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOTFIX_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.chdir(clone)
    return clone


def begun(clone):
    """A run as ``start`` puts it on record in ``clone``, by what is there now."""
    source = source_of(ConfigFile(str(clone / FILE_NAME)), os.environ)
    session = session_by(parse(source.text, os.environ, source.path), clone, source)
    origin = Origin("https://api.github.com", "acme/shop")
    settings = RunSettings(repository=str(clone), origin=origin, config=session.kept_config())
    return Progress(run="hf-1", settings=settings)


def taken_up(progress, command="resume", **manner):
    said: list[str] = []
    session = TakingUp(command, said.append, **manner).session_of(progress)
    return session, said


def test_what_is_the_same_as_at_the_beginning_is_not_spoken_of(clone):
    run = begun(clone)
    session, said = taken_up(run)
    assert said == []
    assert session.source == run.settings.config
    assert session.config.kubernetes.context == "live"


def test_without_a_file_the_record_will_do_from_any_folder(clone, monkeypatch):
    run = begun(clone)
    (clone / FILE_NAME).unlink()
    for folder in (clone, clone.parents[1] / "elsewhere"):
        monkeypatch.chdir(folder)
        session, said = taken_up(run)
        assert (session.folder, said) == (clone, [])
        assert session.config.github.repository == "acme/shop"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('"web", "worker"', '"web"', "kubernetes.deployments"),
        ("[kubernetes]", 'merge_into = "hotfix/live"\n[kubernetes]', "github.merge_into"),
        ("[kubernetes]", 'merge_method = "rebase"\n[kubernetes]', "github.merge_method"),
        ("[kubernetes]", "[close]\nfollow_up = true\n[kubernetes]", "close.follow_up"),
        ("[kubernetes]", "[[tests]]\nname = 'a'\nrun = 'make'\n[kubernetes]", "tests.a"),
        ("[kubernetes]", "[slack]\nchannel = '#ops'\n[kubernetes]", "slack.channel"),
    ],
)
def test_what_differs_is_said_and_what_is_on_record_wins_unless_told_otherwise(
    clone, old, new, key
):
    run = begun(clone)
    kept, _ = taken_up(run)
    (clone / FILE_NAME).write_text(TOML.replace(old, new))
    for command in ("resume", "rollback", "abort"):
        session, said = taken_up(run, command)
        assert session.config == kept.config
        assert any(line.startswith(f"  {key}: ") for line in said)
    for manner in ({"use_todays": True}, {"choose": lambda: True}):
        session, _ = taken_up(run, **manner)
        assert session.config != kept.config
        assert session.source.text == (clone / FILE_NAME).read_text()
    session, _ = taken_up(run, choose=lambda: False)
    assert session.config == kept.config


def test_an_override_of_today_is_a_difference_and_that_of_the_beginning_holds(clone, monkeypatch):
    monkeypatch.setenv("HOTFIX_GITHUB__MERGE_INTO", "hotfix/live")
    run = begun(clone)
    monkeypatch.setenv("HOTFIX_GITHUB__MERGE_INTO", "hotfix/other")
    session, said = taken_up(run)
    assert session.config.github.merge_into == "hotfix/live"
    assert "  github.merge_into: 'hotfix/live' on record, 'hotfix/other' today" in said


def test_another_current_context_changes_nothing(clone):
    run = begun(clone)
    path = clone.parents[1] / "kubeconfig"
    path.write_text(KUBECONFIG.replace("current-context: live", "current-context: spare"))
    session, said = taken_up(run)
    assert (session.tools.whereabouts().server, said) == ("http://127.0.0.1:9", [])


def test_a_context_that_leads_elsewhere_by_now_is_said(clone):
    run = begun(clone)
    (clone.parents[1] / "kubeconfig").write_text(KUBECONFIG.replace("127.0.0.1:9", "127.0.0.1:7"))
    _, (said,) = taken_up(run, "rollback")
    assert "http://127.0.0.1:7 now" in said
    assert "not known" in said


@pytest.fixture
def moved(clone):
    """A run that began in one cluster, and a kubeconfig whose context leads to another by now."""
    folder = clone.parents[1]
    (clone / FILE_NAME).write_text(TOML.replace('"shop"\n', f'"{NAMESPACE}"\n'))
    worlds = []
    for name in ("began", "now"):
        (folder / name).mkdir()
        worlds.append(World(folder / name))
    leads_to(clone, worlds[0])
    run = begun(clone)
    uid = worlds[0].cluster.uid()
    known = replace(run.settings.config, cluster=uid)
    leads_to(clone, worlds[1])
    yield replace(run, settings=replace(run.settings, config=known)), worlds
    for world in worlds:
        world.service.stop()


def leads_to(clone, world):
    text = kubeconfig_text(world.service.url, TOKEN, NAMESPACE)
    (clone.parents[1] / "kubeconfig").write_text(text)


def uncertain(run):
    known = replace(run.settings.config, cluster="")
    return replace(run, settings=replace(run.settings, config=known))


def test_what_certainly_is_another_cluster_is_neither_gone_on_nor_back_in(moved):
    run, worlds = moved
    for command in ("resume", "rollback"):
        with pytest.raises(ProblemError, match="another cluster") as caught:
            taken_up(run, command)
        assert f"hotfix {command} --use-todays-config" in caught.value.problem.next_command
        session, (said,) = taken_up(uncertain(run), command)
        assert "not known" in said
        assert session.tools.cluster.record([BACKEND])
    assert not worlds[1].received.all(writes=True)


@pytest.mark.parametrize("manner", [{}, {"use_todays": True}])
@pytest.mark.parametrize("is_certain", [True, False])
def test_whoever_ends_a_run_leaves_the_lock_of_what_may_be_another_cluster_alone(
    moved, is_certain, manner
):
    run, (began, now) = moved
    for world in (began, now):
        world.cluster.claim_lock("hf-1", "dana")
    sent = len(now.received.all())
    session, _ = taken_up(run if is_certain else uncertain(run), "abort", **manner)
    outside = replace(ports(), cluster=session.tools.cluster)
    known = {"lock_token": 1}
    assert not may_claim(outside, "hf-1")
    assert regained_lock(outside, NOTHING, Progress(run="hf-1", known=known), only_ends=True) == ()
    step = ReleaseTheLock(needs_a_yes=True)
    asked = step.run(Facts(known, run="hf-1", operator="dana"), outside)
    assert isinstance(asked, Ask)
    assert (asked.question.key, asked.question.by_yes) == ("lock-remains", "end")
    yes = {"lock-remains": Answer("end")}
    left = step.run(Facts(known, yes, run="hf-1", operator="dana"), outside)
    assert isinstance(left, LeftToDo)
    # Each thing is said once: what is left, and why.
    assert left.problem.what == "The lock may remain."
    assert left.problem.why.startswith(f"The run began in namespace {NAMESPACE} at ")
    assert left.problem.next_command == "hotfix lock release --lock-id hf-1/1"
    assert [each.path for each in now.received.all()[sent:] if "kube-system" not in each.path] == []
    assert all(world.service.lock_holder() == "hf-1" for world in (began, now))


def test_another_namespace_of_todays_holds_another_lock(clone):
    run = begun(clone)
    (clone / FILE_NAME).write_text(TOML.replace('"shop"\n', '"other"\n'))
    session, _ = taken_up(run, "abort", use_todays=True)
    assert session.barred is not None
    assert "in namespace shop at" in session.barred.what
    assert taken_up(run, "abort")[0].barred is None


def test_a_file_that_cannot_be_read_bars_nothing(clone):
    run = begun(clone)
    (clone / FILE_NAME).write_text("[github")
    session, (said,) = taken_up(run, "rollback")
    assert "no valid TOML" in said
    assert session.source == run.settings.config


def test_a_run_of_an_earlier_version_takes_todays_and_says_so_once(clone):
    run = begun(clone)
    old = replace(run, settings=replace(run.settings, config=None))
    session, (said,) = taken_up(old)
    assert "an earlier version began it" in said
    kept = replace(old, settings=replace(old.settings, config=session.kept_config()))
    assert taken_up(kept)[1] == []


def test_without_any_configuration_the_command_that_names_one_is_said(clone):
    old = replace(begun(clone), settings=RunSettings(repository=str(clone)))
    (clone / FILE_NAME).unlink()
    with pytest.raises(ProblemError) as refused:
        taken_up(old)
    assert refused.value.problem.code is ProblemCode.CONFIGURATION


@pytest.mark.parametrize("command", ["rollback", "abort", "lock", "status"])
def test_a_variable_that_overrides_nothing_bars_no_way_back(clone, monkeypatch, command):
    run = begun(clone)
    monkeypatch.setenv("HOTFIX_GITHUB__REPOSITRY", "x")
    _, (said,) = taken_up(run, command)
    assert "HOTFIX_GITHUB__REPOSITRY overrides nothing" in said
    with pytest.raises(ProblemError, match="overrides nothing"):
        taken_up(run, "resume")


def test_no_secret_is_ever_on_record(clone):
    token = "ghp_" + "a1B2" * 9
    for text in (f"# {token}\n{TOML}", TOML.replace("acme/shop", token)):
        (clone / FILE_NAME).write_text(text)
        with pytest.raises(ProblemError, match="holds a secret"):
            begun(clone)
    with pytest.raises(ProblemError, match="holds a secret"):
        parse(TOML, {"HOTFIX_SLACK__CHANNEL": token}, FILE_NAME)


def test_a_run_from_another_machine_finds_its_paths_here(clone):
    theirs = RecordedConfig(
        TOML.replace(
            "[kubernetes]", '[kubernetes]\ncontext = "danas"\nkubeconfig = "/home/dana/k"'
        ),
        "/home/dana/shop/hotfix.toml",
        namespace="shop",
        context="danas",
        kubeconfig="/home/dana/k",
    )
    source = source_of(ConfigFile(str(clone / FILE_NAME)), os.environ)
    mine = session_by(parse(TOML, {}, FILE_NAME), clone, source)
    said: list[str] = []
    run = Progress(run="hf-1", settings=RunSettings(config=theirs))
    session = TakingUp("takeover", said.append).travelled(mine, run)
    kept = session.kept_config()
    assert kept is not None
    assert (kept.text, kept.context) == (theirs.text, "live")
    assert kept.kubeconfig == str(clone.parents[1] / "kubeconfig")
    assert said == []


@pytest.mark.parametrize("command", ["resume", "abort", "rollback", "logs", "doctor", "lock"])
def test_without_any_configuration_no_other_command_is_advised(clone, command):
    run = replace(begun(clone), settings=RunSettings())
    (clone / FILE_NAME).unlink()
    with pytest.raises(ProblemError, match="no configuration for run hf-1") as caught:
        taken_up(run, command)
    assert caught.value.problem.next_command == "the same command with --config PATH/hotfix.toml"
