"""The kubeconfig of the simulated cluster."""

import json

CONTEXT = "drill"


def kubeconfig_text(url: str, token: str, namespace: str) -> str:
    """Return a kubeconfig with one context, ``drill``, that is the current one.

    Args:
        url: of the API server.
        token: the bearer token of its user.
        namespace: that ``kubectl`` uses without ``-n``.
    """
    # A JSON text is a YAML scalar, whatever is in it.
    server, secret, space = (json.dumps(each) for each in (url, token, namespace))
    return f"""apiVersion: v1
kind: Config
current-context: {CONTEXT}
clusters:
  - name: {CONTEXT}
    cluster:
      server: {server}
contexts:
  - name: {CONTEXT}
    context:
      cluster: {CONTEXT}
      user: {CONTEXT}
      namespace: {space}
users:
  - name: {CONTEXT}
    user:
      token: {secret}
"""
