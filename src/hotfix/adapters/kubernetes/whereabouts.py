"""Which cluster a kubeconfig leads to, as far as its files say: nobody is asked."""

import os
from pathlib import Path

from hotfix.adapters.kubernetes.api.kubeconfig import current_context, files_of, read_entry
from hotfix.adapters.kubernetes.api.kubeconfig_fields import UnusableKubeconfigError
from hotfix.domain.frozen import frozen


@frozen
class Whereabouts:
    """A cluster, by the files of this machine; a text is empty where they do not say."""

    kubeconfig: str  #: absolute path, or several as in ``KUBECONFIG``
    context: str  #: the one in force
    server: str  #: address of the API server


def whereabouts(context: str | None, kubeconfig: Path | None) -> Whereabouts:
    """Return where requests would go; None stands for the current context, and the usual file."""
    files = os.pathsep.join(
        os.path.abspath(os.path.expanduser(each))  # noqa: PTH100, PTH111 - links stay links
        for each in files_of(kubeconfig).split(os.pathsep)
        if each
    )
    try:
        name = context or current_context(files)
        server = str(read_entry(files, name).cluster.get("server") or "").rstrip("/")
    except UnusableKubeconfigError:
        return Whereabouts(files, context or "", "")
    return Whereabouts(files, name, server)
