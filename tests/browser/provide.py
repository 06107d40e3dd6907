"""``make browser``: a Chromium without a screen, to look at the report in.

Taken from ``HOTFIX_BROWSER`` or from ``PATH``, else installed from Debian's packages where that can
be done without a question. Needs nothing but Python itself, so that it can run before anything is
set up.
"""

import os
import shutil
import subprocess
import sys

from tests.real_cluster.building import say

LEFT_OUT = "there is no Chromium on this machine to look at the report in; to get one: make browser"
_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
# The fonts are what a page is measured with.
_PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core")
_DEADLINE_SECONDS = 600.0


def find() -> str | None:
    """Return the path of a Chromium on this machine, or None; installs nothing."""
    named = os.environ.get("HOTFIX_BROWSER")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


def is_required() -> bool:
    """Tell whether the tests in a browser must not be left out."""
    return bool(os.environ.get("HOTFIX_REQUIRE_BROWSER"))


def main() -> int:
    """Say where the browser is, after installing one where that is needed and can be done."""
    if find() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
    found = find()
    say(f"Browser for the tests: {found}" if found else LEFT_OUT)
    return 0 if found else 1


def _install() -> None:
    for words in (("update",), ("install", "--yes", "--no-install-recommends", *_PACKAGES)):
        command = ["apt-get", "--quiet", "--quiet", *words]
        try:
            subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                check=True,
                timeout=_DEADLINE_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as error:
            say(f"{' '.join(command)} failed: {error}")
            return


if __name__ == "__main__":
    sys.exit(main())
