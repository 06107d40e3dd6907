"""What commands are told of the runs in a state directory, with an index and without."""

import os
import shutil
from itertools import count

from hotfix.domain.problem import Problem, ProblemError
from hotfix.runs.chosen import chosen_run, runs_meant, settling
from hotfix.runs.held import held_besides
from hotfix.runs.known_runs import kept_runs
from hotfix.runs.learned import FIGURES, LOG, STATES, State, learned
from hotfix.runs.whose import Place

ORDERED = count(1)


def changed(path):
    """Whatever the clock of the file system tells apart, this is another moment."""
    moment = 1_900_000_000_000_000_000 + next(ORDERED) * 1_000_000_000
    os.utime(path, ns=(moment, 0 if path.is_dir() else moment - 10**18))


def answers(state, folder):
    """What commands are told of the runs in a state directory."""
    said: list[str] = []
    place = Place(str(folder), {})
    found = {
        "short": [each.run for each in runs_meant(state, place, "status")],
        "held": held_besides(str(state), None, settling(state)),
        "status": _outcome(lambda: chosen_run(state, None, place, "status", said.append)),
        "rollback": _outcome(lambda: chosen_run(state, None, place, "rollback", said.append)),
        "named": _outcome(lambda: chosen_run(state, "-0003", place, "status", said.append)),
        "runs": [
            (each.run, each.is_over, each.is_stale, each.held, each.state, each.about, each.whose)
            for each in kept_runs(str(state), settling(state))
        ],
        "log": list(learned(state, LOG).said.items()),
        "figures": list(learned(state, FIGURES).said.items()),
        "states": states_of(learned(state, STATES)),
        "what matters": states_of(learned(state, STATES, matters=lambda _: True)),
        "said": said,
    }
    return repr(found).replace(str(state), "STATE")


def _outcome(act):
    try:
        return act()
    except ProblemError as error:
        return error.problem


def states_of(known):
    """The states; a table numbers whose run it is as they come."""
    return [
        (run, each)
        if isinstance(each, Problem)
        else (run, *State(*each)._replace(whose=known.shared[State(*each).whose]))
        for run, each in known.said.items()
    ]


def without_index(state, folder):
    """The same journals, and nothing derived of them all."""
    bare = folder / "bare"
    shutil.rmtree(bare, ignore_errors=True)
    shutil.copytree(state, bare, ignore=shutil.ignore_patterns("index"))
    return answers(bare, folder)
