"""Which code a problem has: scripts tell by it what to do next."""

import sys
from collections.abc import Iterator

import pytest

from hotfix.domain.problem import Problem, ProblemCode

_ROOMS = (
    *("hotfix.domain.", "hotfix.engine.", "hotfix.steps.", "hotfix.wrappers."),
    *("hotfix.ports.", "hotfix.adapters.journal."),
)
_USUAL = {ProblemCode.FAILED}
# What else than FAILED is said, by the function that says it.
_OTHERS = {
    "hotfix.domain.description._refused": {ProblemCode.USAGE},
    "hotfix.steps.check_eligibility.CheckEligibility.run": {ProblemCode.USAGE},
    "hotfix.domain.push_triggers.would_deploy": {ProblemCode.CONFIGURATION},
    "hotfix.domain.restoration.without_a_cluster": {ProblemCode.CONFIGURATION},
    # Made where the module is first imported, which may be in any test.
    "hotfix.steps.page_the_on_call.<module>": {ProblemCode.CONFIGURATION},
    "hotfix.domain.rollout.before_the_yes.not_recorded": {ProblemCode.USAGE, ProblemCode.FAILED},
    "hotfix.ports.lock.lost": {ProblemCode.LOCKED},
    "hotfix.adapters.journal.files.walked_here": {ProblemCode.LOCKED},
    "hotfix.adapters.journal.files.no_run": {ProblemCode.USAGE},
    "hotfix.domain.json_record._read_record": set(ProblemCode),
    # It depends on what was asked, and on what is missing.
    "hotfix.steps.check_readiness._problem": set(ProblemCode),
    "hotfix.steps.restore_the_recorded_set._refused": set(ProblemCode),
    "hotfix.domain.stopped_by.stopped_by": set(ProblemCode),
}


@pytest.fixture(autouse=True)
def codes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold whatever a test is about: what fails, fails as FAILED but where it is named here."""
    made: set[tuple[str, ProblemCode]] = set()
    true_init = Problem.__init__

    def init(self: Problem, *words: str, **named: str) -> None:
        true_init(self, *words, **named)  # type: ignore[arg-type]
        frame = sys._getframe(1)
        made.add((f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}", self.code))

    monkeypatch.setattr(Problem, "__init__", init)
    yield
    ours = [each for each in made if each[0].startswith(_ROOMS)]
    wrong = [(at, code.value) for at, code in ours if code not in _OTHERS.get(at, _USUAL)]
    assert not wrong, wrong
