"""Changes every fact in three ways and counts what notices. Run by ``make fact-mutants``.

On a copy of the project: the key is another one (recorded journals must notice), a step does not
report it any more (the tests of the house must notice), its type is another one (mypy must notice).
"""

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from docs.tables.fact_uses import FACTS

_ROOT = Path(__file__).parents[2]
_NAMES = "src/hotfix/domain/fact_names.py"
_AT_ONCE = 2


def main() -> int:
    """Try all mutants; returns the exit code: 1 where one was not noticed."""
    with _copy() as folder:
        if _tests_fail(folder):
            print("The tests of facts fail with nothing changed: make quick")
            return 1
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        keys = list(pool.map(_key_is_noticed, FACTS))
        drops = list(pool.map(_drop_is_noticed, _reported()))
    types = _noticed_types()
    kinds = (
        ("the key is another one", list(zip(FACTS, keys, strict=True))),
        ("a step does not report it", list(zip(_reported(), drops, strict=True))),
        ("the type is another one", [(name, name in types) for name in FACTS]),
    )
    survivors = 0
    for kind, found in kinds:
        missed = [str(mutant) for mutant, is_noticed in found if not is_noticed]
        survivors += len(missed)
        print(f"{kind}: {len(found)} mutants, {len(found) - len(missed)} noticed")
        print("".join(f"  survives: {mutant}\n" for mutant in missed), end="")
    return int(bool(survivors))


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hotfix-mutants-") as name:
        folder = Path(name)
        for part in ("src", "docs", "tests"):
            shutil.copytree(
                _ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(_ROOT / "pyproject.toml", folder)
        yield folder


def _fails(folder: Path, *words: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}/src:{folder}", "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    return done.returncode != 0


def _tests_fail(folder: Path) -> bool:
    return _fails(
        folder, "pytest", "-q", "-x", "-p", "no:cacheprovider", "tests/house/test_facts.py"
    )


def _key_is_noticed(name: str) -> bool:
    with _copy() as folder:
        path = folder / _NAMES
        text = path.read_text(encoding="utf-8")
        changed = re.sub(rf'(^{name} = Fact\(\s*")(\w+)"', r'\1\2_x"', text, flags=re.MULTILINE)
        path.write_text(changed, encoding="utf-8")
        return changed != text and _tests_fail(folder)


def _reported() -> list[tuple[str, str]]:
    """Return the step files with the facts that they report."""
    return [
        (path.name, name)
        for path in sorted((_ROOT / "src/hotfix/steps").glob("*.py"))
        for name in FACTS
        if _calls(path.read_text(encoding="utf-8"), name)
    ]


def _calls(text: str, name: str) -> list[tuple[int, int]]:
    """Return where the fact is reported, as offsets in bytes."""
    starts = [0]
    for line in text.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return [
        (
            starts[node.lineno - 1] + node.col_offset,
            starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0),
        )
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def _drop_is_noticed(mutant: tuple[str, str]) -> bool:
    """Take every report of the fact out of the step's code; what it declares stays."""
    file, name = mutant
    with _copy() as folder:
        path = folder / "src/hotfix/steps" / file
        raw = path.read_bytes()
        for start, end in sorted(_calls(raw.decode(), name), reverse=True):
            raw = raw[:start] + b"*()" + raw[end:]
        path.write_bytes(raw)
        return _tests_fail(folder)


def _noticed_types() -> set[str]:
    """Give all facts another type at once; returns those whose use mypy refuses."""
    with _copy() as folder:
        path = folder / _NAMES
        text = path.read_text(encoding="utf-8")
        for name, fact in FACTS.items():
            other = "int" if fact.shape is str else "str"
            text = re.sub(
                rf'(^{name} = Fact\(\s*"\w+",\s*)(tuple\[\w+, \.\.\.\]|\w+)',
                rf"\g<1>{other}",
                text,
                flags=re.MULTILINE,
            )
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--no-incremental", "--no-error-summary", "src"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        found: set[str] = set()
        for line in done.stdout.splitlines():
            match = re.match(r"(src/[^:]+):(\d+): error", line)
            if match and match[1] != _NAMES:
                source = (folder / match[1]).read_text(encoding="utf-8").splitlines()
                at = int(match[2]) - 1
                near = " ".join(source[max(0, at - 2) : at + 3])
                found |= {name for name in FACTS if re.search(rf"\b{name}\b", near)}
        return found


if __name__ == "__main__":
    sys.exit(main())
