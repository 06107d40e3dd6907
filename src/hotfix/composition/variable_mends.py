"""Where a variable stands in the place of a key of ``hotfix.toml``, the file mends nothing."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from hotfix.config.overriding import overridden_by, overrides
from hotfix.ports.readiness import Finding, Need

_KEY = re.compile(r"\[(\w+)\] (\w+)")


def by_variables(needs: Iterable[Need], environ: Mapping[str, str]) -> Iterator[Need]:
    """Yield the needs; a mend that names such a key names the variable, too."""
    variables = {overridden_by(name): name for name in overrides(environ)}
    for need in needs:
        named = (variables.get((key[1], key[2])) for key in _KEY.finditer(need.mend))
        variable = next(filter(None, named), "")
        if variable and need.finding is not Finding.OK:
            mend = f"{need.mend}; but {variable} stands in its place: unset {variable}, or mend it"
            yield replace(need, mend=mend)
        else:
            yield need
