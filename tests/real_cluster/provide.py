"""``make cluster``: the binaries of a Kubernetes control plane, without Docker.

Found through ``KUBEBUILDER_ASSETS`` (the convention for such test binaries), else in the cache,
else built with the Go toolchain from the published modules, else from Debian's source package.
Needs nothing but Python itself, so that it can run before anything is set up.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.real_cluster.building import (
    DEADLINE_SECONDS,
    NEEDED,
    NotProvidedError,
    alone,
    keep,
    missing,
    run,
    say,
)
from tests.real_cluster.provide_from_debian import build_from_debian, debian_folders

# A current minor; the published staging modules have the same minor and patch as v0.
KUBERNETES, ETCD = "1.37.2", "3.7.3"
# For the bench alone; where it is missing, the one on PATH is taken.
KUBECTL = "kubectl"
_MODULE, _ETCD_MODULE = "k8s.io/kubernetes", "go.etcd.io/etcd/server/v3"
_ETCD_MAIN = f"""package main

import (
\t"os"

\t"{_ETCD_MODULE}/etcdmain"
)

func main() {{
\tetcdmain.Main(os.Args)
}}
"""
# Go stamps these from its build script; without them the server says v0.0.0.
_STAMPED = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_GO_ENVIRON = {"CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}


class NoGoHereError(NotProvidedError):
    """Nothing can be built with Go here: no toolchain, or what it needs cannot be fetched."""


@dataclass(frozen=True)
class Binaries:
    """A folder that has the binaries."""

    folder: Path

    def path(self, name: str) -> str:
        """Return the path of one of them."""
        return str(self.folder / name)

    @property
    def kubectl(self) -> str | None:
        """The path of a kubectl: the one beside the others, else the one on PATH."""
        return shutil.which(KUBECTL, path=str(self.folder)) or shutil.which(KUBECTL)


def cache() -> Path:
    """Return the folder that has a folder for each version."""
    named = os.environ.get("HOTFIX_CLUSTER_CACHE")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotfix-cluster"
    return Path(named) if named else usual


def find() -> Binaries | None:
    """Return the control plane that is on this machine, or None; builds nothing.

    The current version comes before Debian's, which is older.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    folders = [Path(assets)] if assets else []
    for folder in [*folders, _current(cache()), *debian_folders(cache())]:
        if not missing(folder):
            return Binaries(folder)
    return None


def provide() -> Binaries:
    """Return a control plane, built where none is found.

    Raises:
        NotProvidedError: there is none, and it cannot be built here.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and missing(Path(assets)):
        say(f"KUBEBUILDER_ASSETS has no {', '.join(missing(Path(assets)))}: not used.")
    found = find()
    if found:
        return found
    with alone(cache()):
        # Somebody else may have built it meanwhile.
        return find() or Binaries(build(cache(), build_with_go, build_from_debian))


def build(
    folder: Path, with_go: Callable[[Path], Path], from_debian: Callable[[Path], Path]
) -> Path:
    """Build in ``folder`` with Go, where that is out of reach from Debian's source package.

    A build that fails on its own is no reason for the older version: that would hide it.

    Raises:
        NotProvidedError: neither way is there, or a build failed.
    """
    try:
        return with_go(folder)
    except NoGoHereError as error:
        say(f"{error}\nSo Debian's source package is tried, which is an older version.")
        try:
            return from_debian(folder)
        except NotProvidedError as other:
            raise NotProvidedError(f"{error}\n{other}") from other


def build_with_go(cache: Path) -> Path:
    """Build the current version into a folder of its own in ``cache`` and return it.

    Raises:
        NoGoHereError: there is no Go toolchain, or what it needs cannot be fetched.
        NotProvidedError: a build failed.
    """
    folder = _current(cache)
    go = shutil.which("go")
    if go is None:
        raise NoGoHereError("There is no Go toolchain here.")
    say(f"Building etcd {ETCD} and Kubernetes {KUBERNETES} into {folder} (10 minutes, once) ...")
    deadline = time.monotonic() + DEADLINE_SECONDS
    with tempfile.TemporaryDirectory(prefix="hotfix-cluster-") as scratch:
        _build_etcd(go, Path(scratch) / "etcd", folder, deadline)
        _build_kubernetes(go, Path(scratch) / "kubernetes", folder, deadline)
    return folder


def _current(cache: Path) -> Path:
    return cache / f"v{KUBERNETES}"


def _build_etcd(go: str, source: Path, folder: Path, deadline: float) -> None:
    if shutil.which("etcd", path=str(folder)):
        return
    source.mkdir()
    (source / "main.go").write_text(_ETCD_MAIN)
    _write_module(source, _go_line(go, source, _ETCD_MODULE, ETCD, deadline), _ETCD_MODULE, ETCD)
    _build(go, source, ["."], ["etcd"], folder, deadline)


def _build_kubernetes(go: str, source: Path, folder: Path, deadline: float) -> None:
    source.mkdir()
    module = _downloaded(go, source, _MODULE, KUBERNETES, deadline)
    text = module.read_text()
    # The module itself replaces these by folders that are not published with it.
    staging = re.findall(r"^\s*(\S+) => \./staging/", text, re.MULTILINE)
    version = "v0." + KUBERNETES.split(".", 1)[1]
    replaced = "".join(f"replace {each} => {each} {version}\n" for each in staging)
    _write_module(source, _go_line_of(text), _MODULE, KUBERNETES, replaced)
    names = [name for name in (*NEEDED[1:], KUBECTL) if not shutil.which(name, path=str(folder))]
    major, minor, _ = KUBERNETES.split(".")
    stamps = " ".join(
        f"-X {package}.gitVersion=v{KUBERNETES} -X {package}.gitMajor={major} "
        f"-X {package}.gitMinor={minor}"
        for package in _STAMPED
    )
    for name in names:
        _build(go, source, [f"{_MODULE}/cmd/{name}"], [name], folder, deadline, stamps)


def _write_module(
    source: Path, go_line: str, module: str, version: str, replaced: str = ""
) -> None:
    (source / "go.mod").write_text(
        f"module hotfix.invalid/cluster\n\n{go_line}\n\nrequire {module} v{version}\n\n{replaced}"
    )


def _go_line(go: str, source: Path, module: str, version: str, deadline: float) -> str:
    return _go_line_of(_downloaded(go, source, module, version, deadline).read_text())


def _go_line_of(text: str) -> str:
    found = re.search(r"^go \S+$", text, re.MULTILINE)
    return found[0] if found else ""


def _downloaded(go: str, source: Path, module: str, version: str, deadline: float) -> Path:
    """Return the ``go.mod`` of a published module."""
    command = [go, "mod", "download", f"{module}@v{version}"]
    try:
        run(f"{module} v{version}", command, source, deadline, _GO_ENVIRON)
    except NotProvidedError as error:
        raise NoGoHereError(f"What Go needs cannot be fetched (go env GOPROXY). {error}") from error
    found = _output([go, "list", "-m", "-f", "{{.GoMod}}", f"{module}@v{version}"], source)
    return Path(found)


def _output(command: Sequence[str], source: Path) -> str:
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotProvidedError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def _build(
    go: str,
    source: Path,
    packages: Sequence[str],
    names: Sequence[str],
    folder: Path,
    deadline: float,
    stamps: str = "",
) -> None:
    out = source / "bin"
    out.mkdir(exist_ok=True)
    target = f"{out}/" if packages != ["."] else str(out / names[0])
    flags = ["-mod=mod", "-v", "-ldflags", f"-s -w {stamps}".strip(), "-o", target]
    command = [go, "build", *flags, *packages]
    run(", ".join(names), command, source, deadline, _GO_ENVIRON)
    for name in names:
        keep(out / name, folder)


def main() -> int:
    """Provide the control plane and say where it is; 1 with the reason where it cannot be had."""
    # As Ctrl-C does: what runs ends too, and the source is cleaned up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        found = provide()
    except NotProvidedError as error:
        sys.stderr.write(
            f"No control plane for the tests: {error}\n"
            "Any of these helps, and then: make cluster\n"
            "- a folder with etcd, kube-apiserver and kube-controller-manager in "
            "KUBEBUILDER_ASSETS\n"
            "- Go (https://go.dev/dl) and a module proxy that it reaches (go env GOPROXY)\n"
            "- Debian 12 with apt sources that it reaches, as root or with sudo -n\n"
        )
        return 1
    say(f"Control plane: {found.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
