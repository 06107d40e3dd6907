"""Notices through apprise: Teams, Discord, Mattermost, mail, ntfy and whatever else it knows."""

import json
import sys
from pathlib import Path

from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.standing import Standing
from hotfix.ports.notifier import Notice, UnconfirmedError
from hotfix.processes.line_server import LineServer
from hotfix.processes.sent_record import SentRecord

# The first answer waits for apprise to load what it knows.
_ANSWER_SECONDS, _RETRY_SECONDS = 45.0, 5.0
# Apprise does not tell for how long.
_ASKS_TO_WAIT, _WAIT_SECONDS = "429", 30.0
_NO_KEY, _NO_PLACE = "It does not accept the key in it.", "There is nothing at that address."
_WHY = {"401": _NO_KEY, "403": _NO_KEY, "404": _NO_PLACE, "410": _NO_PLACE}
_COMMAND = (sys.executable, "-P", "-m", "hotfix.adapters.notifying")


def scheme_of(address: str) -> str:
    """Return the part of an address that is no secret; ``no scheme`` where there is none."""
    scheme, colon, _ = address.partition("://")
    return scheme.lower() if colon and scheme.isalnum() else "no scheme"


class Courier:
    """The program that sends, started when it is first asked; not for several threads."""

    def __init__(self) -> None:
        self._server = LineServer(_COMMAND, _ANSWER_SECONDS)

    def ask(self, **asked: str) -> tuple[str, str]:
        """Return the outcome and what there is to say about it; ``unconfirmed`` without answer."""
        line = self._server.ask(json.dumps(asked).encode() + b"\n")
        if line is None:
            return "unconfirmed", "no answer"
        answer = json.loads(line)
        return str(answer["outcome"]), str(answer["status"])

    def start(self) -> None:
        """Wait until the program runs, and has loaded what it knows."""
        self._server.ask(b"{}\n")

    def close(self) -> None:
        """Let the program end once it has done what it was asked."""
        self._server.close()


class AppriseAddress:
    """One address, and what is known on this machine of the notices that went to it.

    Args:
        place: in the list, from 1.
        address: as apprise reads it; a secret.
        folder: holds the record; made when needed.
        courier: sends.
    """

    def __init__(
        self, place: int, address: str, folder: Path, courier: Courier | None = None
    ) -> None:
        self._address = address
        self._name = f"{place}-{scheme_of(address)}"
        self._record = SentRecord(folder / self._name.replace(" ", "-"))
        self._courier = courier or Courier()

    @property
    def name(self) -> str:
        """Return its place and its scheme."""
        return self._name

    def standing(self, key: str) -> Standing:
        """Return what the last line about that notice says."""
        return self._record.standing(key)

    def prepare(self) -> None:
        """Start the program that sends, where it does not run yet."""
        self._courier.start()

    def send(self, key: str, notice: Notice) -> None:
        """Send a notice, between two lines of the record."""
        self._record.note(key, Standing.PERHAPS)
        outcome, status = self._courier.ask(
            address=self._address, title=notice.title, text=notice.text
        )
        if outcome == "sent":
            self._record.note(key, Standing.SENT)
            return
        if outcome == "unreached":
            self._record.note(key, Standing.NEW)
            raise TemporaryTroubleError("it cannot be reached.", _RETRY_SECONDS)
        if outcome == "refused":
            self._record.note(key, Standing.NEW)
            if status == _ASKS_TO_WAIT:
                raise TemporaryTroubleError("it asks to wait.", _WAIT_SECONDS)
            raise ProblemError(refused(self._name, status))
        if outcome == "invalid":
            self._record.note(key, Standing.NEW)
            raise ProblemError(no_address(self._name))
        raise UnconfirmedError(f"it has not confirmed it{f' ({status})' if status else ''}.")

    def close(self) -> None:
        """Let the program that sends end."""
        self._courier.close()


def no_address(name: str) -> Problem:
    """Return what is said of an address that apprise does not take."""
    place, _, scheme = name.partition("-")
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"Address {place} ({scheme}) is none that apprise knows.",
        why="Its scheme is unknown, or it lacks something: https://appriseit.com/services/",
        next_command="Mend it in the variable of [notify] addresses_in, then: hotfix doctor",
    )


def refused(name: str, status: str) -> Problem:
    """Return what is said of an address whose service has not taken what it was sent."""
    place, _, scheme = name.partition("-")
    return Problem(
        ProblemCode.CONFIGURATION,
        what=f"Address {place} ({scheme}) did not take it: it answers {status}.",
        why=_WHY.get(status, "It does not say why in a way that is known here."),
        next_command="Mend it in the variable of [notify] addresses_in, then: hotfix resume",
    )
