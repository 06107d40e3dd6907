"""Who last touched the lines that a change replaces, and what a file was like."""

import re
from collections import Counter
from collections.abc import Sequence

from hotfix.adapters.git.command import GitCommand
from hotfix.adapters.git.deploy_triggers import path_of, triggers_in
from hotfix.domain.push_triggers import PushTriggers
from hotfix.ports.repository import LastAuthor

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? ", re.MULTILINE)
_MOST_FILES, _MOST_HUNKS = 20, 50


class Authorship:
    """Reads history; changes nothing."""

    def __init__(self, git: GitCommand) -> None:
        self._git = git

    def names_at(self, commit: str, folders: Sequence[str]) -> tuple[str, ...]:
        """Return the paths of the files right in ``folders`` as of ``commit``; "" is the root."""
        words = ("ls-tree", "--full-tree", "-z", commit)
        found = [self._git.read(*words, *([f"{it}/"] if it else [])) for it in folders]
        listed = "".join(each.output for each in found if each.code == 0)
        entries = [entry.partition("\t") for entry in listed.split("\0")]
        return tuple(path for kind, _, path in entries if " blob " in kind)

    def file_at(self, commit: str, path: str) -> str | None:
        """Return the text of a file as of ``commit``, or None where there is none."""
        found = self._git.read("cat-file", "-p", f"{commit}:{path}")
        return found.output if found.code == 0 else None

    def push_triggers(self, commit: str, workflow: str) -> PushTriggers:
        """Return which pushes run ``workflow``, a file's name, as of ``commit``."""
        return triggers_in(self.file_at(commit, path_of(workflow)))

    def last_authors(self, base: str, branch: str) -> tuple[LastAuthor, ...]:
        """Return who last touched the lines of ``base`` that ``branch`` changes, most lines first.

        Where lines are only added, the line before them stands for them.
        """
        head = f"refs/heads/{branch}"
        listed = self._git.read("diff", "--name-only", "-z", "--no-renames", base, head, "--")
        counts: Counter[tuple[str, str]] = Counter()
        for path in list(filter(None, listed.output.split("\x00")))[:_MOST_FILES]:
            counts += self._blamed(base, head, path)
        return tuple(
            LastAuthor(name, email, lines) for (name, email), lines in counts.most_common()
        )

    def _blamed(self, base: str, head: str, path: str) -> "Counter[tuple[str, str]]":
        plain = ("--no-ext-diff", "--no-textconv", "--unified=0", "--no-renames")
        diff = self._git.read("diff", *plain, base, head, "--", path)
        ranges = []
        for first, count in _HUNK.findall(diff.output)[:_MOST_HUNKS]:
            if int(first):  # 0: the file is new, and nobody's
                ranges += ["-L", f"{first},+{max(1, int(count or 1))}"]
        if not ranges:
            return Counter()
        words = ("--line-porcelain", *ranges, base, "--", path)
        blamed = self._git.read("blame", *words)
        if blamed.code != 0:
            # The list of commits to ignore may be missing here, or name some that are.
            blamed = self._git.read("blame", "--no-ignore-revs-file", *words)
        names = re.findall(r"^author (.*)$", blamed.output, re.MULTILINE)
        emails = re.findall(r"^author-mail <(.*)>$", blamed.output, re.MULTILINE)
        return Counter(zip(names, emails, strict=False))
