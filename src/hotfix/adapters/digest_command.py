"""The ``ImageDigests`` port by a command of the team's, such as ``crane digest``."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

from hotfix.domain.figures import in_seconds
from hotfix.ports.image_digests import ImageDigest
from hotfix.processes.running import run, set_by_an_error

_AT_ONCE = 8
_LONGEST_SHOWN, _KEPT_BYTES = 200, 65_536
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class DigestCommand:
    """Runs the command for each deployment, side by side; no shell is involved.

    ``{deployment}`` and ``{sha}`` in it stand for what is asked for. After ``timeout_seconds`` it
    is ended, with its children.
    """

    def __init__(self, command: Sequence[str], timeout_seconds: float) -> None:
        self._command = tuple(command)
        self._timeout_seconds = timeout_seconds

    def digests(self, deployments: Sequence[str], sha: str) -> tuple[ImageDigest, ...]:
        """Return what the command prints: a digest a line, or what is wrong with it."""
        interrupted = Event()
        with ThreadPoolExecutor(_AT_ONCE) as pool, set_by_an_error(interrupted):
            return tuple(pool.map(partial(self._digest, sha, interrupted), deployments))

    def _digest(self, sha: str, interrupted: Event, deployment: str) -> ImageDigest:
        # Not str.format: a command may have braces of its own, such as {{.Digest}}.
        words = [
            word.replace("{deployment}", deployment).replace("{sha}", sha) for word in self._command
        ]
        try:
            lines, trouble = self._run(words, interrupted)
        except (OSError, ValueError) as error:
            return ImageDigest(deployment, trouble=f"{words[0]}: {_first_line(str(error))}")
        if not trouble and not (lines and all(map(_DIGEST.fullmatch, lines))):
            wrong = next((line for line in lines if not _DIGEST.fullmatch(line)), "nothing")
            trouble = f"{words[0]} printed no digest: {wrong[:_LONGEST_SHOWN]}"
        if trouble:
            return ImageDigest(deployment, trouble=trouble)
        return ImageDigest(deployment, frozenset(lines))

    def _run(self, words: Sequence[str], cancelled: Event) -> tuple[list[str], str]:
        """Return the lines that came, and what is wrong with the command's end."""
        done = run(
            words,
            self._timeout_seconds,
            keep=_KEPT_BYTES,
            leaves_nothing=True,
            cancelled=cancelled,
        )
        if done.code is None:
            return [], f"{words[0]} was not over within {in_seconds(self._timeout_seconds)}"
        if done.code != 0:
            last = _lines(done.errors)[-1:] or _lines(done.output)[-1:] or ["no output"]
            return [], f"{words[0]} exit code {done.code}: {last[0][:_LONGEST_SHOWN]}"
        return _lines(done.output), ""


def _lines(output: bytes) -> list[str]:
    lines = output.decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _first_line(text: str) -> str:
    return text.splitlines()[0][:_LONGEST_SHOWN] if text else "cannot be run"
