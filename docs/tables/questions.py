"""Every question that the code may ask, from its syntax tree.

What is only known when a question is asked stands as ``{name}``. Where an expression depends on the
situation, the question is read once for either case, and what differs is said to come sometimes.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache, partial
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from docs.tables.fact_uses import SRC
from docs.tables.markdown import code, table

from hotfix.cli.exit_codes import of_problem
from hotfix.cli.questions import Asked, AskedOption
from hotfix.domain.answering import is_for_a_person, ways
from hotfix.domain.out_of_reach import OutOfReach
from hotfix.domain.problem import ProblemCode
from hotfix.domain.progress import BUDGET_STEP
from hotfix.domain.question import Option, Question, Then

T = TypeVar("T")
# What the product reads is made here; it lies beside the code that reads it.
FILE = SRC / "cli" / "questions.json"
_ROOMS = ("domain", "ports", "engine", "steps", "wrappers")
_ALWAYS, _SOMETIMES, _NEVER = "always", "sometimes", "never"


@dataclass(frozen=True)
class Source:
    """One file of the product."""

    room: str
    name: str
    tree: ast.Module
    module: ModuleType


@dataclass(frozen=True)
class Scope:
    """What a piece of code sees: its file, the definitions around it, and what ``self`` holds."""

    source: Source
    around: tuple[ast.AST, ...] = ()
    itself: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Variant:
    """A question as it is asked in one case; ``seldom`` are options that may be missing."""

    question: Question
    seldom: frozenset[str]


def questions_as_json() -> str:
    """Return the list that ``hotfix describe`` and ``--answer`` read."""
    return json.dumps([each.to_json() for each in questions()], indent=1, ensure_ascii=False) + "\n"


def as_table() -> str:
    """Return every question as a markdown table."""
    return table(
        ("question", "asked by", "answers", "`--yes`", "a person's"), map(_row, questions())
    )


def _row(asked: Asked) -> tuple[str, str, str, str, str]:
    theirs = [
        code(each.key) + (" (it depends)" if each.person_only == _SOMETIMES else "")
        for each in asked.options
        if each.person_only != _NEVER
    ]
    return (
        f"{code(asked.key)}: {asked.text}",
        ", ".join(map(code, asked.steps)),
        ", ".join(code(each.key) for each in asked.options),
        code(asked.by_yes) if asked.by_yes else "-",
        ", ".join(theirs) or "-",
    )


@cache
def questions() -> tuple[Asked, ...]:
    """Return every question, by the steps that ask it and its key."""
    by_key: dict[tuple[tuple[str, ...], str], list[Variant]] = {}
    for call, scope, steps in _calls():
        for variant in _cases(partial(_variant, call, scope)):
            if variant is not None:
                by_key.setdefault((steps, variant.question.key), []).append(variant)
    return tuple(_asked(steps, found) for (steps, _), found in sorted(by_key.items()))


def _asked(steps: tuple[str, ...], variants: Sequence[Variant]) -> Asked:
    """Return what is always so of a question, and what sometimes."""
    asked = [each.question for each in variants]
    first = asked[0]
    options = {option.key: option for question in asked for option in question.options}
    listed = tuple(_option(option, variants) for option in options.values())
    goes_on = [each for each in listed if each.then == Then.GO_ON]
    return Asked(
        key=first.key,
        text=_either(question.text for question in asked),
        steps=steps,
        options=listed,
        by_yes=next((question.by_yes for question in asked if question.by_yes), ""),
        yes=_how_often([bool(question.by_yes) for question in asked]),
        flag=_either(question.flag for question in asked),
        exit_code=of_problem(first.unanswered),
        person_only=bool(goes_on) and all(each.person_only == _ALWAYS for each in goes_on),
    )


def _option(option: Option, variants: Sequence[Variant]) -> AskedOption:
    asked = [each.question for each in variants if option in each.question.options]
    is_sure = all(
        option.key not in each.seldom and option in each.question.options for each in variants
    )
    way = next(each for each in ways(asked[0], "RUN") if each.option == option.key)
    return AskedOption(
        key=option.key,
        label=option.label,
        word=option.word,
        then=option.then,
        typed=option.is_typed,
        needs_reason=option.needs_reason,
        needs_minutes=option.needs_minutes,
        offered=_ALWAYS if is_sure else _SOMETIMES,
        person_only=_how_often([is_for_a_person(question, option) for question in asked]),
        command=way.command,
        does=option.does,
    )


def _how_often(found: Sequence[bool]) -> str:
    return _ALWAYS if all(found) else _SOMETIMES if any(found) else _NEVER


def _either(texts: Iterator[str]) -> str:
    return " / ".join(dict.fromkeys(texts))


def _cases(read: Callable[[dict[str, bool]], T]) -> Iterator[T]:
    """Yield what ``read`` returns in every case; it adds the conditions that it comes upon."""
    open_cases: list[dict[str, bool]] = [{}]
    while open_cases:
        fixed = open_cases.pop()
        case = dict(fixed)
        yield read(case)
        met = [condition for condition in case if condition not in fixed]
        for at, condition in enumerate(met):
            open_cases.append({**fixed, **dict.fromkeys(met[:at], True), condition: False})


def _variant(call: ast.Call, scope: Scope, case: dict[str, bool]) -> Variant | None:
    """Return the question that a call makes; None where it copies another one."""
    given = _given(call, Question)
    key = _text(given["key"], scope, case)
    if key == "{key}":
        return None
    options = list(_options(given["options"], scope, case))

    def text(name: str, usual: str = "") -> str:
        return _text(given[name], scope, case) if name in given else usual

    question = Question(
        key=key,
        text=text("text"),
        options=tuple(option for option, _ in options),
        by_yes=text("by_yes"),
        unanswered=ProblemCode(text("unanswered", ProblemCode.WAITING)),
        flag=text("flag", "--yes"),
    )
    return Variant(question, frozenset(option.key for option, is_sure in options if not is_sure))


def _options(node: ast.expr, scope: Scope, case: dict[str, bool]) -> Iterator[tuple[Option, bool]]:
    """Yield the options of an expression, each with whether it is surely there."""
    match node:
        case ast.Call(func=ast.Name(id="Option")):
            yield _made(node, scope, case), True
        case ast.Call(args=[inner]):  # tuple(...), reversed(...)
            yield from _options(inner, scope, case)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _options(part, scope, case)
        case ast.Starred(value=inner):
            yield from _options(inner, scope, case)
        case ast.IfExp():
            yield from _options(_chosen(node, case), scope, case)
        case ast.GeneratorExp(elt=inner):
            yield from ((option, False) for option, _ in _options(inner, scope, case))
        case ast.Name(id=name):
            yield from _named(name, scope, case)
        case _:
            raise TypeError(f"no options that can be read: {ast.unparse(node)}")


def _named(name: str, scope: Scope, case: dict[str, bool]) -> Iterator[tuple[Option, bool]]:
    """Yield the options that a name stands for, with what is added to it later."""
    assigned, added = _assigned(name, scope)
    if assigned is not None:
        yield from _options(assigned, scope, case)
        for node, is_sure in added:
            yield from ((each, is_sure) for each, _ in _options(node, scope, case))
        return
    value = getattr(scope.source.module, name)
    for option in (value,) if isinstance(value, Option) else value:
        yield option, True


def _assigned(name: str, scope: Scope) -> tuple[ast.expr | None, list[tuple[ast.expr, bool]]]:
    value, added = None, []
    for definition in scope.around:
        if not isinstance(definition, ast.FunctionDef):
            continue
        for statement in ast.walk(definition):
            match statement:
                case ast.Assign(targets=[ast.Name(id=found)], value=given) if found == name:
                    value = given
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=found), attr="append"), args=[given]
                    )
                ) if found == name:
                    added.append((given, statement in definition.body))
    return value, added


def _made(call: ast.Call, scope: Scope, case: dict[str, bool]) -> Option:
    found: dict[str, object] = {}
    for name, node in _given(call, Option).items():
        if isinstance(node, ast.Constant):
            found[name] = node.value
        elif name == "then":
            found[name] = Then(_text(node, scope, case))
        else:
            found[name] = _text(node, scope, case)
    return Option(**found)  # type: ignore[arg-type]


def _text(node: ast.expr, scope: Scope, case: dict[str, bool]) -> str:  # noqa: PLR0911 - a table
    """Return a text with ``{name}`` in the place of what is not known yet."""
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.JoinedStr(values=parts):
            text = "".join(_text(part, scope, case) for part in parts)
            # A sentence that begins with a capital is put together of two pieces.
            return re.sub(r"(\{\w+\})\1", r"\1", text)
        case ast.FormattedValue(
            value=ast.IfExp(body=ast.Constant(), orelse=ast.Constant()) as inner
        ):
            return _text(_chosen(inner, case), scope, case)
        case ast.FormattedValue(value=inner, format_spec=spec):
            known = _known(inner, scope)
            if known is None:
                return f"{{{_word(inner)}}}"
            return format(known, _text(spec, scope, case) if spec is not None else "")
        case ast.IfExp():
            return _text(_chosen(node, case), scope, case)
        case _:
            known = _known(node, scope)
            return str(known) if known is not None else f"{{{_word(node)}}}"


def _known(node: ast.expr, scope: Scope) -> object:
    """Return the value of a constant of the file, or of what ``self`` is given; None for others."""
    match node:
        case ast.Name(id=name):
            value = vars(scope.source.module).get(name)
            return value if isinstance(value, str | int | float) else None
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return scope.itself.get(name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            value = getattr(vars(scope.source.module).get(owner), name, None)
            return value if isinstance(value, str) else None
        case ast.Attribute(value=ast.Attribute() as owner_node, attr="value"):
            return _known(owner_node, scope)
        case _:
            return None


def _chosen(node: ast.IfExp, case: dict[str, bool]) -> ast.expr:
    return node.body if case.setdefault(ast.unparse(node.test), True) else node.orelse


def _word(node: ast.expr) -> str:  # noqa: C901, PLR0911 - a table of shapes
    """Return the word for what an expression gives."""
    match node:
        case ast.Name(id=name):
            return name.strip("_").lower()
        case ast.Attribute(value=ast.Name() as owner, attr="id" | "name" | "value"):
            return _word(owner)
        case ast.Attribute(value=ast.Attribute() as owner, attr="value"):
            return _word(owner)
        case ast.Attribute(attr=name):
            return name.strip("_")
        case ast.Subscript(value=ast.Name(id="facts"), slice=index):
            return _word(index)
        case ast.Subscript(value=inner):
            return _word(inner)
        case ast.Call(func=ast.Attribute(attr="join"), args=[inner]):
            return _word(inner)
        case ast.Call(func=ast.Attribute(value=inner, attr="get")):
            return _word(inner)
        case ast.Call(func=ast.Attribute(value=inner), args=[]):
            return _word(inner)
        case ast.Call(func=function):
            return _word(function)
        case ast.GeneratorExp(elt=inner):
            return _word(inner)
        case _:
            return "value"


def _given(call: ast.Call, record: type) -> dict[str, ast.expr]:
    """Return the arguments of a call by the fields of the record that it makes."""
    names = [each.name for each in fields(record)]
    found = dict(zip(names, call.args, strict=False))
    return {**found, **{str(each.arg): each.value for each in call.keywords}}


def _calls() -> Iterator[tuple[ast.Call, Scope, tuple[str, ...]]]:
    """Yield every place where a question is made, with the steps that ask it."""
    for source in _sources():
        for call, scope in _in(source, "Question"):
            if source.name == "out_of_reach":
                yield from _for_each_end(call, scope)
            elif source.room == "steps":
                yield call, scope, (source.name,)
            else:
                yield call, scope, _users(source, _owner(call, scope))


def _for_each_end(
    call: ast.Call, scope: Scope
) -> Iterator[tuple[ast.Call, Scope, tuple[str, ...]]]:
    """Yield the question of ``OutOfReach`` as each step that makes one asks it."""
    for source in _sources():
        for made, at in _in(source, "OutOfReach"):
            given = _given(made, OutOfReach)
            texts = {name: _text(node, at, {}) for name, node in given.items()}
            yield call, Scope(scope.source, scope.around, texts), (source.name,)


def _in(source: Source, name: str) -> Iterator[tuple[ast.Call, Scope]]:
    def below(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[tuple[ast.Call, Scope]]:
        match node:
            case ast.Call(func=ast.Name(id=found)) if found == name:
                yield node, Scope(source, around)
            case ast.FunctionDef() | ast.ClassDef():
                around = (*around, node)
        for child in ast.iter_child_nodes(node):
            yield from below(child, around)

    yield from below(source.tree, ())


def _owner(call: ast.Call, scope: Scope) -> str:
    """Return the name by which other files get the question."""
    for definition in scope.around:
        if isinstance(definition, ast.FunctionDef | ast.ClassDef):
            return definition.name
    raise TypeError(f"{scope.source.name} asks outside of a function: {ast.unparse(call)}")


def _users(source: Source, name: str) -> tuple[str, ...]:
    """Return the steps whose files use ``name``; the engine asks about the time in its own name."""
    if source.room == "engine":
        return (BUDGET_STEP,)
    return tuple(
        each.name
        for each in _sources()
        if each.room == "steps"
        and any(
            (isinstance(node, ast.Name) and node.id == name)
            or (isinstance(node, ast.Attribute) and node.attr == name)
            for node in ast.walk(each.tree)
        )
    )


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(
        Source(
            room,
            path.stem,
            ast.parse(path.read_text(encoding="utf-8")),
            import_module(f"hotfix.{'.'.join(path.relative_to(SRC).with_suffix('').parts)}"),
        )
        for room in _ROOMS
        for path in sorted((SRC / room).rglob("*.py"))
        if path.stem not in {"__init__", "question"}
    )
