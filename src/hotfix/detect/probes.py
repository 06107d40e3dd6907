"""An address that may show that production is broken: offered, never taken for granted."""

import re
from collections.abc import Sequence

from hotfix.detect.manifests import Manifest, list_in, text_in
from hotfix.detect.setting import Setting

_HOST = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+")
_PATH = re.compile(r"/[\w./-]*")


def probe_of(manifests: Sequence[Manifest]) -> Setting:
    """Return the address to begin a probe with; whether it answers from outside is not known."""
    hosts = [
        (host, each.path)
        for each in manifests
        if each.kind == "Ingress"
        for rule in list_in(each.data, "spec", "rules")
        if _HOST.fullmatch(host := text_in(rule, "host"))
    ]
    paths = [
        path
        for each in manifests
        if each.kind == "Deployment"
        for one in list_in(each.data, "spec", "template", "spec", "containers")
        for kind in ("readinessProbe", "livenessProbe")
        if _PATH.fullmatch(path := text_in(one, kind, "httpGet", "path"))
    ]
    path = paths[0] if paths else "/"
    if hosts:
        host, seen = hosts[0]
        why = f"only that {seen} names {host}; whether it shows the trouble is yours to say"
        return Setting("probes", "url", None, why, f"https://{host}{path}")
    why = "no Ingress in the clone names a host"
    return Setting("probes", "url", None, why, f"https://shop.example.com{path}")
