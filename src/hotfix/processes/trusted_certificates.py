"""The certificates that servers are held against, read once.

To read them takes ten times as long as to ask a server near by.
"""

import os
import ssl
from functools import lru_cache
from pathlib import Path
from threading import Lock

import httpx2

# Of whoever names authorities of their own, as curl and Python understand them.
_NAMED_BY = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_READING = Lock()


def trusted_certificates() -> ssl.SSLContext:
    """Return how a server is verified; read anew where the environment names others by now.

    Raises:
        OSError, ValueError: what the environment names cannot be used.
    """
    named = tuple(_stamp(os.environ.get(name, "")) for name in _NAMED_BY)
    # Those who ask side by side would each read them.
    with _READING:
        return _read(named)


@lru_cache(maxsize=1)
def _read(_named: tuple[tuple[str, int], ...]) -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _stamp(path: str) -> tuple[str, int]:
    """Return the path, and when what it names was written."""
    try:
        return path, Path(path).stat().st_mtime_ns if path else 0
    except OSError:
        return path, 0  # whoever reads it says why it cannot be read
