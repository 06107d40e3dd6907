"""Which way ``make cluster`` takes: made-up tools on the path, nothing is fetched or built."""

import os

import pytest
from tests.real_cluster.building import NEEDED, NotProvidedError
from tests.real_cluster.provide import KUBERNETES, find, provide
from tests.real_cluster.provide_from_debian import debian_folders, with_source_packages

CURRENT, DEBIAN = f"v{KUBERNETES}", "debian-v1.20.2"
GO = """
case "$1 $2" in
"mod download") {download} ;;
"list -m") echo "$0.mod" ;;
build*)
    {build}
    while [ "$1" != -o ]; do shift; done
    case "$2" in */) out="$2${{3##*/}}" ;; *) out="$2" ;; esac
    echo '#!/bin/sh' >"$out"; chmod +x "$out" ;;
esac
"""
ONE_LINE = "deb-src [signed-by=/key] mirror.invalid bookworm main\n"
NO_PROXY = "echo module lookup disabled; exit 1"
DEBIANS_OWN = {
    "apt-config": "echo \"LIST='$0.list'\"; echo \"PARTS='$0.d'\"",
    "apt-get": """
case "$*" in
*" source "*) printf 'Format: 1.0\\nVersion: {version}\\n' >kubernetes_1.dsc ;;
*" download "*) touch etcd.deb ;;
esac
""",
    "dpkg-deb": "mkdir -p files/usr/bin; touch files/usr/bin/etcd; chmod +x files/usr/bin/etcd",
    "dpkg-query": """
case "$1" in --listfiles) echo "${{0%/*}}/debian/bin/go" ;; *) echo {installed} ;; esac
""",
    "dpkg-source": "mkdir kubernetes",
    "make": "",
}


class Tools:
    """The tools of a machine, which write down that they were called."""

    def __init__(self, folder):
        self.folder, self.calls = folder, folder / "calls"
        self.calls.touch()

    def add(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Theirs is the usual path, ours has nothing but them.
        lines = ["#!/bin/sh", "PATH=/usr/bin:/bin", f'echo "{name} $*" >>{self.calls}', text]
        path.write_text("\n".join(lines))
        path.chmod(0o755)

    def add_go(self, download="", build=""):
        self.add("go", GO.format(download=download, build=build))
        (self.folder / "go.mod").write_text("module x\n\ngo 1.26\n")

    def add_debian(self, version="1.20.5+really1.20.2-1.1", installed="installed"):
        for name, text in DEBIANS_OWN.items():
            self.add(name, text.format(version=version, installed=installed) if text else "")
        (self.folder / "apt-config.list").touch()
        self.add("debian/bin/go", GO.format(download="", build=""))

    def called(self):
        return self.calls.read_text()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)
    monkeypatch.setenv("HOTFIX_CLUSTER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def tools(tmp_path, monkeypatch):
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return Tools(folder)


def put(folder):
    folder.mkdir(parents=True)
    for name in NEEDED:
        (folder / name).touch(mode=0o755)


def test_what_is_there_is_taken_the_current_version_first(cache, tools):
    assert find() is None
    put(cache / DEBIAN)
    assert provide().folder == cache / DEBIAN
    put(cache / CURRENT)
    assert provide().folder == cache / CURRENT
    assert not tools.called()


def test_of_debians_versions_the_newest_is_taken(cache):
    for version in ("1.9.10", "1.20.2", "1.20.10"):
        put(cache / f"debian-v{version}")
    assert [each.name for each in debian_folders(cache)] == [
        "debian-v1.20.10",
        "debian-v1.20.2",
        "debian-v1.9.10",
    ]


def test_with_go_and_its_proxy_the_current_version_is_built(cache, tools):
    tools.add_go()
    tools.add_debian()
    assert provide().folder == cache / CURRENT
    assert "apt-get" not in tools.called()


def test_without_go_debians_source_package_is_built(cache, tools):
    tools.add_debian()
    assert provide().folder == cache / DEBIAN
    assert find() is not None
    assert "debian/bin/go build" in tools.called()
    assert " install " not in tools.called()


def test_without_the_module_proxy_debians_source_package_is_built(cache, tools, capsys):
    tools.add_go(download=NO_PROXY)
    tools.add_debian()
    assert provide().folder == cache / DEBIAN
    assert "module lookup disabled" in capsys.readouterr().out


@pytest.mark.usefixtures("cache")
def test_a_build_that_fails_with_go_is_not_hidden_behind_debian(tools):
    tools.add_go(build="echo undefined: x; exit 1")
    tools.add_debian()
    with pytest.raises(NotProvidedError, match="undefined: x"):
        provide()
    assert "apt-get" not in tools.called()


def test_with_neither_way_both_reasons_are_told(cache, tools):
    tools.add_go(download=NO_PROXY)
    with pytest.raises(NotProvidedError, match=r"(?s)module lookup disabled.*needs apt-get"):
        provide()
    assert find() is None
    assert cache.is_dir()


@pytest.mark.usefixtures("cache")
def test_tools_that_are_missing_are_installed_as_root(tools, monkeypatch):
    tools.add_debian(installed="no")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    tools.add("env", f'shift; tool="$1"; shift; {tools.folder}/"$tool" "$@"')
    provide()
    assert "install golang-1.19-go rsync make dpkg-dev" in tools.called()
    assert "install etcd-server" not in tools.called()


@pytest.mark.usefixtures("cache")
def test_who_is_not_root_is_told_what_root_has_to_do(tools, monkeypatch):
    tools.add_debian(installed="no")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NotProvidedError, match=r"As root: apt-get update && .*golang-1.19-go"):
        provide()
    assert "apt-get" not in tools.called()
    tools.add("sudo", "exit 1")
    with pytest.raises(NotProvidedError, match="only root can install that"):
        provide()


@pytest.mark.usefixtures("cache")
def test_a_package_of_another_minor_is_refused_before_anything_is_installed(tools):
    tools.add_debian(version="1.32.3+ds-2", installed="installed")
    with pytest.raises(NotProvidedError, match=r"version 1\.32\.3\+ds-2 here, and only 1\.20"):
        provide()
    assert "dpkg-source" not in tools.called()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (
            "debian.sources",
            "Types: deb\nURIs: mirror.invalid\nSigned-By: /key\n\nTypes: deb deb-src\n",
            "Types: deb deb-src\nURIs: mirror.invalid\nSigned-By: /key\n\nTypes: deb deb-src\n",
        ),
        (
            "sources.list",
            "# deb off\ndeb [signed-by=/key] mirror.invalid bookworm main\n",
            "# deb off\ndeb [signed-by=/key] mirror.invalid bookworm main\n" + ONE_LINE,
        ),
    ],
)
def test_source_packages_come_from_where_the_machine_has_its_packages(
    tmp_path, name, before, after
):
    path = tmp_path / name
    path.write_text(before)
    assert with_source_packages(path) == after
