"""Prove that the merged commit is what runs: every ready pod shows it."""

from collections.abc import Sequence
from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import MERGE_SHA, PROOF, UNPROVEN
from hotfix.domain.fact_records import Proven, Unproven
from hotfix.domain.facts import Facts
from hotfix.domain.figures import counted
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Ask, Done, Outcome, Waiting
from hotfix.domain.question import Answer, Option, Question, Then
from hotfix.domain.rollout import proof
from hotfix.domain.rollout.proof import Finding, Verdict
from hotfix.ports.bundle import Ports
from hotfix.ports.cluster import Cluster
from hotfix.ports.image_digests import ImageDigests

_LOOK_AGAIN_SECONDS = 1.0
# A digest is asked of a registry by a command: not every second.
_ASK_AGAIN_SECONDS = 5.0
# The rollout is over by now: whatever still runs another commit for so long will not change.
_PATIENCE_SECONDS = 60.0
_SETTLED = (Verdict.PROVEN, Verdict.IDLE, Verdict.SILENT)


@frozen
class ProveTheCommitRuns:
    """Reports ``proof`` (what is proven) and ``unproven`` (what was gone on without).

    A yes, be it a flag's or a person's, lets the run go on; it never turns into a proof.

    Effect: none.
    """

    deployments: tuple[str, ...]
    name: str = "prove_the_commit_runs"
    reads: ClassVar[Declared] = (MERGE_SHA,)
    reports: ClassVar[Declared] = maybe(PROOF, UNPROVEN)
    is_patient: ClassVar[bool] = True

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Compare what the pods show with the merge commit; ask where that does not settle it."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: nothing to prove.", is_needless=True)
        sha = facts[MERGE_SHA]
        found = self._found(sha, ports.cluster, ports.image_digests)
        silent = [each for each in found if each.verdict is Verdict.SILENT]
        unsettled = [each for each in found if each.verdict not in _SETTLED]
        silence, rest = facts.answer("silent"), facts.answer("unproven")
        if silent and silence is None:
            return Ask(_about_silence(silent, by_digest=ports.image_digests is not None))
        if unsettled and rest is None:
            if facts.elapsed_seconds >= _PATIENCE_SECONDS:
                return Ask(_about_the_rest(unsettled, sha))
            pause = _LOOK_AGAIN_SECONDS if ports.image_digests is None else _ASK_AGAIN_SECONDS
            return Waiting("; ".join(_lines(unsettled)), look_again_in=pause)
        accepted = [
            *((each, silence) for each in silent if silence is not None),
            *((each, rest) for each in unsettled if rest is not None),
        ]
        return _done(found, accepted, sha)

    def _found(self, sha: str, cluster: Cluster, images: ImageDigests | None) -> list[Finding]:
        views = cluster.look(self.deployments)
        if images is None:
            return [proof.by_commit(view, sha) for view in views]
        return [
            proof.unknown(view, image.trouble)
            if image.trouble
            else proof.by_digest(view, sha, image.digests)
            for view, image in zip(views, images.digests(self.deployments, sha), strict=True)
        ]


def _done(found: Sequence[Finding], accepted: Sequence[tuple[Finding, Answer]], sha: str) -> Done:
    proven = [each for each in found if each.verdict is Verdict.PROVEN]
    idle = [each.name for each in found if each.verdict is Verdict.IDLE]
    says = []
    if proven:
        pods = sum(each.pods for each in proven)
        whose = f" of {', '.join(each.name for each in proven)}" if accepted else ""
        who = "The only ready pod" if pods == 1 else f"All {counted(pods, 'ready pod')}"
        says.append(f"{who}{whose} {'runs' if pods == 1 else 'run'} {sha[:8]}.")
    if idle:
        says.append(f"Nothing to prove for {', '.join(idle)}: scaled to zero.")
    for because in dict.fromkeys((each.saying, answer) for each, answer in accepted):
        names = [each.name for each, answer in accepted if (each.saying, answer) == because]
        says.append(f"Not proven for {', '.join(names)}: {because[0]}; {_by(because[1])}.")
    shown = tuple(Proven(each.name, each.pods, each.by, each.revision) for each in proven)
    unproven = tuple(
        Unproven(each.name, each.saying, each.revision, answer.by, answer.reason)
        for each, answer in accepted
    )
    # None where there is nothing: an empty list would tick the checklist's line.
    return Done(" ".join(says), (PROOF(shown or None), UNPROVEN(unproven or None)))


def _by(answer: Answer) -> str:
    return f"accepted by {answer.by}" + (f" ({answer.reason})" if answer.reason else "")


def _lines(found: Sequence[Finding]) -> list[str]:
    return [f"{each.name}: {each.saying}" for each in found]


def _about_silence(silent: Sequence[Finding], *, by_digest: bool) -> Question:
    names = ", ".join(each.name for each in silent)
    mend = "Name it in the image tag, a label or an annotation; [kubernetes] prove_by says where."
    return Question(
        key="silent",
        text="The pods do not say which commit they run. Go on without the proof?",
        shown=(f"Silent: {names}.", "The kubelet reported no image digest." if by_digest else mend),
        options=(
            Option(
                "go-on",
                "Go on without the proof; the record says so",
                does="The record says that it is not proven which commit runs; production is "
                "probed next.",
            ),
            Option("roll-back", "Roll back", then=Then.ROLL_BACK),
        ),
        by_yes="go-on",
    )


def _about_the_rest(unsettled: Sequence[Finding], sha: str) -> Question:
    return Question(
        key="unproven",
        text=f"It is not proven that {sha[:8]}, which was merged, is what runs. What now?",
        shown=tuple(_lines(unsettled)),
        options=(
            Option("look", "Look again", Then.GO_BACK, "prove_the_commit_runs"),
            Option("roll-back", "Roll back to the recorded state", then=Then.ROLL_BACK),
            Option(
                "accept",
                "Go on without the proof",
                needs_reason=True,
                does="The record says that it is not proven which commit runs; production is "
                "probed next.",
            ),
        ),
        flag="hotfix rollback, or hotfix resume to look again",
    )
