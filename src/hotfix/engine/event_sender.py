"""Sends every event of a run to a program of the team's, in order, in the background.

What was confirmed is remembered on disk, so that a crash costs at most a repetition, which its id
tells. One that is down holds up nothing, and is said once.
"""

import json
from collections.abc import Callable
from dataclasses import replace

from hotfix.domain.cloud_event import cloud_events
from hotfix.domain.event_data import Told, Untold
from hotfix.domain.json_value import JsonObject
from hotfix.domain.page_texts import WEBHOOK
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.domain.progress import Progress
from hotfix.engine.reconciler import Attempt, Reconciler
from hotfix.ports.event_receiver import EventReceiver
from hotfix.ports.signals import Signal, Signals

_RETRY_SECONDS = 5.0


class EventSender:
    """Sends what one receiver has not got yet, in a thread of its own.

    Args:
        receiver: who gets it.
        signals: where it reports that the receiver is down, and that it is not any more.
        read: returns the lines of the journal as they are on disk: what is secret is left out.
        repository: owner and name, for whoever gets events of several.
    """

    def __init__(
        self,
        receiver: EventReceiver,
        signals: Signals,
        read: Callable[[], bytes],
        repository: str,
    ) -> None:
        self._receiver = receiver
        self._signals = signals
        self._read = read
        self._repository = repository
        self._is_down = False
        self._is_first = True
        self._sending = Reconciler(f"webhook {receiver.name}", self._send)

    def show(self, progress: Progress) -> None:
        """Let the receiver follow; returns at once."""
        if self._is_first and self._key in progress.untold:
            # What was said of it stands: it is said once more when it is not true any more.
            self._is_down = True
            self._sending.take_as_down(progress)
        self._is_first = False
        self._sending.want(progress.events)

    def close(self, timeout_seconds: float) -> bool:
        """Wait until all is sent, at most ``timeout_seconds``, and not where the receiver is down.

        Returns whether it is. The rest is sent by the next command that walks the run: that there
        is one is said, also of a receiver that is only slow; not where nothing is waited for.
        """
        is_sent = self._sending.close(timeout_seconds)
        if not is_sent and timeout_seconds > 0:
            self._say_down(f"{self._what} has not taken them all in time.")
        return is_sent

    def _send(self, _events: int) -> Attempt:
        known = self._receiver.received()
        try:
            lines: list[JsonObject] = [json.loads(raw) for raw in self._read().splitlines()]
            for line, event in zip(lines, cloud_events(lines, self._repository), strict=True):
                seq = line["seq"]
                if isinstance(seq, int) and seq > known:
                    self._send_one(seq, event)
                    self._sending.got_through()
        except TemporaryTroubleError as trouble:
            asked = trouble.is_refusal
            seconds = max(trouble.retry_in, _RETRY_SECONDS)
            return self._down(trouble.saying, seconds, is_asked_to_wait=asked)
        except ProblemError as error:
            # Trying again without a person is useless.
            return replace(self._down(error.problem.what, _RETRY_SECONDS), is_last=True)
        except Exception as error:  # noqa: BLE001 - telling never blocks fixing, and nothing is hidden
            return self._down(f"unforeseen: {type(error).__name__}: {error}", _RETRY_SECONDS)
        if self._is_down:
            self._is_down = False
            self._signals.send(Signal(Told(self._key, f"{self._what}: all events")))
        return Attempt()

    def _send_one(self, seq: int, event: JsonObject) -> None:
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        self._receiver.send(seq, str(event["id"]), body)

    @property
    def _key(self) -> str:
        return f"{WEBHOOK}{self._receiver.name}"

    @property
    def _what(self) -> str:
        return f"Webhook {self._receiver.name}"

    def _down(self, why: str, retry_in: float, *, is_asked_to_wait: bool = False) -> Attempt:
        self._say_down(why)
        return Attempt(retry_in, is_down=not is_asked_to_wait, is_asked_to_wait=is_asked_to_wait)

    def _say_down(self, why: str) -> None:
        if not self._is_down:
            self._is_down = True
            waiting = f"{self._what}: events after {self._receiver.received()}; sent with a resume"
            self._signals.send(Signal(Untold(self._key, waiting, why)))
