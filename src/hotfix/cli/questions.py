"""Every question that a hotfix may ask, as ``questions.json`` beside this file lists them.

That list is made from the code by ``make tables``: where a step asks something new, ``make check``
says that it is stale.
"""

import json
import re
from importlib.resources import files
from typing import ClassVar

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord

_VARIABLE = re.compile(r"\\\{\w+\\\}")


class _Called(JsonRecord):
    """What has a key, in which ``{name}`` stands for what is only known when it is asked."""

    key: str

    def is_called(self, key: str) -> bool:
        """Tell whether ``key`` is its key, with whatever in the place of what varies."""
        pattern = _VARIABLE.sub(".+", re.escape(self.key))
        return re.fullmatch(pattern, key, re.DOTALL) is not None


@frozen
class AskedOption(_Called):
    """One answer that a question may offer."""

    key: str  #: as in the record, and behind ``--answer``
    label: str  #: what a person reads
    word: str  #: what a person types
    #: what it does to the run: ``go_on``, ``go_back``, ``stop``, ``roll_back`` or ``write``
    then: str
    typed: bool  #: whether neither Enter nor a number chooses it
    needs_reason: bool  #: whether a reason in words comes with it
    needs_minutes: bool  #: whether a number of minutes comes with it
    offered: str  #: ``always`` or ``sometimes``
    #: whether a script or an agent leaves it to a person: ``never``, ``always``, or ``sometimes``,
    #: where the event of the question says
    person_only: str
    command: str  #: what chooses it, with RUN in the place of the id
    #: what comes of it, a sentence; empty where ``then`` says it all
    does: str = ""


@frozen
class Asked(_Called):
    """One question that may be asked."""

    later: ClassVar[frozenset[str]] = frozenset()
    key: str  #: names it within its step
    text: str  #: the sentence
    steps: tuple[str, ...]  #: the names of the steps that ask it
    options: tuple[AskedOption, ...]  #: all that may be offered, in the order of the question
    by_yes: str  #: the key of the option that ``--yes`` stands for; empty for none
    yes: str  #: whether ``--yes`` may answer it: ``always``, ``sometimes`` or ``never``
    flag: str  #: what is named where nobody can be asked
    exit_code: int  #: of a command that ends with it open
    person_only: bool  #: whether nothing but a person's answer lets the run go on from it


def questions() -> tuple[Asked, ...]:
    """Return every question that may be asked."""
    listed = json.loads((files(__package__) / "questions.json").read_text(encoding="utf-8"))
    return tuple(map(Asked.from_json, listed))
