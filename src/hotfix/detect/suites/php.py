"""PHP: the script ``test`` of composer.json, else PHPUnit or Pest."""

from collections.abc import Mapping

from hotfix.detect.suites.suite import Clone, Suite

_CONFIGURED = ("phpunit.xml", "phpunit.xml.dist", "phpunit.dist.xml")
_BY_PACKAGE = (("pestphp/pest", "vendor/bin/pest"), ("phpunit/phpunit", "vendor/bin/phpunit"))


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a package."""
    path = clone.path(folder, "composer.json")
    package = clone.json(folder, "composer.json")
    scripts, needs = package.get("scripts"), package.get("require-dev")
    if isinstance(scripts, Mapping) and scripts.get("test"):
        return Suite("php", folder, "composer test", f"scripts.test in {path}")
    configured = next((each for each in _CONFIGURED if clone.path(folder, each)), "")
    for name, run in _BY_PACKAGE:
        if configured and isinstance(needs, Mapping) and name in needs:
            return Suite("php", folder, run, clone.path(folder, configured))
    return None
