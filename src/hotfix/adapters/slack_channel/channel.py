"""One channel as a messenger: every message carries its run and key in its metadata."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from slack_sdk.web import SlackResponse

from hotfix.adapters.slack_channel.api import SlackApi, channel_by_id, gone, no_channel
from hotfix.adapters.slack_channel.needs import needs_of
from hotfix.adapters.slack_channel.people import People
from hotfix.domain.foreign_answer import as_object, understood
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.messenger import Addressee, Message, Posted
from hotfix.ports.readiness import Need
from hotfix.ports.remarks import Remark

_ANSWER = "Slack's answer"
_EVENT_TYPE = "hotfix"
_PARENT = "parent"
_ID = re.compile(r"[CGD][A-Z0-9]{6,}")
# Slack wraps addresses in what it stores: <https://a.b> or <https://a.b|a.b>.
_WRAPPED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
# What people also call what Slack answers by another name.
_SECOND_NAMES = {"thumbsup": "+1", "thumbsdown": "-1"}
# Of what people say: also sent to the channel, with a file, with "/me".
_OF_PERSONS = (None, "", "thread_broadcast", "file_share", "me_message")
_LOOK_BACK_SECONDS = 24 * 3600.0
# Slack wants less than 1000 a page, gives fewer as it likes, and some 20 pages a minute.
_CHANNELS_A_PAGE, _CHANNEL_PAGES = 999, 200
_MESSAGES_A_PAGE, _MESSAGE_PAGES = 200, 10
# Of a thread, however short the pages, all is read: what is not seen there would be said twice.
_THREAD_PAGES = 1000


class SlackChannel:
    """The configured channel, by a name such as ``#engineering`` or by its id.

    Texts and blocks are sent as they are: they come escaped. Nothing is sent twice by this class;
    after trouble, ``find`` and ``replies`` tell what arrived. The bot token has the scopes
    chat:write, channels:read, channels:history, and users:read with users:read.email to tell people
    apart; ``base_url`` is another address than Slack's own, or None. ``users`` are as ``People``
    takes them; ``reaction`` is what marks a reply that is to be kept, empty for none.
    """

    def __init__(
        self,
        token: str,
        channel: str,
        base_url: str | None = None,
        users: Mapping[str, str] | None = None,
        reaction: str = "",
    ) -> None:
        self._api = SlackApi(token, channel, base_url)
        self._people = People(self._api, users or {})
        self._reaction = _reaction(reaction)
        self._threads: dict[str, str] = {}
        self._finding = threading.Lock()
        self._channel = channel
        self._id = channel if _ID.fullmatch(channel) else ""
        self._runs: dict[str, str] = {}
        self._search = _ChannelSearch(self._api, channel)

    @understood(_ANSWER)
    def find(self, run: str) -> Posted | None:
        """Return the run's parent message from the channel's newest day, or None."""
        method, newest = self._api.client.conversations_history, None
        for page in self._api.pages(
            method,
            _MESSAGE_PAGES,
            channel=self._channel_id(),
            limit=_MESSAGES_A_PAGE,
            include_all_metadata=True,
        ):
            for message in _objects(page, "messages"):
                at = float(message["ts"])
                # The channel's own time: this machine's clock may be wrong.
                newest = at if newest is None else newest
                if at < newest - _LOOK_BACK_SECONDS:
                    return None
                posted = self._posted(message, run)
                if posted is not None and posted.key == _PARENT:
                    return posted
        return None

    @understood(_ANSWER)
    def replies(self, run: str, parent: str) -> tuple[Posted, ...]:
        """Return our replies in the thread of ``parent``, oldest first."""
        found = [self._posted(message, run) for message in self._thread(parent)]
        return tuple(posted for posted in found if posted is not None and posted.key != _PARENT)

    @understood(_ANSWER)
    def remarks(self, run: str) -> tuple[Remark, ...]:
        """Return what people said in the run's thread and somebody marked, oldest first."""
        if run not in self._threads:
            found = self.find(run)
            if found is None:
                return ()
            self._threads[run] = found.id
        try:
            messages = list(self._thread(self._threads[run]))
        except TemporaryTroubleError:
            # The message may be gone, and another one in its place.
            del self._threads[run]
            raise
        if not any(self._posted(each, run) for each in messages[:1]):
            # Of one that somebody deleted the thread stays: the next look is at the other one's.
            del self._threads[run]
        return tuple(
            self._remark(message)
            for message in messages
            if message.get("user") and self._is_marked(message) and _is_a_persons(message)
        )

    def _remark(self, message: Mapping[str, Any]) -> Remark:
        text = _WRAPPED.sub(self._as_read, _words_of(message))
        edited = as_object(message.get("edited")).get("ts")
        return Remark(
            str(message["ts"]),
            self._people.name_of(str(message["user"])),
            " ".join([unescape(text), *_files_of(message)]).strip() or "[no words]",
            datetime.fromtimestamp(float(message["ts"]), UTC),
            datetime.fromtimestamp(float(edited), UTC) if edited else None,
            self._api.clock.now(),
        )

    def _as_read(self, found: re.Match[str]) -> str:
        """Return what people read in the place of what Slack has in angle brackets."""
        what, label = found[1], found[2]
        if "://" in what:
            # Where a link leads is what whoever was not there needs of it.
            is_same = not label or what.partition("://")[2].rstrip("/") == label.rstrip("/")
            return what if is_same or label == what else f"{label} ({what})"
        if what.startswith("@"):
            return f"@{label or self._people.name_of(what[1:])}"
        if what.startswith("#"):
            return f"#{label or what[1:]}"
        # <!here>, <!subteam^S123|@leads>, <!date^...|what it is>
        return label or (f"@{what[1:].removeprefix('subteam^')}" if what[:1] == "!" else what)

    def _thread(self, parent: str) -> Iterator[Mapping[str, Any]]:
        for page in self._api.pages(
            self._api.client.conversations_replies,
            _THREAD_PAGES,
            channel=self._channel_id(),
            ts=parent,
            limit=_MESSAGES_A_PAGE,
            include_all_metadata=True,
        ):
            yield from _objects(page, "messages")

    def _is_marked(self, message: Mapping[str, Any]) -> bool:
        names = [as_object(each).get("name") for each in message.get("reactions") or ()]
        return self._reaction in {_reaction(str(name)) for name in names}

    @understood(_ANSWER)
    def post(self, run: str, key: str, message: Message, parent: str = "") -> Posted:
        """Post a message, as a reply where ``parent`` is given. Sent once; after trouble, look.

        Raises:
            TemporaryTroubleError: as ``find``; and what it replies to is gone.
        """
        answer = self._api.ask(
            self._api.client.chat_postMessage,
            channel=self._channel_id(),
            text=self._people.addressed(message),
            blocks=[dict(block) for block in message.blocks] or None,
            thread_ts=parent or None,
            metadata=_metadata(run, key),
            unfurl_links=False,
            unfurl_media=False,
        )
        said = _object(answer)
        posted = Posted(str(said["ts"]), key, message.text)
        if parent and "message" in said and not as_object(said["message"]).get("thread_ts"):
            self._take_back(posted, message)
        self._runs[posted.id] = run
        return posted

    def _take_back(self, posted: Posted, message: Message) -> None:
        """Delete a reply to what is gone: Slack takes it, and puts it into the channel itself."""
        if message.to:
            return  # They are notified; what says so again would notify them twice.
        self._api.ask(self._api.client.chat_delete, channel=self._channel_id(), ts=posted.id)
        raise gone("thread_not_found")

    @understood(_ANSWER)
    def update(self, posted: Posted, message: Message) -> None:
        """Make the message say something else; its mark stays."""
        run = self._runs.get(posted.id)
        self._api.ask(
            self._api.client.chat_update,
            channel=self._channel_id(),
            ts=posted.id,
            text=message.text,
            blocks=[dict(block) for block in message.blocks],
            metadata=_metadata(run, posted.key) if run else None,
        )

    def needs(self, whom: Sequence[Addressee] = ()) -> tuple[Need, ...]:
        """Return what telling the team needs, and how it stands; none of it stops a hotfix.

        ``whom`` are those who are going to be notified.
        """
        return needs_of(self._api, self._channel, self._channel_id, self._people, whom)

    def _channel_id(self) -> str:
        # Who reads does not search beside who writes: a search goes on where it was.
        with self._finding:
            if not self._id:
                self._id = self._search.found_id()
            return self._id

    def _posted(self, message: Mapping[str, Any], run: str) -> Posted | None:
        """Return what we know of a message of ours for ``run``, or None for any other message."""
        metadata = as_object(message.get("metadata"))
        payload = as_object(metadata.get("event_payload"))
        if metadata.get("event_type") != _EVENT_TYPE or payload.get("run") != run:
            return None
        posted = Posted(
            str(message["ts"]), str(payload.get("key", "")), _unwrapped(message.get("text") or "")
        )
        self._runs[posted.id] = run
        return posted


class _ChannelSearch:
    """Looks for a channel by its name, page by page; after trouble it goes on where it was."""

    def __init__(self, api: SlackApi, channel: str) -> None:
        self._api = api
        self._channel = channel
        self._cursor: str | None = None
        self._pages = self._seen = 0

    def found_id(self) -> str:
        """Return the channel's id.

        Raises:
            TemporaryTroubleError: Slack asks to wait; the next call goes on from there.
            ProblemError: it is not there, or not among those that were looked at.
        """
        name = self._channel.removeprefix("#").casefold()
        while self._pages < _CHANNEL_PAGES:
            page, following = self._next_page()
            channels = _objects(page, "channels")
            for channel in channels:
                if name in (channel.get("name"), channel.get("name_normalized")):
                    return str(channel["id"])
            self._cursor = following
            self._pages += 1
            self._seen += len(channels)
            if following is None:
                why = f"It is none of the {self._seen} public channels that are not archived."
                self._begin_anew()
                raise ProblemError(no_channel(self._channel, why))
        why = f"It is not among the first {self._seen} public channels: give its id."
        self._begin_anew()
        raise ProblemError(channel_by_id(self._channel, why))

    def _next_page(self) -> tuple[Mapping[str, Any], str | None]:
        try:
            return self._api.page(
                self._api.client.conversations_list,
                self._cursor,
                exclude_archived=True,
                limit=_CHANNELS_A_PAGE,
                types="public_channel",
            )
        except ProblemError:
            # A cursor, too, holds only for a while.
            self._begin_anew()
            raise

    def _begin_anew(self) -> None:
        """Somebody may make it meanwhile: the next search is a whole one."""
        self._cursor, self._pages, self._seen = None, 0, 0


def _object(answer: SlackResponse) -> Mapping[str, Any]:
    """Return what was answered; unlike the library, it says where something is missing."""
    if not isinstance(answer.data, dict):
        raise TypeError(f"it is {type(answer.data).__name__}")
    return answer.data


def _objects(page: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a page; one that is none at all is no empty page."""
    found = page[name]
    if not isinstance(found, list):
        raise TypeError(f"{name} is {type(found).__name__}")
    return found


def _words_of(message: Mapping[str, Any]) -> str:
    """Return its text, escaped; of one that only hands on another message, that one's."""
    if text := str(message.get("text") or ""):
        return text
    handed_on = map(as_object, message.get("attachments") or ())
    return " ".join(str(each.get("text") or each.get("fallback") or "") for each in handed_on)


def _files_of(message: Mapping[str, Any]) -> list[str]:
    """Return the names of what it has besides words; a file that was deleted since has none."""
    files = map(as_object, message.get("files") or ())
    names = (each.get("name") or each.get("title") for each in files)
    return [f"[{name}]" for name in names if name]


def _reaction(name: str) -> str:
    """Return the name that Slack gives a reaction; a skin tone comes with it: +1::skin-tone-2."""
    plain = name.partition("::")[0]
    return _SECOND_NAMES.get(plain, plain)


def _is_a_persons(message: Mapping[str, Any]) -> bool:
    """Tell whether it is no message of an app, ours for one, and no "somebody joined"."""
    is_said = message.get("subtype") in _OF_PERSONS
    return is_said and not (message.get("bot_id") or message.get("metadata"))


def _metadata(run: str, key: str) -> dict[str, Any]:
    return {"event_type": _EVENT_TYPE, "event_payload": {"run": run, "key": key}}


def _unwrapped(text: str) -> str:
    """Return the text as it was sent: ours has no raw angle brackets, so these are Slack's."""
    return _WRAPPED.sub(lambda found: found[2] or found[1], text)
