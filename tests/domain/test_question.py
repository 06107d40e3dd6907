"""What a typed line means: what changes production is never chosen by accident."""

import pytest

from hotfix.domain.question import Option, Question, Then

MERGE = Question(
    "merge", "Merge?", (Option("merge", "Merge", typed=True), Option("stop", "Stop", Then.STOP))
)
DOOMED = Question(
    "doomed",
    "Roll back?",
    (
        Option("roll-back", "Roll back", Then.ROLL_BACK),
        Option("wait", "Wait"),
        Option("stop", "Stop", Then.STOP),
    ),
)
RED = Question(
    "red",
    "What now?",
    (
        Option("again", "Probe again", Then.GO_BACK, "probe"),
        Option("accept", "Accept", needs_reason=True),
        Option("roll-back", "Roll back", Then.ROLL_BACK),
    ),
)
PASTED = (
    "KeyError: None",
    "at checkout.py",
    "m",
    "mer",
    "merge it",
    "yes",
    "y",
    "1",
    "-",
    "0",
    "9",
)


@pytest.mark.parametrize("line", ["", *PASTED])
def test_nothing_but_its_word_merges(line):
    assert MERGE.meant(line) is None


@pytest.mark.parametrize("line", ["merge", "MERGE", " merge "])
def test_its_word_merges(line):
    assert MERGE.meant(line) == MERGE.option("merge")


@pytest.mark.parametrize("line", ["2", "s", "stop"])
def test_what_changes_nothing_is_chosen_by_number_and_beginning(line):
    assert MERGE.meant(line) == MERGE.option("stop")


@pytest.mark.parametrize("line", ["1", "2", "s", "sto"])
def test_where_answers_are_not_listed_no_slip_ends_the_run(line):
    assert MERGE.meant(line, is_listed=False) is None


def test_where_answers_are_not_listed_the_whole_word_ends_the_run():
    assert MERGE.meant("Stop", is_listed=False) == MERGE.option("stop")


@pytest.mark.parametrize("line", ["roll back", "roll-back", "rollback", "Roll  Back"])
@pytest.mark.parametrize("question", [DOOMED, RED])
def test_a_rollback_is_typed_whole(line, question):
    assert question.meant(line) == question.option("roll-back")


@pytest.mark.parametrize(
    ("question", "line"), [(DOOMED, ""), (DOOMED, "1"), (RED, "3"), (DOOMED, "r"), (RED, "roll")]
)
def test_neither_enter_nor_a_number_nor_a_part_rolls_back(question, line):
    assert question.meant(line) is None


def test_enter_is_for_the_first_option_where_that_changes_nothing():
    assert RED.meant("") == RED.default == RED.option("again")
    assert DOOMED.default is None


def test_a_beginning_that_fits_two_means_none():
    assert RED.meant("a") is None
    assert RED.meant("ac") == RED.option("accept")


READY = Question(
    "ready",
    "Go on?",
    (Option("go-on", "Take them along"), Option("stop", "Stop; nothing ships", Then.STOP)),
    by_yes="go-on",
)
NOTICED = Question(
    "customers",
    "Do customers notice?",
    (Option("leave", "No: they do not notice", stated=True), Option("publish", "It", typed=True)),
)


@pytest.mark.parametrize(
    ("line", "key"), [("y", "go-on"), ("Yes", "go-on"), ("take", "go-on"), ("nothing", None)]
)
def test_what_is_read_can_be_typed_and_yes_is_what_enter_and_its_flag_choose(line, key):
    option = READY.meant(line)
    assert (option.key if option else None) == key


@pytest.mark.parametrize("question", [MERGE, DOOMED, RED, NOTICED])
def test_yes_is_for_nothing_where_enter_or_the_flag_is_not(question):
    assert question.meant("yes") is None


def test_what_only_a_person_knows_is_not_said_by_enter():
    assert NOTICED.default is None
    assert NOTICED.meant("") is None
    for line in ("1", "no", "n", "leave"):
        assert NOTICED.meant(line) == NOTICED.option("leave"), line


@pytest.mark.parametrize("line", ["1", "mer", "yes", "y", "M"])
def test_who_seems_to_mean_what_is_typed_whole_can_be_told(line):
    assert MERGE.meant(line) is None
    assert MERGE.to_be_typed(line) == MERGE.option("merge")


@pytest.mark.parametrize("line", ["", "2", "0", "9", "KeyError: None", "-"])
def test_what_means_nothing_of_the_kind_is_not_told_so(line):
    assert MERGE.to_be_typed(line) is None
