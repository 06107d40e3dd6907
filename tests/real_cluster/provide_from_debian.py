"""The way without Go's module proxy: Debian's source package, built with Debian's own Go.

It has everything vendored. Addresses are those of the machine's own apt sources; neither these nor
the machine's package lists are changed, and no service is installed.
"""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.real_cluster.building import (
    DEADLINE_SECONDS,
    NEEDED,
    NotProvidedError,
    keep,
    missing,
    run,
    say,
)

# What this recipe was proven with; a newer package wants a newer Go and other steps.
_MINOR, _GO = "1.20", "golang-1.19-go"
_TOOLS = (_GO, "rsync", "make", "dpkg-dev")
_SOURCE, _ETCD = "kubernetes", "etcd-server"
_FOLDERS = "debian-v"
# Go stamps these from its build script; without them the server says v0.0.0.
_STAMPED = tuple(
    f"k8s.io/kubernetes/vendor/k8s.io/{name}/version"
    for name in ("component-base", "client-go/pkg")
)


def debian_folders(cache: Path) -> list[Path]:
    """Return what was built this way before, the newest version first."""
    return sorted(cache.glob(f"{_FOLDERS}*"), key=lambda each: _numbers(each.name), reverse=True)


def build_from_debian(cache: Path) -> Path:
    """Build into a folder of its own version in ``cache`` and return it.

    Raises:
        NotProvidedError: this is no such machine, or a step failed.
    """
    if shutil.which("apt-get") is None:
        raise NotProvidedError("Debian's source package needs apt-get, which is not here.")
    tools = [name for name in _TOOLS if not _is_installed(name)]
    # Said before minutes go by.
    root = _as_root(tools) if tools else []
    say(f"Building Debian's {_SOURCE} into {cache} (10 minutes, once) ...")
    deadline = time.monotonic() + DEADLINE_SECONDS
    with tempfile.TemporaryDirectory(prefix="hotfix-cluster-") as made:
        scratch = Path(made)
        # apt downloads as a user of its own, who has to get there.
        scratch.chmod(0o755)
        apt = _with_own_lists(scratch / "apt", deadline)
        source = scratch / "go" / "src" / "k8s.io"
        source.mkdir(parents=True)
        run(f"source of {_SOURCE}", [*apt, "source", "-d", _SOURCE], source, deadline)
        version = _version_of(source)
        folder = cache / f"{_FOLDERS}{version}"
        if not missing(folder):
            return folder
        if tools:
            install = ["--yes", "--no-install-recommends", "--no-upgrade", "install", *tools]
            run(", ".join(tools), [*root, *apt, *install], scratch, deadline)
        _take_etcd(apt, scratch / "etcd", folder, deadline)
        _build(source, version, folder, deadline)
    return folder


def _as_root(tools: Sequence[str]) -> list[str]:
    """Return what makes a command root's.

    Raises:
        NotProvidedError: nothing does.
    """
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") and _succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", *quiet]
    raise NotProvidedError(
        f"Debian's source package needs {', '.join(tools)}, and only root can install that. "
        "As root: apt-get update && apt-get install --yes --no-install-recommends "
        f"{' '.join(tools)}"
    )


def _is_installed(package: str) -> bool:
    show = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return _succeeds(show, says="installed")


def _succeeds(command: Sequence[str], says: str = "") -> bool:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return done.returncode == 0 and says in done.stdout


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotProvidedError(f"{' '.join(command)} failed:\n{done.stderr.strip()}")
    return done.stdout


def _with_own_lists(folder: Path, deadline: float) -> list[str]:
    """Return apt-get with the machine's sources, source packages among them, and own lists."""
    parts, lists = folder / "sources", folder / "lists"
    parts.mkdir(parents=True)
    (lists / "partial").mkdir(parents=True)
    for number, path in enumerate(_machine_sources()):
        # Two folders may hold files of one name.
        (parts / f"{number}-{path.name}").write_text(with_source_packages(path))
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": parts,
        "Dir::State::lists": lists,
        # Kept in memory: those on disk are the machine's.
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        # Another apt may be at work, as after the start of a machine.
        "DPkg::Lock::Timeout": 300,
    }
    options = [f"--option={key}={value}" for key, value in settings.items()]
    apt = ["apt-get", *options]
    try:
        run("package lists", [*apt, "update"], folder, deadline)
    except NotProvidedError as error:
        # One source of many without source packages is enough to fail; the next step tells.
        say(f"  {error}")
    return apt


def _machine_sources() -> list[Path]:
    asked = ["LIST", "Dir::Etc::sourcelist/f", "PARTS", "Dir::Etc::sourceparts/d"]
    told = dict(
        line.split("=", 1) for line in shlex.split(_output(["apt-config", "shell", *asked]))
    )
    parts = Path(told.get("PARTS") or os.devnull)
    known = [Path(told.get("LIST") or os.devnull), *sorted(parts.glob("*"))]
    found = [path for path in known if path.suffix in {".list", ".sources"} and path.is_file()]
    if not found:
        raise NotProvidedError("apt has no sources here (/etc/apt/sources.list.d) to take it from.")
    return found


def with_source_packages(path: Path) -> str:
    """Return the text of a file of apt's sources with source packages enabled, else as it is."""
    text = path.read_text()
    if path.suffix == ".sources":
        return re.sub(r"^Types:.*$", "Types: deb deb-src", text, flags=re.MULTILINE)
    return re.sub(r"^deb(\s.*)$", r"deb\1\ndeb-src\1", text, flags=re.MULTILINE)


def _version_of(source: Path) -> str:
    """Return the version of Kubernetes that the downloaded package has.

    Raises:
        NotProvidedError: it is another than the one that this is known to work with.
    """
    text = "".join(path.read_text(errors="replace") for path in source.glob("*.dsc"))
    package = re.search(r"^Version: (\S+)$", text, re.MULTILINE)
    # 1.20.5+really1.20.2-1 is 1.20.2: Debian went back without counting down.
    found = re.search(r"^(?:.*really)?(\d+\.\d+\.\d+)", package[1]) if package else None
    if found is None or not found[1].startswith(f"{_MINOR}."):
        raise NotProvidedError(
            f"Debian's source package is version {package[1] if package else 'unknown'} here, and "
            f"only {_MINOR} (Debian 12) is known to build with {_GO}."
        )
    return found[1]


def _take_etcd(apt: Sequence[str], scratch: Path, folder: Path, deadline: float) -> None:
    """Take etcd out of its package: installed, it would be started as a service."""
    if shutil.which("etcd", path=str(folder)):
        return
    scratch.mkdir()
    scratch.chmod(0o777)
    run(f"package {_ETCD}", [*apt, "download", _ETCD], scratch, deadline)
    (package,) = scratch.glob("*.deb")
    run("etcd", ["dpkg-deb", "--extract", str(package), "files"], scratch, deadline)
    keep(scratch / "files" / "usr" / "bin" / "etcd", folder)


def _build(source: Path, version: str, folder: Path, deadline: float) -> None:
    (description,) = source.glob("*.dsc")
    extract = ["dpkg-source", "--extract", description.name, _SOURCE]
    run("files of the source", extract, source, deadline)
    tree, environ = source / _SOURCE, _go_environ(source.parent.parent)
    run("generated files", ["make", "generated_files"], tree, deadline, environ)
    major, minor, _ = version.split(".")
    stamps = " ".join(
        f"-X {package}.gitVersion=v{version} -X {package}.gitMajor={major} "
        f"-X {package}.gitMinor={minor}"
        for package in _STAMPED
    )
    (tree / "built").mkdir()
    for name in NEEDED[1:]:
        if shutil.which(name, path=str(folder)):
            continue
        # Without the clients of cloud providers, which take half of the time.
        flags = ["-v", "-tags", "providerless", "-ldflags", f"-s -w {stamps}"]
        command = ["go", "build", *flags, "-o", f"built/{name}", f"./cmd/{name}"]
        run(name, command, tree, deadline, environ)
        keep(tree / "built" / name, folder)


def _go_environ(go_path: Path) -> Mapping[str, str]:
    """Return the environment in which Debian's Go, which is on no PATH, builds the old way."""
    files = _output(["dpkg-query", "--listfiles", _GO]).splitlines()
    go = next((Path(line).parent for line in files if line.endswith("/bin/go")), None)
    if go is None:
        raise NotProvidedError(f"The package {_GO} has no go in it.")
    return {
        "PATH": f"{go}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "GOPATH": str(go_path),
        "GO111MODULE": "off",
        "CGO_ENABLED": "0",
        # Without the path of this folder, the next try finds in Go's cache what was built.
        "GOFLAGS": "-trimpath",
        # That of another Go would be the wrong one.
        "GOROOT": "",
        # What the outer make was told is not meant for this one.
        "MAKEFLAGS": "",
    }


def _numbers(name: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", name)]
