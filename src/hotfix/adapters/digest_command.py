"""The ``ImageDigests`` port by a command of the team's, such as ``crane digest``."""

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from hotfix.ports.image_digests import ImageDigest

_AT_ONCE = 8
_LONGEST_SHOWN = 200
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class DigestCommand:
    """Runs the command for each deployment, side by side; no shell is involved.

    ``{deployment}`` and ``{sha}`` in it stand for what is asked for. After ``timeout_seconds`` it
    is ended, with its children; environment variables of the names in ``hidden`` it must not see.
    """

    def __init__(
        self, command: Sequence[str], timeout_seconds: float, hidden: Sequence[str] = ()
    ) -> None:
        self._command = tuple(command)
        self._timeout_seconds = timeout_seconds
        self._hidden = frozenset(hidden)

    def digests(self, deployments: Sequence[str], sha: str) -> tuple[ImageDigest, ...]:
        """Return what the command prints: a digest a line, or what is wrong with it."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return tuple(pool.map(partial(self._digest, sha), deployments))

    def _digest(self, sha: str, deployment: str) -> ImageDigest:
        # Not str.format: a command may have braces of its own, such as {{.Digest}}.
        words = [
            word.replace("{deployment}", deployment).replace("{sha}", sha) for word in self._command
        ]
        try:
            lines, trouble = self._run(words)
        except (OSError, ValueError) as error:
            return ImageDigest(deployment, trouble=f"{words[0]}: {_first_line(str(error))}")
        if not trouble and not (lines and all(map(_DIGEST.fullmatch, lines))):
            wrong = next((line for line in lines if not _DIGEST.fullmatch(line)), "nothing")
            trouble = f"{words[0]} printed no digest: {wrong[:_LONGEST_SHOWN]}"
        if trouble:
            return ImageDigest(deployment, trouble=trouble)
        return ImageDigest(deployment, frozenset(lines))

    def _run(self, words: Sequence[str]) -> tuple[list[str], str]:
        """Return the lines that came, and what is wrong with the command's end."""
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name not in self._hidden},
        )
        try:
            output, errors = process.communicate(timeout=self._timeout_seconds)
        except subprocess.TimeoutExpired:
            return [], f"{words[0]} was not over within {self._timeout_seconds:g} s"
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # it, or what it left behind
            process.wait()
            for pipe in (process.stdout, process.stderr):
                if pipe:
                    pipe.close()  # not read to its end: what left the group may hold it open
        if process.returncode != 0:
            last = _lines(errors)[-1:] or _lines(output)[-1:] or ["no output"]
            code = process.returncode
            return [], f"{words[0]} exit code {code}: {last[0][:_LONGEST_SHOWN]}"
        return _lines(output), ""


def _lines(output: bytes) -> list[str]:
    lines = output.decode("utf-8", "replace").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _first_line(text: str) -> str:
    return text.splitlines()[0][:_LONGEST_SHOWN] if text else "cannot be run"
