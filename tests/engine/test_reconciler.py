"""When the background attempts something, and when it leaves off. An hour stands for never."""

import threading

import pytest

from hotfix.domain.progress import Progress, RunState
from hotfix.engine import reconciler as reconciler_module
from hotfix.engine.reconciler import Attempt, Reconciler

NAME, NEVER, SOON = "reconciler under test", 3600.0, 30.0


class Outside:
    """Takes what is wanted once it is let; says each time what it was told to say."""

    def __init__(self) -> None:
        self.wanted: list[int] = []
        self.answers: list[Attempt] = []
        self.is_free = threading.Event()
        self.is_free.set()
        self._came = threading.Condition()

    def attempt(self, wanted: int) -> Attempt:
        with self._came:
            self.wanted.append(wanted)
            self._came.notify_all()
        assert self.is_free.wait(SOON)
        return self.answers.pop(0) if self.answers else Attempt()

    def await_attempts(self, count: int, seconds: float = SOON) -> None:
        with self._came:
            assert self._came.wait_for(lambda: len(self.wanted) >= count, seconds)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A busy machine may need its time for a last try."""
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", SOON)


@pytest.fixture
def outside():
    made = Outside()
    yield made
    made.is_free.set()


def threads():
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def test_where_nothing_is_wanted_all_is_well(outside):
    before = threads()
    assert Reconciler(NAME, outside.attempt).close(NEVER)
    assert (outside.wanted, threads()) == ([], before)


def test_of_a_burst_the_newest_is_attempted_alone(outside):
    reconciler = Reconciler(NAME, outside.attempt)
    outside.is_free.clear()
    reconciler.want(0)
    outside.await_attempts(1)
    for number in range(1, 50):
        reconciler.want(number)
    outside.is_free.set()
    assert reconciler.close(SOON)
    assert outside.wanted == [0, 49]


def test_what_comes_soon_after_a_success_waits_for_the_rest_of_its_burst(outside):
    reconciler = Reconciler(NAME, outside.attempt, calm_seconds=NEVER)
    reconciler.want(0)
    outside.await_attempts(1)
    for number in range(1, 50):
        reconciler.want(number)
    # Closing ends the calm, and takes along what came meanwhile.
    assert reconciler.close(SOON)
    assert outside.wanted == [0, 49]


def test_trouble_is_tried_again_after_its_pause(outside):
    outside.answers = [Attempt(0.001), Attempt(0.001)]
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(3)
    assert reconciler.close(SOON)
    assert outside.wanted == [1, 1, 1]


def test_closing_cuts_a_pause_short_for_one_more_try(outside):
    outside.answers = [Attempt(NEVER)]
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    assert reconciler.close(SOON)
    assert outside.wanted == [1, 1]


def test_while_closing_no_pause_is_long(outside):
    outside.answers = [Attempt(NEVER), Attempt(NEVER)]
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    assert reconciler.close(SOON)
    assert outside.wanted == [1, 1, 1]


def test_only_closing_cuts_a_pause_short(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_CLOSING_RETRY_SECONDS", 0.001)
    outside.answers = [Attempt(NEVER)] * 2
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    with pytest.raises(AssertionError):
        outside.await_attempts(2, seconds=0.2)
    assert reconciler.close(SOON)
    assert outside.wanted == [1, 1, 1]


def test_while_closing_the_outside_is_not_asked_without_a_pause(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_CLOSING_RETRY_SECONDS", SOON)
    outside.answers = [Attempt(NEVER)] * 2
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    assert not reconciler.close(0.2)
    assert outside.wanted == [1, 1]


def test_closing_waits_no_longer_than_it_is_told(outside):
    outside.is_free.clear()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    assert not reconciler.close(0.0)


@pytest.mark.parametrize("is_free", [True, False])
def test_what_is_not_there_in_time_is_given_up_and_its_thread_ends(outside, is_free):
    outside.answers = [Attempt(0.001)] * 3 if not is_free else [Attempt(NEVER)] * 3
    before = threads()
    reconciler = Reconciler(NAME, outside.attempt)
    if not is_free:
        outside.is_free.clear()
    reconciler.want(1)
    outside.await_attempts(1)
    (thread,) = [each for each in threads() if each not in before]
    assert not reconciler.close(0.01)
    outside.is_free.set()
    thread.join(SOON)
    assert not thread.is_alive()
    tried = list(outside.wanted)
    reconciler.want(2)
    assert outside.wanted == tried


@pytest.mark.parametrize("last", [Attempt(is_last=True), Attempt(NEVER, is_last=True)])
def test_after_the_last_attempt_nothing_more_is_tried_and_nobody_waits(outside, last):
    outside.answers = [last]
    before = threads()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    started = [thread for thread in threads() if thread not in before]
    assert reconciler.close(NEVER) is (last.retry_in is None)
    reconciler.want(2)
    assert reconciler.close(NEVER) is (last.retry_in is None)
    for thread in started:
        thread.join(SOON)
    assert not any(thread.is_alive() for thread in started)
    assert outside.wanted == [1]


def test_at_the_end_what_nothing_gets_through_to_is_tried_once_more(outside):
    outside.answers = [Attempt(NEVER, is_down=True)] * 2
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    reconciler.want(2)
    assert not reconciler.close(NEVER)
    assert outside.wanted == [1, 2]


def test_at_the_end_what_is_newest_has_its_try_whatever_came_of_the_one_before(outside):
    outside.answers = [Attempt(NEVER, is_down=True)]
    outside.is_free.clear()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    reconciler.want(2)
    threading.Timer(0.01, outside.is_free.set).start()
    assert reconciler.close(NEVER)
    assert outside.wanted == [1, 2]


@pytest.mark.parametrize(
    "answers",
    [
        [Attempt(0.001)] * 5,
        [Attempt(0.001, is_down=True), Attempt(0.001), Attempt(0.001, is_down=True)],
    ],
    ids=["some of it gets through", "not down for long"],
)
def test_what_something_gets_through_to_is_waited_for(outside, answers):
    outside.answers = list(answers)
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    # The first try is over before the end begins.
    while not (reconciler._failures or reconciler._has_got_through):
        threading.Event().wait(0.001)
    assert reconciler.close(SOON)
    assert outside.wanted == [1] * (len(answers) + 1)


def test_what_never_answered_before_is_given_up_with_its_last_try_under_way(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", 0.01)
    outside.answers = [Attempt(NEVER, is_down=True)]
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    outside.is_free.clear()
    reconciler.want(2)
    # The pause is cut short, and the answer of the last try is waited for no longer than that.
    assert not reconciler.close(NEVER)


def test_what_was_down_by_the_record_has_a_last_try_and_no_more(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", 0.01)
    outside.is_free.clear()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.take_as_down(Progress())
    reconciler.want(1)
    assert not reconciler.close(NEVER)


@pytest.mark.parametrize("is_long_ago", [True, False])
def test_who_is_silent_is_not_waited_for_be_that_known_before_the_end_or_only_then(
    outside, monkeypatch, is_long_ago
):
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", 0.01)
    monkeypatch.setattr(reconciler_module, "_SILENT_SECONDS", 0.05)
    outside.is_free.clear()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    if is_long_ago:
        threading.Event().wait(0.2)
    assert not reconciler.close(NEVER)


def test_what_this_machine_needs_to_get_ready_is_no_silence(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_SILENT_SECONDS", 0.05)
    is_ready = threading.Event()

    def prepare():
        assert is_ready.wait(SOON)

    reconciler = Reconciler(NAME, outside.attempt, prepare=prepare)
    reconciler.want(1)
    threading.Timer(0.5, is_ready.set).start()
    assert reconciler.close(NEVER)
    assert outside.wanted == [1]


def silent_since_it_answered(outside):
    """Return a reconciler that got through once, and whose second attempt is under way."""
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    while not reconciler._is_settled:
        threading.Event().wait(0.01)
    outside.is_free.clear()
    reconciler.want(2)
    outside.await_attempts(2)
    return reconciler


def test_who_answered_before_is_given_its_time_and_an_answer_after_a_silence_counts(
    outside, monkeypatch
):
    monkeypatch.setattr(reconciler_module, "_SILENT_SECONDS", 0.05)
    reconciler = silent_since_it_answered(outside)
    threading.Timer(0.3, outside.is_free.set).start()
    assert reconciler.close(NEVER)


def test_who_answered_before_and_is_silent_for_long_is_not_waited_for(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", 0.01)
    monkeypatch.setattr(reconciler_module, "_SILENT_SECONDS", 0.05)
    monkeypatch.setattr(reconciler_module, "_LONG_SILENT_SECONDS", 0.1)
    reconciler = silent_since_it_answered(outside)
    assert not reconciler.close(NEVER)


def test_what_gets_through_in_the_middle_of_an_attempt_is_waited_for(outside):
    def attempt(wanted):
        reconciler.got_through()
        return outside.attempt(wanted)

    outside.is_free.clear()
    reconciler = Reconciler(NAME, attempt)
    reconciler.take_as_down(Progress())
    reconciler.want(1)
    outside.await_attempts(1)
    threading.Timer(0.05, outside.is_free.set).start()
    assert reconciler.close(NEVER)


def test_after_something_got_through_one_failure_is_a_blip_and_two_are_not(outside):
    outside.answers = [Attempt(), *[Attempt(NEVER, is_down=True)] * 2]
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    outside.await_attempts(1)
    reconciler.want(2)
    assert not reconciler.close(NEVER)
    assert outside.wanted == [1, 2, 2]


def test_who_asks_for_more_time_than_there_is_is_not_waited_for(outside):
    outside.answers = [Attempt(NEVER, is_asked_to_wait=True)] * 2
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.want(1)
    assert not reconciler.close(SOON)
    assert outside.wanted[0] == 1


def test_who_takes_up_a_run_that_is_over_waits_for_what_is_to_be_told(outside, monkeypatch):
    monkeypatch.setattr(reconciler_module, "_LAST_TRY_SECONDS", 0.0)
    outside.is_free.clear()
    reconciler = Reconciler(NAME, outside.attempt)
    reconciler.take_as_down(Progress(state=RunState.DONE))
    reconciler.want(1)
    outside.await_attempts(1)
    threading.Timer(0.05, outside.is_free.set).start()
    assert reconciler.close(SOON)
