"""``hotfix completion``: what a shell is given to complete words."""

from enum import StrEnum
from typing import Annotated

import typer

from hotfix.cli import exit_codes
from hotfix.cli.errors import command


class Shell(StrEnum):
    """The shells that are completed for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@command
def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="Which shell reads it.")],
) -> int:
    """Print what completes commands, options, runs, deployments and scenarios in a shell."""
    print(_SCRIPTS[shell].replace("ASK", _ASK), end="")
    return exit_codes.DONE


# One way to ask for all shells: a line for each word, with a tab before what it means. Nothing of
# it is evaluated: what a run is about is somebody's free text. Nor is it wrapped: that made words.
# Where a path, or any text, may stand, the line is empty: that is no word, and the shell completes
# files.
_ASK = (
    "COLUMNS=9999 _HOTFIX_COMPLETE=complete_fish"
    " _TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS"
)
_BASH = """\
_hotfix() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [[ -z $line ]] || COMPREPLY+=("${line%%$'\\t'*}")
  done < <(env ASK="${COMP_LINE:0:COMP_POINT}" "$1" 2>/dev/null)
}
complete -o default -F _hotfix hotfix hotfix-cli
"""
_ZSH = """\
#compdef hotfix hotfix-cli
_hotfix() {
  local line
  local -a found
  while IFS= read -r line; do
    [[ -z $line ]] || found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}")
  done < <(env ASK="${words[1,$CURRENT]}" "$words[1]" 2>/dev/null)
  if (( $#found )); then _describe hotfix found; else _files; fi
}
compdef _hotfix hotfix hotfix-cli
"""
_FISH = """\
for program in hotfix hotfix-cli
    complete --command $program --arguments "(env ASK=(commandline -cp) $program 2>/dev/null)"
end
"""
_SCRIPTS = {Shell.BASH: _BASH, Shell.ZSH: _ZSH, Shell.FISH: _FISH}
