"""What ``hotfix init`` asks a person: what was not found, and three questions at most."""

import os
from pathlib import Path

import pytest
from tests.detect.repositories import REPOSITORIES, Repository, git, make

from hotfix.composition.detecting import Detecting
from hotfix.config.load import parse
from hotfix.runs.set_up import set_up

TWO_CONTEXTS = """\
apiVersion: v1
kind: Config
current-context: staging
contexts:
  - {name: staging, context: {cluster: s, namespace: shop}}
  - {name: production, context: {cluster: p, namespace: shop}}
clusters:
  - {name: s, cluster: {server: "https://127.0.0.1:9"}}
  - {name: p, cluster: {server: "https://127.0.0.1:9"}}
"""
BARE = Repository({"a.txt": "a"}, {}, {})


class Person:
    """Answers from a list, and keeps what was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.told = []

    def choose(self, text, options):
        self.asked.append(text)
        answer = self.answers.pop(0)
        assert answer in [key for key, _ in options]
        return answer

    def line(self, prompt):
        self.asked.append(prompt)
        return self.answers.pop(0)

    def lines(self, lines):
        self.told += lines


@pytest.fixture
def asked(give, tmp_path, monkeypatch):
    """Set a repository up with a person at the keyboard; returns what is made."""
    assert give

    def asked(repository, person, kubeconfig=""):
        clone = make(tmp_path / "world", repository)
        if kubeconfig:
            Path(os.environ["KUBECONFIG"]).write_text(kubeconfig)
        if repository is BARE:
            git(clone, "remote", "remove", "origin")
        monkeypatch.chdir(clone)
        made = set_up(Detecting(clone, os.environ, tmp_path / "state"), None, person)
        assert person.answers == []
        return made, parse(made.text, {}, "hotfix.toml")

    return asked


def test_a_reviewer_is_asked_for_where_nobody_owns_the_files(asked):
    person = Person("no login", "@noor")
    _, config = asked(REPOSITORIES["trunk"], person)
    assert [each.split("?")[0] for each in person.asked] == ["Who reviews hotfixes"] * 2
    assert person.told == ["A login such as noor, or a team such as acme/payments."]
    assert config.github.reviewer == "noor"


def test_nobody_may_be_the_answer(asked):
    _, config = asked(REPOSITORIES["trunk"], Person(""))
    assert config.github.reviewer == ""


def test_of_several_branches_that_deploy_one_is_chosen(asked):
    person = Person("develop", "acme/payments")
    made, config = asked(REPOSITORIES["gitflow"], person)
    assert person.asked[0] == "The push of which branch deploys to production?"
    assert made.found.candidates == ("master", "develop")
    assert (config.github.merge_into, config.github.reviewer) == ("develop", "acme/payments")
    assert "as you said" in made.text


def test_of_several_clusters_one_is_asked_and_no_more_than_two_questions_come_before_the_last(
    asked,
):
    person = Person("production", "master")
    made, config = asked(REPOSITORIES["gitflow"], person, TWO_CONTEXTS)
    assert person.asked[0] == "Which cluster is production in?"
    assert len(person.asked) == 2
    assert config.github.reviewer == ""
    assert 'context = "production"' in made.text


def test_no_cluster_may_be_the_answer(asked):
    made, config = asked(REPOSITORIES["rust with npm"], Person("", ""), TWO_CONTEXTS)
    assert config.kubernetes is None
    assert "# namespace" in made.text


def test_the_repository_is_asked_for_where_no_remote_names_it(asked):
    person = Person("shop", "acme/shop", "")
    _, config = asked(BARE, person)
    assert config.github.repository == "acme/shop"
    assert person.asked[0].startswith("Which repository of GitHub is this?")
