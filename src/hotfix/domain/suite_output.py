"""Whether a suite that ended well ran anything, by what test programs print of themselves."""

import re

# How programs say how many tests they ran, or passed; each names the number once.
_COUNTED = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"\b(\d+) passed\b",  # pytest, cargo, jest, vitest, deno, playwright
        r"^Ran (\d+) tests? in ",  # unittest
        r"^\s*(\d+) passing\b",  # mocha, cypress
        r"^\[=+\] (\d+) tests? from .* ran",  # googletest
        r"\bExecuted (\d+) [Tt]ests?\b",  # xctest, smalltalkCI
        r"^(\d+) examples?, ",  # rspec
        r"^(?:\d+ (?:doctests?|propert\w+), )*(\d+) tests?, \d+ failures?",  # exunit
        r"^(\d+) runs, ",  # minitest
        r"\bTests run: (\d+)",  # junit: maven
        r"^OK \((\d+) tests?\b",  # junit, phpunit
        r"^Tests: (\d+), Assertions",  # phpunit
        r"^(?:#|\u2139) tests (\d+)$",  # node --test
        r"^1\.\.(\d+)",  # tap: bats
        r"\btests passed,.* out of (\d+)$",  # ctest
        r"\bPassed:\s*(\d+)",  # dotnet
    )
)
# What go and tap print of one that ran.
_RAN = re.compile(r"^(?:--- PASS: |ok\s+\S+(?!.*\[no tests to run\]))", re.MULTILINE)
_NONE = re.compile(
    r"\b(?:no tests (?:ran|found|to run|collected|were (?:found|executed))|no tests executed"
    r"|there are no tests to run|no test files|no test is available|collected 0 items"
    r"|no test suite found|0 (?:tests|specs) (?:ran|executed))\b",
    re.IGNORECASE,
)
# Where nothing is named but what was left out: pytest, then jest.
_LEFT_OUT = re.compile(
    r"^=* ?(?:\d+ (?:skipped|deselected|warnings?),? ?)+in [\d.]+s"
    r"|^Tests:\s+\d+ (?:skipped|todo), \d+ total",
    re.MULTILINE,
)
# unittest counts those, too.
_SKIPPED = re.compile(r"^Ran \d+ tests? in .*\s+OK \(skipped=(\d+)\)", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def ran_no_test(output: str) -> bool:
    """Tell whether a suite says that it ran none; one that says nothing of it is believed.

    A suite may be several programs: one test that was run by one of them is enough.
    """
    text = _COLOUR.sub("", output.replace("\r\n", "\n"))
    counts = [int(count) for pattern in _COUNTED for count in pattern.findall(text)]
    skipped = sum(map(int, _SKIPPED.findall(text)))
    if sum(counts) > skipped or _RAN.search(text):
        return False
    return bool(counts or _NONE.search(text) or _LEFT_OUT.search(text))
