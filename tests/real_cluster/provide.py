"""``make cluster``: the binaries of a Kubernetes control plane, without Docker.

Found through ``KUBEBUILDER_ASSETS`` (the convention for such test binaries), else in the cache,
else built with the Go toolchain from the published modules. Needs nothing but Python itself, so
that it can run before anything is set up.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# A current minor; the published staging modules have the same minor and patch as v0.
KUBERNETES, ETCD = "1.37.2", "3.7.3"
NEEDED = ("etcd", "kube-apiserver", "kube-controller-manager")
# For the bench alone; where it is missing, the one on PATH is taken.
KUBECTL = "kubectl"
DEADLINE_SECONDS = 45 * 60.0
_EVERY_SECONDS = 15.0
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


class NotProvidedError(Exception):
    """The control plane cannot be had here; the text says why and what would help."""


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


def cache_folder() -> Path:
    """Return the folder of the version that is built here."""
    named = os.environ.get("HOTFIX_CLUSTER_CACHE")
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotfix-cluster"
    return (Path(named) if named else usual) / f"v{KUBERNETES}"


def find() -> Binaries | None:
    """Return the control plane that is on this machine, or None; builds nothing."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    folders = [Path(assets)] if assets else []
    for folder in [*folders, cache_folder()]:
        if not missing(folder):
            return Binaries(folder)
    return None


def missing(folder: Path) -> list[str]:
    """Return which of the needed binaries ``folder`` lacks."""
    return [name for name in NEEDED if not shutil.which(name, path=str(folder))]


def provide() -> Binaries:
    """Return a control plane, built where none is found.

    Raises:
        NotProvidedError: there is none, and it cannot be built here.
    """
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if assets and missing(Path(assets)):
        _say(f"KUBEBUILDER_ASSETS has no {', '.join(missing(Path(assets)))}: not used.")
    found = find()
    if found:
        return found
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if missing(folder):
            _build_all(folder)
    return Binaries(folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder: two that build at once would take twice the time."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_all(folder: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise NotProvidedError(
            f"{', '.join(missing(folder))} are not in {folder}, and there is no Go toolchain to "
            "build them with."
        )
    _say(f"Building etcd {ETCD} and Kubernetes {KUBERNETES} into {folder} (10 minutes, once) ...")
    deadline = time.monotonic() + DEADLINE_SECONDS
    with tempfile.TemporaryDirectory(prefix="hotfix-cluster-") as scratch:
        _build_etcd(go, Path(scratch) / "etcd", folder, deadline)
        _build_kubernetes(go, Path(scratch) / "kubernetes", folder, deadline)


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
    _run(f"{module} v{version}", command, source, deadline)
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
    _run(", ".join(names), [go, "build", *flags, *packages], source, deadline)
    for name in names:
        # Into the same folder first, so that what is there under its name is always whole.
        part = folder / f".{name}.part"
        shutil.copy2(out / name, part)
        part.replace(folder / name)


def _run(name: str, command: Sequence[str], source: Path, deadline: float) -> None:
    """Run one command of go with a line of progress now and then."""
    environ = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    started = told = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=source,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines: list[str] = []
        reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
        reader.start()
        while process.poll() is None:
            time.sleep(0.1)
            now = time.monotonic()
            if now > deadline:
                process.kill()
                raise NotProvidedError(
                    f"{name}: not built within {DEADLINE_SECONDS / 60:.0f} minutes. What is built "
                    "is kept: make cluster goes on from there."
                )
            if now - told >= _EVERY_SECONDS:
                told = now
                latest = lines[-1].strip() if lines else "starting"
                _say(f"  {name}: {now - started:.0f} s, {len(lines)} done, {latest[:60]}")
        reader.join()
    if process.returncode:
        said = "\n".join(lines[-12:])
        raise NotProvidedError(f"{name}: {' '.join(command[:3])} failed:\n{said}")
    _say(f"  {name}: ready after {time.monotonic() - started:.0f} s")


def _read(process: subprocess.Popen[str], lines: list[str]) -> None:
    if process.stderr is not None:
        # One by one, because the progress is told from them meanwhile.
        for line in process.stderr:
            lines.append(line.rstrip())  # noqa: PERF401


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Provide the control plane and say where it is; 1 with the reason where it cannot be had."""
    try:
        found = provide()
    except NotProvidedError as error:
        sys.stderr.write(
            f"No control plane for the tests: {error}\n"
            "Either put a folder with etcd, kube-apiserver and kube-controller-manager into "
            "KUBEBUILDER_ASSETS,\nor install Go (https://go.dev/dl) and reach its module proxy "
            "(go env GOPROXY), then: make cluster\nWithout both: CONTRIBUTING.md, "
            "'A real control plane', has the way through Debian's source package.\n"
        )
        return 1
    _say(f"Control plane: {found.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
