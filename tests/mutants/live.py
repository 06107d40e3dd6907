"""Changes functions that are there already: nothing is imported again for it."""

import ast
import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

from tests.mutants.changes import SOURCE, Change, text_of, tree_with

# What names a function's code in its file, whatever is changed in it.
_Key = tuple[str, int]
# No functions that stay.
_PASSING = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}


def live_functions() -> Mapping[str, list[FunctionType]]:
    """Return every function of the product that there is, by its file, relative to ``src``."""
    found: defaultdict[str, list[FunctionType]] = defaultdict(list)
    # What is kept out of the collector's way is not among its objects.
    gc.unfreeze()
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(f"{SOURCE}/"):
            found[each.__code__.co_filename.removeprefix(f"{SOURCE}/")].append(each)
    return found


def put_in(change: Change, live: Mapping[str, list[FunctionType]]) -> bool:
    """Put the change into the functions that it is in; tells whether that is all of it.

    It is not where it is done when the module is imported, or where no such function is there.
    """
    path = str(SOURCE / change.file)
    before = compile(ast.parse(text_of(change.file)), path, "exec")
    after = compile(tree_with(change.file, change.number), path, "exec")
    if _done_at_import(before) != _done_at_import(after):
        return False
    codes = list(_functions(after))
    if max(Counter(map(_key, codes)).values(), default=0) > 1:
        return False
    old = {_key(code): code for code in _functions(before)}
    new = {_key(code): code for code in codes if code != old.get(_key(code))}
    met = [each for each in live[change.file] if _key(each.__code__) in new]
    if any(each.__code__.co_freevars != new[_key(each.__code__)].co_freevars for each in met):
        return False
    for each in met:
        each.__code__ = new[_key(each.__code__)]
    return bool(met)


def _done_at_import(code: CodeType) -> tuple[object, ...]:
    """Return what is done when the module is imported, without what is in its functions."""
    consts = tuple(
        _key(each) if each.co_flags & CO_OPTIMIZED else _done_at_import(each)
        for each in code.co_consts
        if isinstance(each, CodeType)
    )
    # A number that is equal to another is not always the same: 1 and True.
    plain = tuple(repr(each) for each in code.co_consts if not isinstance(each, CodeType))
    return code.co_code, code.co_names, plain, consts


def _functions(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_flags & CO_OPTIMIZED and each.co_name not in _PASSING:
                yield each
            yield from _functions(each)


def _key(code: CodeType) -> _Key:
    return code.co_qualname, code.co_firstlineno
