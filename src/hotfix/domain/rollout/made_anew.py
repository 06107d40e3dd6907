"""A deployment that was deleted and made anew: another one, of the same name."""

from collections.abc import Sequence

from hotfix.domain.frozen import frozen
from hotfix.domain.problem import Problem, ProblemCode

_WITHOUT_IT = (
    "kubectl rollout history deployment/{first}; then without it: "
    "hotfix rollback --deployment NAME of the others"
)


@frozen
class MadeAnew:
    """What is said of such deployments; ``{names}`` stands for all, ``{first}`` for one of them."""

    what: str  #: as in a ``Problem``
    why: str  #: as in a ``Problem``
    next_command: str = _WITHOUT_IT  #: as in a ``Problem``

    def problem(self, names: Sequence[str]) -> Problem:
        """Return the problem that the deployments ``names`` are."""
        return Problem(
            ProblemCode.FAILED,
            what=self.what.format(names=", ".join(names)),
            why=self.why,
            next_command=self.next_command.format(first=names[0]),
        )


BEFORE_THE_ROLLOUT = MadeAnew(
    "{names}: deleted and made anew since the healthy state was recorded.",
    "Its UID is another one, so neither its revisions nor a rollback can be relied on.",
    "kubectl rollout status deployment/{first}; then: hotfix abort",
)
AFTER_THE_ROLLBACK = MadeAnew(
    "{names}: deleted and made anew since the restoration.",
    "Its UID is another one: it is not the deployment that was restored.",
)
