"""What a command line would need a shell for, and does not get: it is split into words, and run."""

import re
from collections.abc import Sequence

_OPERATOR = re.compile(r"&&|\|\|?|;;?|&|\d*(?:>>?|<<?<?)(?:&\d|&-)?|\d*>>?[\w./-]+|&>>?.*")
_ENDS_A_COMMAND = re.compile(r"[^\\];$")
_EXPANSION = re.compile(r"\$(?:\w|\{|\()|`")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_BUILTINS = frozenset({"cd", "source", ".", "export", "set", "unset", "alias", "eval", "ulimit"})
# Programs that make something of such words themselves.
_SHELLS = re.compile(
    r"(?:ba|da|z|k|fi|a)?sh|busybox|env|ssh|docker|podman|kubectl|nix|nix-shell|make|just|watch|xargs"
    r"|find|awk|gawk|sed|jq|yq|perl|python[\d.]*|node|ruby"
)


def shell_sign(words: Sequence[str]) -> str:
    """Return the first word of a command that only a shell understands; empty where there is none.

    Args:
        words: the program and its arguments, as the command line was split.
    """
    if not words:
        return ""
    if words[0] in _BUILTINS or _ASSIGNMENT.fullmatch(words[0]):
        return words[0]
    if words[0].startswith("~"):
        return words[0]
    program = words[0].rpartition("/")[2]
    # Its own sign of an end.
    ends = {";", "+"} if program == "find" else set()
    operator = next(
        (each for each in words[1:] if _OPERATOR.fullmatch(each) and each not in ends), ""
    )
    if operator:
        return operator
    if _SHELLS.fullmatch(program):
        return ""
    return next(
        (each for each in words if _EXPANSION.search(each) or _ENDS_A_COMMAND.search(each)), ""
    )
