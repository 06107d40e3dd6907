"""Every question there is, as a person reads it and answers it."""

import re

import pytest

from hotfix.cli.questions import questions
from hotfix.domain.leaving import A_RUN
from hotfix.domain.question import Option, Question, Then
from hotfix.view.question_lines import choices, explained, how_to_choose, refusal, ways


def as_asked(asked):
    options = tuple(
        Option(
            each.key,
            each.label,
            Then(each.then),
            back_to="await_the_fix",
            typed=each.typed,
            needs_reason=each.needs_reason,
            needs_minutes=each.needs_minutes,
            does=each.does,
        )
        for each in asked.options
    )
    return Question(asked.key, asked.text, options, by_yes=asked.by_yes)


EVERY = [as_asked(each) for each in questions()]
every = pytest.mark.parametrize("question", EVERY, ids=[each.key for each in EVERY])


@every
def test_each_number_that_is_read_is_taken_or_its_word_is_named(question):
    for (number, label), option in zip(choices(question), question.options, strict=True):
        line = number.removesuffix(".")
        assert label.startswith(" ".join(option.label.split()))
        if option.is_typed:
            assert f"(type {option.word})" in label
            assert question.meant(line) is None
            told = refusal(question, line)
            assert told.endswith(f'"{" ".join(option.label.split())}" takes its whole word.')
            assert option.word in told.partition(". ")[0]
        else:
            assert question.meant(line) is option


@every
def test_what_comes_with_an_answer_is_read_before_it_is_chosen_and_is_no_part_of_its_name(question):
    for option, (_, read) in zip(question.options, choices(question), strict=True):
        is_written = option.then is Then.WRITE
        for is_wanted, word in ((option.needs_reason, "reason"), (option.needs_minutes, "minutes")):
            # On the timeline its name stands before them: "Accept it as it is: only in staging".
            assert word not in option.label
            assert (word in read) is (is_wanted and not is_written)
        if option.needs_minutes:
            assert option.as_taken(10.0) == f"{option.label}, 10 minutes"


def test_what_is_asked_for_besides_stands_behind_the_name_and_before_what_to_type():
    more = Option("more", "Take more time", needs_reason=True, needs_minutes=True)
    glass = Option("break", "Break the glass", typed=True, needs_reason=True)
    assert [read for _, read in choices(Question("late", "What now?", (more, glass)))] == [
        "Take more time, and give the minutes and a reason (Enter)",
        "Break the glass, and give a reason (type break)",
    ]


@every
def test_what_is_offered_behind_the_prompt_is_what_is_read(question):
    offered = how_to_choose(question)
    assert ("Enter" in offered) is any("(Enter" in label for _, label in choices(question))
    for option in question.options:
        assert (
            not option.is_typed
            or f"type {option.word}" in offered
            or f"or {option.word}" in offered
        )
    assert max(map(int, re.findall(r"\b\d\b", offered)), default=1) <= len(question.options)


@every
def test_the_question_mark_adds_to_what_is_read_and_repeats_none_of_it(question):
    lines = explained(question, A_RUN)
    for option, line in zip(question.options, lines, strict=False):
        words, _, does = line.partition(": ")
        assert option.word in words
        assert option.label not in does


@every
def test_an_answer_that_ends_the_run_says_what_stays(question):
    for option in question.options:
        if option.then is Then.STOP and "{" not in option.label:
            assert len(option.label.split()) > 2, option.label


def test_while_the_run_waits_nothing_is_listed_and_so_the_question_mark_tells_all():
    question = Question("ready", "Edit it.", (Option("go-on", "Go on with it"),), by_yes="go-on")
    told = explained(question, A_RUN, is_listed=False)
    assert told[0] == "go on, yes or Enter: Go on with it. The run goes on."


@every
def test_of_each_answer_it_is_said_what_comes_of_it(question):
    for option in question.options:
        assert option.does or option.then is not Then.GO_ON, option.key
    assert "The run goes on." not in "\n".join(explained(question, A_RUN))


def lines_of(question):
    """What somebody may type at a question: what is read, pieces of it, and what others say."""
    read = [text for each in question.options for text in (each.key, each.word, each.label)]
    pieces = {text[:length] for text in read for length in range(1, min(len(text), 12) + 1)}
    yield from ("", "Yes ", "2.", "\uff11", "²", "1 2", "KeyError: None", "merge it")
    yield from ("y", "yes", "YES", "n", "no", "No", "nope", "ok", "q", "exit", "да", "-", "roll")
    yield from (f"{number}" for number in range(11))
    yield from pieces
    yield from (f"  {text.upper()}  " for text in read)


@pytest.mark.parametrize("is_listed", [True, False])
@every
def test_what_is_accepted_is_what_is_said_to_be_accepted(question, is_listed):
    said = {each.key: ways(question, each, is_listed=is_listed) for each in question.options}
    told = "\n".join(explained(question, A_RUN, is_listed=is_listed))
    for line in lines_of(question):
        option = question.meant(line, is_listed=is_listed)
        if option is None:
            continue
        typed = "".join(line.casefold().replace("-", " ").split())
        named = ["".join(it.casefold().split()) for it in said[option.key]]
        if option.is_typed:
            assert typed in named, line
        elif not typed:
            assert "Enter" in said[option.key]
        elif line.strip().isdecimal():
            assert str(int(line)) in named, line
        else:
            read = "".join(option.label.casefold().replace("-", " ").split())
            assert any(it.startswith(typed) for it in (*named, read)), line
            assert "he beginning of a word" in told
    for option in question.options:
        for way in said[option.key]:
            assert question.meant("" if way == "Enter" else way, is_listed=is_listed) is option
            assert way in told


@every
def test_yes_and_no_are_offered_beside_the_answer_that_they_are_taken_for(question):
    for option, (_, read) in zip(question.options, choices(question), strict=True):
        for word in ("yes", "no"):
            if question.meant(word) is option:
                assert re.search(rf"\b{word}\b", read, re.IGNORECASE), read


def test_beside_a_run_that_waits_no_number_ends_it_unseen():
    stop = Option("stop", "Stop; branch and work stay", Then.STOP)
    question = Question("ready", "Edit it.", (Option("go-on", "Go on with it"), stop))
    assert question.meant("2") is stop
    assert question.meant("2", is_listed=False) is None
