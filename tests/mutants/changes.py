"""Small wrong changes of code, each of which some test should notice. Of what is said, none.

Conditions are turned round, parts of them are dropped, comparisons are off by one, statements and
arguments are left out, nothing is returned, another member of an enumeration or another name of a
step stands there. Annotations, decorators and f-strings stay: they are types and words.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[2] / "src"
ROOMS = ("engine", "domain", "steps", "adapters/journal", "wrappers")
# The facts have mutants of their own: ``make fact-mutants``.
_ELSEWHERE = {"hotfix/domain/fact_names.py"}

_COMPARED_OTHERWISE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED_OTHERWISE: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.BitOr: ast.BitAnd,
}
_CALLED_OTHERWISE = {"any": "all", "all": "any", "min": "max", "max": "min"}
# What is said; and what only asserts, or says what holds on every machine anyway.
_KEPT = {"what", "why", "next_command", "text", "saying", "strict", "encoding", "ensure_ascii"}
_NAME = re.compile(r"[a-z]+(?:[_-][a-z]+)+")
_UNTOUCHED = {"annotation", "returns", "decorator_list", "type_params", "bases"}


@dataclass(frozen=True)
class Change:
    """One change of one file."""

    file: str  #: relative to ``src``
    number: int  #: among the changes of the file
    where: str  #: the function or class, with dots; empty for the module's own lines
    before: str  #: the code that is changed
    after: str  #: what stands there instead
    line: int  #: of ``before``
    lines: tuple[int, ...]  #: of the statement; one of them is met by whoever meets the change

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what names the change as long as its code stays as it is."""
        return self.file, self.where, self.before, self.after

    def __str__(self) -> str:
        """Return the change as one line."""
        return f"src/{self.file}:{self.line} {self.where}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class _Place:
    """Where a node hangs in the tree."""

    holder: Any
    at: str | int
    node: ast.AST
    parent: ast.AST
    where: str
    statement: ast.stmt | None

    @property
    def shown(self) -> str:
        """Return the code that is changed, on one line."""
        return self.shown_with(self.node)

    def shown_with(self, node: ast.AST) -> str:
        """Return it with ``node``, which is in the tree by now."""
        is_small = isinstance(self.node, ast.Constant | ast.Attribute)
        whole = self.parent if is_small and not hasattr(self.parent, "body") else node
        if isinstance(whole, ast.If):
            whole = ast.If(whole.test, [ast.Pass()], [])
        return " ".join(ast.unparse(whole).split())

    def put(self, node: ast.AST) -> None:
        if isinstance(self.at, int):
            self.holder[self.at] = node
        else:
            setattr(self.holder, self.at, node)


def files() -> list[str]:
    """Return the files whose code is changed, relative to ``src``."""
    found = [path for room in ROOMS for path in (SOURCE / "hotfix" / room).rglob("*.py")]
    return sorted({path.relative_to(SOURCE).as_posix() for path in found} - _ELSEWHERE)


def changes(file: str) -> list[Change]:
    """Return all changes of a file."""
    return [change for change, _ in _changed(file)]


def tree_with(file: str, number: int) -> ast.Module:
    """Return the file's code with its change of that number in it."""
    for change, tree in _changed(file):
        if change.number == number:
            return ast.fix_missing_locations(tree)
    raise ValueError(f"{file} has no change {number}")


@cache
def text_of(file: str) -> str:
    """Return the code as it was at first: whoever edits it meanwhile changes no number."""
    return (SOURCE / file).read_text(encoding="utf-8")


def _changed(file: str) -> Iterator[tuple[Change, ast.Module]]:
    """Yield each change with the tree while the change is in it."""
    tree = ast.parse(text_of(file))
    number = 0
    for place in list(_places(tree, "", None)):
        for after in _instead_of(place.node):
            ast.copy_location(after, place.node)
            line = getattr(place.node, "lineno", 0) or (_lines(place) or (0,))[0]
            before = place.shown
            place.put(after)
            shown = place.shown_with(after)
            change = Change(file, number, place.where, before, shown, line, _lines(place))
            yield change, tree
            place.put(place.node)
            number += 1


def _places(node: ast.AST, where: str, statement: ast.stmt | None) -> Iterator[_Place]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}".lstrip(".")
    if isinstance(node, ast.stmt):
        statement = node
    for name, value in ast.iter_fields(node):
        if name in _UNTOUCHED:
            continue
        if isinstance(value, list):
            holders: Any = [(value, at, each) for at, each in enumerate(value)]
        else:
            holders = [(node, name, value)]
        for holder, at, each in holders:
            if not isinstance(each, ast.AST) or isinstance(each, ast.JoinedStr):
                continue
            within = each if isinstance(each, ast.stmt) else statement
            yield _Place(holder, at, each, node, where, within)
            yield from _places(each, where, statement)


def _lines(place: _Place) -> tuple[int, ...]:
    found = place.statement
    if found is None or found.end_lineno is None:
        return ()
    body = getattr(found, "body", None)
    end = body[0].lineno - 1 if body else found.end_lineno
    return tuple(range(found.lineno, max(end, found.lineno) + 1))


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:
    """Return what may stand in the place of a node, each of it wrong."""
    kinds = (kind for kind in _OTHERWISE if isinstance(node, kind))
    for kind in kinds:
        yield from _OTHERWISE[kind](node)


def _other_statement(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Expr(ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.AugAssign(value=value) if _is_text(value):
            return
        case ast.Assign([ast.Attribute() | ast.Subscript()]) | ast.AugAssign():
            yield ast.Pass()
        case ast.Raise() | ast.Continue() | ast.Break() | ast.Return(None):
            yield ast.Pass()
        case ast.Return(ast.Constant()):
            return
        case ast.Return():
            yield ast.Return(ast.Constant(None))


def _compared_otherwise(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        other = _COMPARED_OTHERWISE[type(op)]()
        yield ast.Compare(node.left, [*node.ops[:at], other, *node.ops[at + 1 :]], node.comparators)


def _joined_otherwise(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield from (_without_part(node, at) for at in range(len(node.values)))


def _not_turned_round(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _always_the_same(node: ast.IfExp) -> Iterator[ast.AST]:
    if not (_is_text(node.body) and _is_text(node.orelse)):
        yield node.body
        yield node.orelse


def _unfiltered(node: ast.comprehension) -> Iterator[ast.AST]:
    for at in range(len(node.ifs)):
        ifs = node.ifs[:at] + node.ifs[at + 1 :]
        yield ast.comprehension(node.target, node.iter, ifs, node.is_async)


def _without_part(node: ast.BoolOp, at: int) -> ast.AST:
    left = node.values[:at] + node.values[at + 1 :]
    return left[0] if len(left) == 1 else ast.BoolOp(node.op, left)


def _counted_otherwise(node: ast.BinOp) -> Iterator[ast.AST]:
    other = _COUNTED_OTHERWISE.get(type(node.op))
    is_text = any(isinstance(each, ast.JoinedStr) for each in ast.walk(node))
    if other is not None and not is_text:
        yield ast.BinOp(node.left, other(), node.right)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _called_otherwise(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id == "TypeVar":
        return
    if isinstance(node.func, ast.Name) and node.func.id in _CALLED_OTHERWISE:
        name = ast.Name(_CALLED_OTHERWISE[node.func.id], ast.Load())
        yield ast.Call(name, node.args, node.keywords)
    for at, keyword in enumerate(node.keywords):
        if keyword.arg not in _KEPT:
            yield ast.Call(node.func, node.args, node.keywords[:at] + node.keywords[at + 1 :])


def _other_member(node: ast.Attribute) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Name):
        members = _enumerations().get(node.value.id, [])
        if node.attr in members and len(members) > 1:
            other = members[(members.index(node.attr) + 1) % len(members)]
            yield ast.Attribute(node.value, other, node.ctx)


def _other_constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and _NAME.fullmatch(value):
        yield ast.Constant(f"{value}-other")


_OTHERWISE: Mapping[type[ast.AST], Callable[[Any], Iterator[ast.AST]]] = {
    ast.stmt: _other_statement,
    ast.Compare: _compared_otherwise,
    ast.BoolOp: _joined_otherwise,
    ast.UnaryOp: _not_turned_round,
    ast.BinOp: _counted_otherwise,
    ast.IfExp: _always_the_same,
    ast.Call: _called_otherwise,
    ast.comprehension: _unfiltered,
    ast.Attribute: _other_member,
    ast.Constant: _other_constant,
}


@cache
def _enumerations() -> Mapping[str, list[str]]:
    """Return the members of every enumeration of the product."""
    found: dict[str, list[str]] = {}
    for room in ("domain", "ports"):
        for path in (SOURCE / "hotfix" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                bases = [ast.unparse(base) for base in getattr(node, "bases", ())]
                if isinstance(node, ast.ClassDef) and bases and bases[-1].endswith("Enum"):
                    found[node.name] = [
                        target.id
                        for each in node.body
                        if isinstance(each, ast.Assign)
                        for target in each.targets
                        if isinstance(target, ast.Name)
                    ]
    return found
