"""What is noted about a run, and came by no ``hotfix note``."""

from datetime import datetime

from hotfix.domain.frozen import frozen
from hotfix.domain.json_record import JsonRecord

#: the key of the message that begins the thread
PARENT = "parent"
# What a source begins with.
SLACK, REMINDER, UPDATE, PAGE = "slack:", "reminder:", "update:", "page:"


@frozen
class Heard(JsonRecord):
    """Where and when it was said."""

    #: an id that stays, so that nothing is noted twice: ``slack:`` and the message's timestamp,
    #: of one that was edited with ``/`` and the moment of that;
    #: ``reminder:`` or ``update:`` and the moment at which the team was to hear something;
    #: ``page:`` and the moment, where those on call are to be paged with it
    source: str
    at: datetime  #: when, UTC
