"""What every rollback begins with, whatever it goes back to."""

from hotfix.adapters.kubernetes.api.connection import AUTOSCALERS, DEPLOYMENTS, LEASES, REPLICA_SETS

LEASE = "hotfix-lock"
THE_LEASE = f"{LEASES}/{LEASE}"
ROLLBACK_READS = (DEPLOYMENTS, REPLICA_SETS, AUTOSCALERS, THE_LEASE)
