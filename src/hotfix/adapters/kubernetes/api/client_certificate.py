"""The certificate that a kubeconfig shows for its user: until when it is good."""

import base64
from datetime import UTC, datetime
from pathlib import Path

from hotfix.adapters.kubernetes.api.kubeconfig import read_entry
from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.adapters.kubernetes.api.object_owners import Json


def expiry_in_words(files: str, context: str | None) -> str:
    """Return when the client certificate expired, as a sentence; empty where it did not.

    ``files`` is the kubeconfig's path, or several as in ``KUBECONFIG``; a ``context`` of None is
    the current one. What cannot be read says nothing, and is told elsewhere.
    """
    # Asked only where the cluster refuses its user.
    from cryptography import x509  # noqa: PLC0415

    try:
        pem = _pem(read_entry(files, context).user)
        ends = x509.load_pem_x509_certificate(pem).not_valid_after_utc if pem else None
    except (UnusableKubeconfigError, OSError, ValueError):
        return ""
    if ends is None or ends > datetime.now(UTC):
        return ""
    return f"The client certificate of the kubeconfig expired at {ends:%Y-%m-%d %H:%M} UTC. "


def _pem(user: Json) -> bytes:
    data, file = user.get("client-certificate-data"), user.get("client-certificate")
    if data:
        return base64.b64decode(str(data))
    return Path(str(file)).read_bytes() if file else b""
