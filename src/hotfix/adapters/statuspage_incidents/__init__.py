"""The public status page on Statuspage's REST API."""

from hotfix.adapters.statuspage_incidents.incidents import StatuspageIncidents

__all__ = ["StatuspageIncidents"]
