"""Ruby: RSpec, the tests of Rails, or the task ``test`` of a Rakefile."""

import re

from hotfix.detect.files import joined
from hotfix.detect.suites.suite import Clone, Suite

_SPEC = re.compile(r".+_spec\.rb")
_TEST = re.compile(r".+_test\.rb|test_.+\.rb")
_TASK = re.compile(
    r"^\s*(?:task\s+\(?[:\"']?test\b|Rake::TestTask\.new|Minitest::TestTask)", re.MULTILINE
)


def in_folder(clone: Clone, folder: str) -> Suite | None:
    """Return the suite of a project with a Gemfile."""
    if not clone.path(folder, "Gemfile"):
        return None
    if clone.has_below(folder, _SPEC):
        return Suite("ruby", folder, "bundle exec rspec", clone.path(folder, "Gemfile"), True)
    if clone.path(joined(folder, "bin"), "rails") and clone.has_below(folder, _TEST):
        return Suite("ruby", folder, "bin/rails test", clone.path(folder, "Gemfile"), True)
    if _TASK.search(clone.text(folder, "Rakefile")):
        seen = f"task test in {clone.path(folder, 'Rakefile')}"
        return Suite("ruby", folder, "bundle exec rake test", seen, True)
    return None
