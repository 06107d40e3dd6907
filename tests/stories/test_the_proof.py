"""Stories: pods that do not say what they run, pods that run something else, and digests."""

import sys
from functools import partial

import pytest
from tests.stories.stage import stage

from hotfix.cli import exit_codes
from hotfix.domain.checklist import checklist
from hotfix.domain.fact_names import MERGE_SHA, PROOF, UNPROVEN, VERIFIED
from hotfix.domain.fold import fold
from hotfix.domain.rollout.proof import runs_commit
from hotfix.ports.readiness import Finding
from hotfix.simulators.played_fix import GOOD_FIX
from hotfix.simulators.webrana import PARTS, image

OTHER = "c3" * 20
NAMES = tuple(f"webrana-{part}" for part in PARTS)
# What a registry would answer for the images of the drill.
REGISTRY = """
import hashlib, sys
part, sha = sys.argv[1].removeprefix("webrana-"), sys.argv[2]
reference = f"registry.example/webrana/{part}:{sha}"
print("sha256:" + hashlib.sha256(reference.encode()).hexdigest())
"""


def kubernetes(on, text):
    """Add ``text`` to the section of the cluster."""
    whole = on.world.config_file.read_text()
    on.world.config_file.write_text(whole.replace("[kubernetes]\n", f"[kubernetes]\n{text}\n"))
    on.configure("")


def walk(on):
    on.world.play_the_engineer(GOOD_FIX)
    on.world.play_the_reviewer()
    on.seen["code"] = on.start()


def until_only(sha, on):
    """Wait until no ready pod says that it runs another commit."""
    cluster = on.session.tools.needed_cluster()
    for _ in range(1000):
        if all(runs_commit(view, sha) for view in cluster.look(NAMES)):
            return
        on.world.clock.wait(1)
    raise AssertionError(f"{sha} is not what runs")


def facts_of(on):
    return fold(on.session.runs.events(on.run)).facts


def health_line(on):
    items = [item for section in checklist(facts_of(on)) for item in section.items]
    return next(item for item in items if item.text == "Health checks pass")


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("silent") / "world") as on:
        kubernetes(on, 'prove_by = "annotation"')
        walk(on)
        yield on


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("foreign") / "world") as on:
        for name in NAMES:
            on.world.kubernetes.change("deployments", name, partial(stamp, OTHER))
        kubernetes(on, 'prove_by = "annotation"')
        walk(on)
        on.seen["events"] = on.session.runs.events(on.run)
        merged = facts_of(on)[MERGE_SHA]
        for name in NAMES:
            on.world.kubernetes.change("deployments", name, partial(stamp, merged))
        until_only(merged, on)
        on.seen["again"] = on.resume()
        yield on


@pytest.fixture(scope="module")
def digests(tmp_path_factory):
    folder = tmp_path_factory.mktemp("digests")
    program = folder / "registry.py"
    program.write_text(REGISTRY)
    with stage(folder / "world") as on:
        command = f'["{sys.executable}", "{program}", "{{deployment}}", "{{sha}}"]'
        kubernetes(on, f'prove_by = "digest"\ndigest_command = {command}')
        walk(on)
        yield on


def stamp(sha, deployment):
    """Stamp pods with a commit, where no deploy job changes it."""
    metadata = deployment["spec"]["template"]["metadata"]
    metadata.setdefault("annotations", {})["app.kubernetes.io/version"] = sha


def test_yes_goes_on_without_a_proof_and_nobody_reads_of_one(silent):
    assert silent.seen["code"] == 0, silent.screen.getvalue()
    names = "webrana-backend, webrana-frontend"
    assert (
        f"✓ Not proven for {names}: their pods name no commit; accepted by dana (--yes)."
    ) in silent.lines
    assert not [line for line in silent.lines if "ready pods" in line]


def test_the_record_the_checklist_and_the_summary_say_that_it_is_not_proven(silent):
    facts = facts_of(silent)
    assert PROOF not in facts
    assert [each.name for each in facts.get(UNPROVEN, ())] == [
        "webrana-backend",
        "webrana-frontend",
    ]
    line = health_line(silent)
    assert not line.is_ticked
    assert line.remark.startswith("not proven for webrana-backend (their pods name no commit)")
    summed_up = "Not proven:   webrana-frontend: their pods name no commit"
    assert summed_up in silent.screen.getvalue()
    (question,) = [
        event.data["question"]
        for event in silent.session.runs.events(silent.run)
        if event.type == "decision_needed" and event.step == "confirm_by_a_person"
    ]
    assert "Not proven for webrana-frontend: their pods name no commit" in question["shown"]


def test_another_commit_is_asked_about_after_a_minute_and_yes_does_not_accept_it(foreign):
    assert foreign.seen["code"] == exit_codes.WAITING, foreign.screen.getvalue()
    events = foreign.seen["events"]
    began, waited, asked = [
        event for event in events if event.step == "prove_the_commit_runs" and event.type != "told"
    ]
    assert (waited.type, asked.type) == ("step_waiting", "decision_needed")
    assert waited.data["saying"] == (
        "webrana-backend: still runs c3c3c3c3; webrana-frontend: still runs c3c3c3c3"
    )
    assert 60 <= (asked.at - began.at).total_seconds() < 70
    assert PROOF not in fold(events).facts


def test_once_the_merged_commit_runs_resume_proves_it(foreign):
    assert foreign.seen["again"] == 0, foreign.screen.getvalue()
    facts = facts_of(foreign)
    assert f"✓ All 3 ready pods run {facts[MERGE_SHA][:8]}." in foreign.lines
    assert [each.by for each in facts.get(PROOF, ())] == [("annotation",), ("annotation",)]
    assert [each.revision for each in facts.get(VERIFIED, ())] == [4, 4]


def test_the_digest_that_the_registry_names_is_the_proof(digests):
    assert digests.seen["code"] == 0, digests.screen.getvalue()
    facts = facts_of(digests)
    assert f"✓ All 3 ready pods run {facts[MERGE_SHA][:8]}." in digests.lines
    assert [(each.name, each.by) for each in facts.get(PROOF, ())] == [
        ("webrana-backend", ("digest",)),
        ("webrana-frontend", ("digest",)),
    ]
    assert health_line(digests).is_ticked


def test_a_program_that_is_not_there_is_known_in_the_first_minute(tmp_path):
    with stage(tmp_path / "world") as on:
        command = '["no-such-crane", "digest", "web:{sha}"]'
        kubernetes(on, f'prove_by = "digest"\ndigest_command = {command}')
        needs = on.session.tools.examination({}, 60.0).check()
        (need,) = [need for need in needs if need.name == "digest command"]
        assert need.finding is Finding.FAILED
        assert need.saw == "no-such-crane is not on the PATH"
        assert need.mend.endswith("export HOTFIX_KUBERNETES__PROVE_BY=tag")


def test_a_container_that_a_deployment_does_not_have_is_known_in_the_first_minute(tmp_path):
    with stage(tmp_path / "world") as on:
        kubernetes(on, 'container = "backend"')
        needs = on.session.tools.examination({}, 60.0).check()
        (need,) = [need for need in needs if need.area == "proof"]
        assert need.finding is Finding.FAILED
        assert need.saw == ("webrana-frontend: no container is called backend; there are frontend")


def test_the_registry_of_these_stories_knows_the_images_of_the_drill():
    assert image("backend", "x") == "registry.example/webrana/backend:x"
