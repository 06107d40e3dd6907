"""The drill's world: GitHub, Kubernetes, Slack, Statuspage and PagerDuty as local HTTP servers.

They are stateful, joined as in life (a merge starts a workflow run, which rolls out the merged
commit, which then answers on a port), and spoken to by the real adapters over HTTP. Nothing in
``hotfix`` knows whether it talks to them or to the real services.
"""
