"""Who reads and who reports each fact, from the syntax tree of the code.

``facts[X]`` reads a fact that must be there, ``facts.get(X)`` and ``X in facts`` one that may be
missing, ``X(value)`` reports it; where ``X`` stands otherwise, in a table or as an argument, it is
read where the table is.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import hotfix
from hotfix.domain import fact_names
from hotfix.domain.fact import Fact

SRC = Path(hotfix.__file__).parent
FACTS: Mapping[str, Fact[object]] = {
    name: value for name, value in vars(fact_names).items() if isinstance(value, Fact)
}
# The files that are about facts as such.
_NO_USERS = ("domain/fact_names.py", "domain/fact.py", "domain/facts.py")
_DECLARES = ("reads", "reports")


@dataclass
class Uses:
    """Facts, by the name of their constant, as one piece of code uses them."""

    needed: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    reported: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    @property
    def read(self) -> set[str]:
        """Return all that is read."""
        return self.needed | self.optional

    def add(self, other: "Uses") -> None:
        """Take in what other code uses."""
        self.needed |= other.needed
        self.optional |= other.optional
        self.reported |= other.reported
        self.names |= other.names


@dataclass(frozen=True)
class Module:
    """One file: what its functions and tables use, by their names, and what it imports."""

    path: str
    parts: Mapping[str, Uses]
    imports: frozenset[str]


@cache
def modules() -> Mapping[str, Module]:
    """Return every module of the product by its path below ``src/hotfix``."""
    found = {}
    for file in sorted(SRC.rglob("*.py")):
        path = file.relative_to(SRC).as_posix()
        if path not in _NO_USERS and "storefront" not in path:
            found[path] = _module(path, ast.parse(file.read_text(encoding="utf-8")))
    return found


@cache
def uses_of(path: str) -> Uses:
    """Return what the module uses itself, and through the rules of the domain that it calls."""
    seen: set[tuple[str, str]] = set()
    total = Uses()
    todo = [(path, name) for name in modules()[path].parts]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        module = modules()[here[0]]
        uses = module.parts[here[1]]
        total.add(uses)
        todo += _called(module, uses.names)
    return total


def direct_readers(name: str) -> list[str]:
    """Return the paths of the modules that read the fact themselves."""
    return [path for path in modules() if name in _whole(path).read]


def direct_reporters(name: str) -> list[str]:
    """Return the paths of the modules that report the fact."""
    return [path for path in modules() if name in _whole(path).reported]


@cache
def _whole(path: str) -> Uses:
    total = Uses()
    for uses in modules()[path].parts.values():
        total.add(uses)
    return total


def _called(module: Module, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the parts that ``names`` may mean: of this module, or of the domain's it imports."""
    for other in (module.path, *(path for path in module.imports if path.startswith("domain/"))):
        for part in names & modules()[other].parts.keys() if other in modules() else ():
            yield other, part


def _module(path: str, tree: ast.Module) -> Module:
    parts: dict[str, Uses] = {}
    imports, known = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hotfix."):
            base = str(node.module).removeprefix("hotfix.").replace(".", "/")
            imports |= {f"{base}.py", *(f"{base}/{each.name}.py" for each in node.names)}
            if base == "domain/fact_names":
                known |= {each.name for each in node.names}
    for name, node in _pieces(tree):
        visitor = _Visitor(known, _own_names(node))
        visitor.visit(node)
        parts.setdefault(name, Uses()).add(visitor.uses)
    return Module(path, parts, frozenset(imports))


def _pieces(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield functions, methods and tables by their names."""
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else (node,):
            if isinstance(inner, ast.FunctionDef):
                if inner.name not in _DECLARES:
                    yield inner.name, inner
            elif isinstance(inner, ast.Assign | ast.AnnAssign) and inner.value is not None:
                target = inner.targets[0] if isinstance(inner, ast.Assign) else inner.target
                name = ast.unparse(target)
                if name not in _DECLARES:
                    yield name, inner.value


def _own_names(node: ast.AST) -> set[str]:
    """Return the names that a function gives to its arguments and variables."""
    stored = {
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    return stored | {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}


class _Visitor(ast.NodeVisitor):
    """Sorts the names in one piece of code.

    Args:
        known: the facts that its module imports by name.
        own: names that mean something of the piece itself.
    """

    def __init__(self, known: set[str], own: set[str]) -> None:
        self._known = known
        self._own = own
        self.uses = Uses()

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if isinstance(node.slice, ast.Name) and node.slice.id in self._known:
            self.uses.needed.add(node.slice.id)
            self.visit(node.value)
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in self._known:
            self.uses.reported.add(node.func.id)
            for each in node.args:
                self.visit(each)
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if ast.unparse(node.value) == "fact_names":
            self.uses.optional.add(node.attr)
        self.uses.names.add(node.attr)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self._known:
            self.uses.optional.add(node.id)
        elif node.id not in self._own:
            self.uses.names.add(node.id)
