"""Who never answers is waited for once, and not by whoever comes next."""

import threading
import time

import pytest

from hotfix.domain.problem import TemporaryTroubleError
from hotfix.processes import silence as silence_module
from hotfix.processes.silence import Silence

SOON = 30.0


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(silence_module, "_SILENT_SECONDS", 0.1)
    monkeypatch.setattr(silence_module, "_LOOK_SECONDS", 0.01)


class Request(threading.Thread):
    """One that is under way until it is answered, or let down."""

    def __init__(self, silence):
        super().__init__(daemon=True)
        self._silence, self._is_over, self._fails = silence, threading.Event(), False
        self.is_begun = threading.Event()
        self.start()
        assert self.is_begun.wait(SOON)

    def run(self):
        try:
            with self._silence.listening():
                self.is_begun.set()
                assert self._is_over.wait(SOON)
                self._fail()
        except TimeoutError:
            return

    def _fail(self):
        if self._fails:
            raise TimeoutError

    def end(self, *, fails):
        self._fails = fails
        self._is_over.set()
        self.join(SOON)


def test_who_was_never_asked_is_asked():
    Silence("PagerDuty").refuse()


def test_a_request_that_is_under_way_without_an_answer_is_waited_for_no_longer():
    silence = Silence("PagerDuty")
    request = Request(silence)
    begun = time.monotonic()
    with pytest.raises(TemporaryTroubleError, match="PagerDuty has not answered"):
        silence.refuse()
    assert time.monotonic() - begun < SOON / 2
    request.end(fails=False)
    silence.refuse()


def test_one_that_is_answered_meanwhile_is_no_silence(monkeypatch):
    monkeypatch.setattr(silence_module, "_SILENT_SECONDS", SOON)
    silence = Silence("PagerDuty")
    request = Request(silence)
    threading.Timer(0.05, request.end, kwargs={"fails": False}).start()
    silence.refuse()


@pytest.mark.parametrize("is_long", [True, False])
def test_after_a_silence_nobody_asks_for_a_while_and_after_a_quick_refusal_everybody_may(is_long):
    silence = Silence("PagerDuty")
    request = Request(silence)
    if is_long:
        time.sleep(0.15)
    request.end(fails=True)
    assert silence.is_known is is_long
    if is_long:
        with pytest.raises(TemporaryTroubleError):
            silence.refuse()
    else:
        silence.refuse()


def test_after_the_rest_it_is_asked_again(monkeypatch):
    monkeypatch.setattr(silence_module, "_REST_SECONDS", 0.0)
    silence = Silence("PagerDuty")
    request = Request(silence)
    time.sleep(0.15)
    request.end(fails=True)
    silence.refuse()
