"""Record what was verified, so that a later rollback without a run knows a healthy state."""

from typing import ClassVar

from hotfix.domain.fact import Declared, maybe
from hotfix.domain.fact_names import PROBES_AFTER, PROOF, ROLLOUT, UNPROVEN, VERIFIED
from hotfix.domain.fact_records import DeploymentRevision, Proven, Unproven
from hotfix.domain.facts import Facts
from hotfix.domain.fix_stand import not_green
from hotfix.domain.frozen import frozen
from hotfix.domain.outcome import Done, Outcome, Waiting
from hotfix.domain.rollout.idle import scaled_to_zero
from hotfix.ports.bundle import Ports

_LOOK_AGAIN_SECONDS = 1.0
# A deployment that scales just now is healthy again soon.
_PATIENCE_SECONDS = 60.0


@frozen
class RecordTheVerifiedState:
    """Reports ``verified``: the deployment records that ``hotfix rollback`` may go back to.

    None where what runs by now is not what was rolled out and verified, or is not healthy, or where
    a probe was not green.

    Effect: none.
    """

    deployments: tuple[str, ...]
    name: str = "record_the_verified_state"
    reads: ClassVar[Declared] = maybe(PROBES_AFTER, PROOF, ROLLOUT, UNPROVEN)
    reports: ClassVar[Declared] = maybe(VERIFIED)

    def run(self, facts: Facts, ports: Ports) -> Outcome:
        """Record all deployments as one set."""
        if ports.cluster is None or not self.deployments:
            return Done("No cluster configured: nothing to record.", is_needless=True)
        bad = ", ".join(each.name for each in not_green(facts))
        if bad:
            return Done(f"Not recorded as healthy: {bad} was not green.")
        records = ports.cluster.record(self.deployments)
        seen: tuple[DeploymentRevision | Proven | Unproven, ...] = (
            *facts.get(ROLLOUT, ()),
            *facts.get(PROOF, ()),
            *facts.get(UNPROVEN, ()),
        )
        verified = {
            each.name: each.revision
            for each in seen
            if each.revision is not None  # an earlier version has it in the rollout alone
        }
        rolled_out = {each.name: each.fingerprint for each in facts.get(ROLLOUT, ())}
        changed = [
            f"{record.name} is at revision {record.revision}"
            for record in records
            if record.revision != verified.get(record.name, record.revision)
            # A restart is no change.
            and record.fingerprint != rolled_out.get(record.name)
        ]
        if changed:
            return Done(f"Not recorded as healthy, as it changed since: {', '.join(changed)}.")
        # One that is at 0 will not get healthy by waiting, and is no hindrance to the others.
        idle = [record for record in records if not record.replicas]
        ill = ", ".join(
            record.name for record in records if record.replicas and not record.is_healthy
        )
        if ill and facts.elapsed_seconds < _PATIENCE_SECONDS:
            return Waiting(f"{ill}: not all replicas are there", look_again_in=_LOOK_AGAIN_SECONDS)
        if ill:
            return Done(f"Not recorded as healthy: {ill} lacks replicas.")
        healthy = ", ".join(
            f"{record.name} at revision {record.revision}" for record in records if record.replicas
        )
        saying = [f"known healthy: {healthy}"] if healthy else []
        words = "; ".join([*saying, *(scaled_to_zero(each.name) for each in idle)])
        return Done(f"{words[0].upper()}{words[1:]}.", (VERIFIED(records),))

    def by_hand(self, _facts: Facts) -> str:
        """A state without a run's record is found among the revisions that the cluster keeps."""
        return "nothing; hotfix rollback --list shows what can be gone back to"
