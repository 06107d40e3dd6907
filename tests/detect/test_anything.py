"""Whatever the files of a clone hold, words come of it, and a file that the program takes."""

import json
import tomllib

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotfix.config.load import parse
from hotfix.detect.cluster import ClusterView
from hotfix.detect.deployment import SeenDeployment
from hotfix.detect.file_text import file_text
from hotfix.detect.files import Files
from hotfix.detect.found import CloneView, found_in
from hotfix.detect.hosted import HostedView
from hotfix.domain.foreign_text import one_line
from hotfix.view.setup_lines import setup_lines

PATHS = [
    ".github/workflows/deploy.yml",
    ".github/workflows/ci.yaml",
    ".github/labels.yml",
    "compose.yaml",
    "k8s/kustomization.yaml",
    "k8s/app.yaml",
    "chart/Chart.yaml",
    "package.json",
    "web/package.json",
    "pyproject.toml",
    "Cargo.toml",
    "CODEOWNERS",
    "Makefile",
    "docs/runbook.md",
    "tox.ini",
    "test_x.py",
    "a\nb/go.mod",
    'a"b/pom.xml',
]
# Words that mean something somewhere, so that what is made gets far.
MEANT = """on push branches main prod jobs steps run kind Deployment metadata name namespace spec
env template containers image selector matchLabels resources bases services test app-dev build
context volumes scripts workspaces tool pytest workspace package defaults working-directory host
apiVersion argoproj.io/v1 Application Ingress rules syncPolicy automated channel #ops inputs
workflow_dispatch commit List items kustomize.toolkit.fluxcd.io/v1 Kustomization .. ../.. . docker
ghcr.io/acme/shop:1 $ ${{ make cd x=1 && \x1b[31m \u202e \x7f"""
WORDS = st.sampled_from(MEANT.split())
TEXTS = WORDS | st.text(max_size=12)
DATA = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
WRITTEN = (
    TEXTS
    | DATA.map(lambda data: yaml.safe_dump(data, allow_unicode=True))
    | DATA.map(json.dumps)
    | st.lists(TEXTS, max_size=6).map("\n".join)
)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    texts=st.dictionaries(st.sampled_from(PATHS), WRITTEN, max_size=6),
    address=TEXTS | st.just("git@github.com:acme/shop.git"),
    branches=st.lists(TEXTS, max_size=4),
    default=TEXTS,
    names=st.tuples(TEXTS, TEXTS, TEXTS),
    parent=TEXTS,
)
def test_words_come_of_it_and_a_file_that_is_toml(texts, address, branches, default, names, parent):
    space, name, image = names
    view = ClusterView(
        ("a", name),
        name,
        deployments=(SeenDeployment(space or "x", name or "y", (image,), {image: name}, "there"),),
    )
    clone = CloneView(
        Files.of(texts), {"origin": [address]}, "", tuple(branches), default, "the remote"
    )
    found = found_in(clone, HostedView(parent, ("squash",), (name,), parent), view, {})
    text = file_text(found)
    data = tomllib.loads(text)
    if found.value("github", "repository"):
        parse(text, {}, "hotfix.toml")
    else:
        assert "repository" not in data.get("github", {})
    assert all(one_line(line) == line for line in setup_lines(found))
