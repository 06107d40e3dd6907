"""What git, a hook or the remote said when it refused, and what mends that."""

import re
from typing import NoReturn

from hotfix.domain.frozen import frozen
from hotfix.domain.lines import text_lines
from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.refspec import by_its_name

_THEIRS = "remote:"
_MOST_LINES, _MOST_SIGNS = 12, 4000
# What git adds to every failed push, and how far it got.
_SAYS_LITTLE = re.compile(
    r"(hint:|To \S+$|error: failed to push some refs to "
    r"|(Enumerating|Counting|Compressing|Writing|Resolving) (objects|deltas): |Total \d+ )"
)
# By what a server says in its refusal, in lower case; the first that is found counts.
_MENDS = (
    (
        ("secret", "credential", "gh009"),
        "Take what it names out of the commits (git rebase -i), and revoke it; then: hotfix resume",
    ),
    (
        ("gh001", "large file", "file size", "exceeds", "too large", "too big"),
        "Take that file out of the commits (git rebase -i); then: hotfix resume",
    ),
    (
        ("gh007", "private email", "e-mail address", "email address"),
        (
            "git config user.email ADDRESS; git commit --amend --no-edit --reset-author; "
            "then: hotfix resume"
        ),
    ),
    (
        ("verified signature", "must be signed", "unsigned", "not signed", "gpg"),
        "git config commit.gpgSign true; git commit --amend --no-edit -S; then: hotfix resume",
    ),
    (
        ("signed-off-by", "sign-off", "signoff", "dco"),
        "git commit --amend --no-edit --signoff; then: hotfix resume",
    ),
    (
        ("commit message", "commit_message", "message does not", "issue key", "jira"),
        "git commit --amend, with the message that it wants; then: hotfix resume",
    ),
    (
        ("branch name", "branch_name", "ref name", "naming", "directory file conflict"),
        "[git] branch_prefix, as it wants it; then: hotfix abort, and hotfix start anew",
    ),
    (
        ("gh006", "gh013", "protected", "pull request", "merge request", "rule violation"),
        (
            "Have the rule for {branch} lifted, then: hotfix resume; or [git] branch_prefix, of "
            "branches that it lets be pushed, then: hotfix abort, and hotfix start anew"
        ),
    ),
)


@frozen
class GitResult:
    """What a git command left: exit code, output, and error output, decoded leniently."""

    code: int
    output: str
    errors: str

    @property
    def is_answer(self) -> bool:
        """Whether the remote took a push, looked at it, and said no: then nobody was kept out."""
        return "[rejected]" in self.errors or "[remote rejected]" in self.errors


def raise_refusal(what: str, result: GitResult, next_command: str) -> NoReturn:
    """Raise the problem of a git command that refused."""
    raise ProblemError(Problem(ProblemCode.FAILED, what, last_words(result), next_command))


def mend_of(result: GitResult, otherwise: str) -> str:
    """Return what mends a refusal whose reason can be told from git's words, or ``otherwise``."""
    said = result.errors.casefold()
    if "git-lfs" in said or "git lfs" in said:
        return "Install git-lfs, then: git lfs install; hotfix resume"
    if "gpg failed to sign" in said or "failed to write commit object" in said:
        return "git config user.signingkey KEY, or let the agent know the key; then: hotfix resume"
    return otherwise


def mend_of_push(result: GitResult, branch: str, remote: str) -> str:
    """Return what mends a refused push: never the same push, if it was the remote that refused."""
    if not result.is_answer:
        return mend_of(result, f"git push {remote} {by_its_name(branch)}")
    said = result.errors.casefold()
    found = (mend for signs, mend in _MENDS if any(sign in said for sign in signs))
    otherwise = f"Change what it names, or ask who keeps the rules of {remote}; then: hotfix resume"
    return next(found, otherwise).replace("{branch}", branch)


def last_words(result: GitResult) -> str:
    """Return why git refused: all that the remote says, and the end of what git and hooks say."""
    # A carriage return is how progress is drawn over.
    said = [
        line.strip()
        for each in text_lines(result.errors + "\n" + result.output)
        for line in each.split("\r")
    ]
    theirs = [line.removeprefix(_THEIRS).strip() for line in said if line.startswith(_THEIRS)]
    ours = [line for line in said if not line.startswith(_THEIRS)]
    told = [line for line in theirs if _says_something(line)]
    end = [line for line in ours if _says_something(line)][-_MOST_LINES:]
    return " ".join([*told, *end])[:_MOST_SIGNS] or f"exit code {result.code}"


def _says_something(line: str) -> bool:
    return re.search(r"\w", line) is not None and _SAYS_LITTLE.match(line) is None
