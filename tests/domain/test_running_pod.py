import pytest

from hotfix.domain.rollout.running_pod import Named, RunningPod, agreed, named, names_commit

SHA = "b2" * 20
DIGITS = "1234567" + "8" * 33


@pytest.mark.parametrize(
    ("text", "commit", "is_sure"),
    [
        (SHA, SHA, True),
        (SHA[:7], SHA[:7], True),
        (f"sha-{SHA[:7]}", SHA[:7], True),
        ("c" * 64, "c" * 64, True),
        (DIGITS, DIGITS, True),
        ("1234567", "1234567", False),
        ("20261125", "20261125", False),
        ("sha-1234567", "1234567", True),
    ],
)
def test_a_text_names_a_commit_and_digits_alone_perhaps(text, commit, is_sure):
    assert named("tag", text) == Named("tag", commit, is_sure)


@pytest.mark.parametrize("text", ["", "1.4.2", "latest", SHA[:6], "c" * 41, "sha-", "B2B2B2B2"])
def test_other_texts_name_no_commit(text):
    assert named("tag", text) is None


def test_a_shortened_and_a_full_name_are_one_commit():
    assert agreed([SHA[:7], SHA, SHA[:12]]) == SHA
    assert agreed([SHA[:7], "c3c3c3c3"]) == ""
    assert agreed([]) == ""


def test_sources_that_disagree_name_no_commit():
    pod = RunningPod("web-1", named=(Named("label", SHA), Named("tag", "c3" * 20)))
    assert pod.commit == ""
    assert not pod.runs(SHA)


def test_digits_alone_count_only_as_the_commit_that_is_looked_for():
    pod = RunningPod("web-1", named=(Named("label", SHA), Named("tag", "20261125", is_sure=False)))
    assert pod.commit == SHA
    assert pod.runs(SHA)
    short = RunningPod("web-1", named=(Named("tag", "1234567", is_sure=False),))
    assert short.runs(DIGITS)
    assert not short.runs(SHA)
    assert short.commit == "1234567", "git may know whose it is"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"web=registry.example:5000/shop/web:{SHA}", True),
        (f"web=shop/web:v1.4-{SHA[:7]}@sha256:{'0' * 64}", True),
        (SHA[:12], True),
        (f"web=shop/web:{SHA[:6]}", False),
        (f"web=shop/web:{'c3' * 20}", False),
        ("web=shop/web:1.4.2", False),
    ],
)
def test_an_image_or_a_label_may_name_a_commit(text, names):
    assert names_commit(["web", text], SHA) is names
