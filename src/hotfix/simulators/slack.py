"""A Slack workspace: one app, its channels, and what was said in them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hotfix.simulators.pages import Page
from hotfix.simulators.server import Answer, Received, Service
from hotfix.simulators.slack_people import BOT_USER, LONG_AGO, TEAM, SlackMember, group, member
from hotfix.simulators.timeline import Timeline

_Arguments = Mapping[str, Any]
_TEAM_URL = "https://webrana.slack.example"
_SLACKBOT = "USLACKBOT"
_BOT = "B0HOTFIX01"
# What it takes: chat.postMessage and chat.update differ; a section is a block.
_LONGEST_POST, _LONGEST_UPDATE, _LONGEST_SECTION = 40_000, 4_000, 3_000
_NOT_OF_A_PUBLIC_CHANNEL = (
    *("is_mpim", "is_group", "is_im", "is_org_shared", "is_shared", "is_private"),
)
# Slack turns addresses into links in what it stores.
_ADDRESS = re.compile(r"(?<![<|])https?://[^\s<>|]+")


@dataclass
class SlackMessage:
    """One message as the channel shows it."""

    ts: str  # its id, a time in seconds with six digits behind the point
    text: str  # as stored: addresses are wrapped in angle brackets
    blocks: Sequence[Mapping[str, Any]] = ()
    thread_ts: str = ""  # the id of the message that it replies to
    edited: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""  # the id of its channel
    user: str = ""  # the id of the colleague who wrote it; empty for the app
    reactions: dict[str, list[str]] = field(default_factory=dict)  # ids of whose they are, by name
    more: Mapping[str, Any] = field(default_factory=dict)  # what else Slack shows of it


class SlackService(Service):
    """Slack's Web API below ``/api/``, as far as a messenger needs it.

    Attributes:
        messages: oldest first.
        channels: ids by name.
        members: ids of the channels that the app is in.
        scopes: what the app may do.
        colleagues: members of the workspace, by id.
        archived: ids of the channels that are archived.
        allows_editing: whether messages may be edited; a workspace may forbid it after a while.
    """

    def __init__(
        self, timeline: Timeline, received: Received, *, token: str, channel: str = "engineering"
    ) -> None:
        super().__init__("slack", timeline, received)
        self._token = token
        self.messages: list[SlackMessage] = []
        self.channels = {"general": "C0GENERAL1", "random": "C0RANDOM01", channel: "C0TEAM0001"}
        self.channel_id = self.channels[channel]
        self.members = {self.channel_id}
        self.scopes = {
            "chat:write",
            "channels:read",
            "channels:history",
            "users:read",
            "users:read.email",
            "usergroups:read",
        }
        #: ids of the groups of members
        self.groups = {"S0LEADS001"}
        self.archived: set[str] = set()
        self.colleagues: dict[str, SlackMember] = {}
        self.allows_editing = True
        self.page_size = 1000
        self._last_ts = 0
        self._method("auth.test", "", self._auth_test)
        self._method("conversations.list", "channels:read", self._list)
        self._method("conversations.info", "channels:read", self._info)
        self._method("conversations.history", "channels:history", self._history)
        self._method("conversations.replies", "channels:history", self._replies)
        self._method("chat.postMessage", "chat:write", self._post)
        self._method("chat.update", "chat:write", self._update)
        self._method("chat.delete", "chat:write", self._delete)
        self._method("chat.getPermalink", "", self._permalink)
        self._method("users.lookupByEmail", "users:read.email", self._lookup)
        self._method("users.info", "users:read", self._user)
        self._method("usergroups.list", "usergroups:read", self._all_groups)

    @property
    def base_url(self) -> str:
        """Return what a client takes as its base URL, with the slash at the end."""
        return f"{self.url}/api/"

    @property
    def parents(self) -> list[SlackMessage]:
        """Return the messages that reply to nothing."""
        return [message for message in self.messages if not message.thread_ts]

    def page(self, path: str) -> Page:  # noqa: ARG002 - there is one
        """Return what was said, oldest first, answers under what they answer."""
        rows = [
            (f"{'    ' * bool(under)}{each.text}", "")
            for first in self.parents
            for under, each in enumerate((first, *self.thread(first.ts)))
        ]
        return Page("Slack of this drill", rows or [("Nobody has said anything yet.", "")])

    def thread(self, ts: str) -> list[SlackMessage]:
        """Return the replies to the message ``ts``, oldest first."""
        return [message for message in self.messages if message.thread_ts == ts]

    def say(self, text: str, thread_ts: str = "", user: str = "") -> SlackMessage:
        """Let a colleague write ``text`` into the team's channel, or into a thread there."""
        with self.timeline.lock:
            message = SlackMessage(
                self._next_ts(), text, thread_ts=thread_ts, channel=self.channel_id, user=user
            )
            self.messages.append(message)
            return message

    def react(self, message: SlackMessage, reaction: str, user: str) -> None:
        """Let a colleague put a reaction to a message."""
        with self.timeline.lock:
            message.reactions.setdefault(reaction, []).append(user)

    def delete(self, message: SlackMessage) -> None:
        """Let somebody delete a message: one that was replied to leaves a stone with its thread."""
        with self.timeline.lock:
            if not self.thread(message.ts):
                self.messages.remove(message)
                return
            message.text, message.blocks, message.metadata = "This message was deleted.", (), {}
            message.user, message.reactions = _SLACKBOT, {}
            message.more = {"subtype": "tombstone", "hidden": True}

    def join(self, *members: SlackMember) -> None:
        """Let colleagues become members of the workspace."""
        self.colleagues |= {member.id: member for member in members}

    def _method(self, name: str, scope: str, handler: Callable[[_Arguments], Response]) -> None:
        def checked(request: HttpRequest, body: Any) -> Response:
            if request.headers.get("authorization") != f"Bearer {self._token}":
                raise _error("invalid_auth")
            if scope and scope not in self.scopes:
                raise _error("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))
            response = handler({**request.query_params, **(body if isinstance(body, dict) else {})})
            response.headers["x-oauth-scopes"] = ",".join(sorted(self.scopes))
            return response

        self.route("GET POST", f"/api/{name}", checked)

    def _auth_test(self, _arguments: _Arguments) -> Response:
        return _ok(
            url=f"{_TEAM_URL}/",
            team="Webrana",
            team_id=TEAM,
            user="hotfix",
            user_id=BOT_USER,
            bot_id=_BOT,
        )

    def _list(self, arguments: _Arguments) -> Response:
        without = str(arguments.get("exclude_archived", "")).lower() in {"1", "true"}
        channels = [
            self._channel(id_)
            for id_ in self.channels.values()
            if not (without and id_ in self.archived)
        ]
        return _ok(**self._page("channels", channels, arguments))

    def _info(self, arguments: _Arguments) -> Response:
        return _ok(channel=self._channel(self._known(arguments)))

    def _history(self, arguments: _Arguments) -> Response:
        channel = self._known(arguments, member=True)
        oldest = float(arguments.get("oldest") or 0)
        found = [
            self._shown(message, arguments)
            for message in reversed(self.parents)
            if message.channel == channel and float(message.ts) >= oldest
        ]
        actions: dict[str, Any] = {
            "pin_count": 0,
            "channel_actions_ts": None,
            "channel_actions_count": 0,
        }
        return self._messages(found, arguments, **actions)

    def _replies(self, arguments: _Arguments) -> Response:
        parent = self._message(self._known(arguments, member=True), arguments, "thread_not_found")
        found = [self._shown(message, arguments) for message in self.thread(parent.ts)]
        # What is replied to begins every page.
        return self._messages(found, arguments, first=[self._shown(parent, arguments)])

    def _post(self, arguments: _Arguments) -> Response:
        channel = self._open(arguments)
        if not arguments.get("text") and not arguments.get("blocks"):
            raise _error("no_text")
        _check_length(arguments, _LONGEST_POST)
        thread_ts = str(arguments.get("thread_ts") or "")
        if not any(each.channel == channel and each.ts == thread_ts for each in self.messages):
            thread_ts = ""  # What replies to nothing is taken, and stands in the channel itself.
        message = SlackMessage(
            self._next_ts(),
            _linked(str(arguments.get("text") or "")),
            _decoded(arguments.get("blocks")) or (),
            thread_ts,
            metadata=_decoded(arguments.get("metadata")) or {},
            channel=channel,
        )
        self.messages.append(message)
        return _ok(channel=channel, ts=message.ts, message=self._shown(message, {}))

    def _update(self, arguments: _Arguments) -> Response:
        channel = self._open(arguments)
        message = self._message(channel, arguments, "message_not_found")
        if message.user == _SLACKBOT:
            raise _error("message_not_found")
        if not self.allows_editing:
            raise _error("edit_window_closed")
        _check_length(arguments, _LONGEST_UPDATE)
        if "text" in arguments:
            message.text = _linked(str(arguments["text"]))
            message.blocks = ()
        if "blocks" in arguments:
            message.blocks = _decoded(arguments["blocks"]) or ()
        if "metadata" in arguments:
            message.metadata = _decoded(arguments["metadata"]) or {}
        message.edited = True
        shown = self._shown(message, {})
        return _ok(channel=channel, ts=message.ts, text=message.text, message=shown)

    def _delete(self, arguments: _Arguments) -> Response:
        channel = self._open(arguments)
        message = self._message(channel, arguments, "message_not_found")
        if message.user:
            raise _error("cant_delete_message")
        self.delete(message)
        return _ok(channel=channel, ts=message.ts)

    def _lookup(self, arguments: _Arguments) -> Response:
        for each in self.colleagues.values():
            if each.is_found_by(str(arguments.get("email") or "")):
                return _ok(user=self._shown_member(each))
        raise _error("users_not_found")

    def _user(self, arguments: _Arguments) -> Response:
        found = self.colleagues.get(str(arguments.get("user") or ""))
        if found is None:
            raise _error("user_not_found")
        return _ok(user=self._shown_member(found))

    def _shown_member(self, of: SlackMember) -> dict[str, Any]:
        return member(of, with_email="users:read.email" in self.scopes)

    def _all_groups(self, _arguments: _Arguments) -> Response:
        return _ok(usergroups=[group(each) for each in sorted(self.groups)])

    def _permalink(self, arguments: _Arguments) -> Response:
        channel = self._known(arguments)
        ts = str(arguments.get("message_ts") or "")
        self._message(channel, {"ts": ts}, "message_not_found")
        permalink = f"{_TEAM_URL}/archives/{channel}/p{ts.replace('.', '')}"
        return _ok(channel=channel, permalink=permalink)

    def _known(self, arguments: _Arguments, *, member: bool = False) -> str:
        channel = str(arguments.get("channel") or "")
        if channel not in self.channels.values():
            raise _error("channel_not_found")
        if member and channel not in self.members:
            raise _error("not_in_channel")
        return channel

    def _open(self, arguments: _Arguments) -> str:
        """Return a channel that may be written to."""
        channel = self._known(arguments, member=True)
        if channel in self.archived:
            raise _error("is_archived")
        return channel

    def _message(self, channel: str, arguments: _Arguments, missing: str) -> SlackMessage:
        for message in self.messages:
            if message.channel == channel and message.ts == arguments.get("ts"):
                return message
        raise _error(missing)

    def _channel(self, id_: str) -> dict[str, Any]:
        name = next(name for name, known in self.channels.items() if known == id_)
        nothing = {"value": "", "creator": "", "last_set": 0}
        return dict.fromkeys(_NOT_OF_A_PUBLIC_CHANNEL, False) | {
            "id": id_,
            "name": name,
            "name_normalized": name,
            "created": LONG_AGO,
            "creator": BOT_USER,
            "topic": nothing,
            "purpose": nothing,
            "is_general": name == "general",
            "is_channel": True,
            "is_archived": id_ in self.archived,
            "is_member": id_ in self.members,
        }

    def _shown(self, message: SlackMessage, arguments: _Arguments) -> dict[str, Any]:
        shown: dict[str, Any] = {"type": "message", "ts": message.ts, "text": message.text}
        if message.blocks:
            shown["blocks"] = message.blocks
        replies = self.thread(message.ts)
        if replies:
            shown |= {"reply_count": len(replies), "subscribed": False}
        if message.thread_ts:
            parent = next(it for it in self.messages if it.ts == message.thread_ts)
            shown["parent_user_id"] = parent.user or BOT_USER
        if message.thread_ts or replies:
            shown["thread_ts"] = message.thread_ts or message.ts
        if message.user:
            shown["user"] = message.user
        if message.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)}
                for name, users in message.reactions.items()
            ]
        if message.edited:
            shown["edited"] = {"user": BOT_USER, "ts": message.ts}
        shown |= message.more
        if message.metadata:
            shown |= {"user": BOT_USER, "bot_id": _BOT}
            # Only those who ask for it see what a message carries.
            if str(arguments.get("include_all_metadata", "")).lower() in {"1", "true"}:
                shown["metadata"] = message.metadata
        return shown

    def _messages(
        self,
        found: list[dict[str, Any]],
        arguments: _Arguments,
        first: Sequence[dict[str, Any]] = (),
        **more: Any,
    ) -> Response:
        page = self._page("messages", found, arguments)
        page["messages"] = [*first, *page["messages"]]
        return _ok(**page, has_more=bool(page["response_metadata"]["next_cursor"]), **more)

    def _page(
        self, name: str, items: list[dict[str, Any]], arguments: _Arguments
    ) -> dict[str, Any]:
        start = int(arguments.get("cursor") or 0)
        end = start + min(int(arguments.get("limit") or 100), self.page_size)
        cursor = str(end) if end < len(items) else ""
        return {name: items[start:end], "response_metadata": {"next_cursor": cursor}}

    def _next_ts(self) -> str:
        now = int(self.timeline.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)  # no two messages share an id
        seconds, rest = divmod(self._last_ts, 1_000_000)
        return f"{seconds}.{rest:06d}"


def _decoded(value: Any) -> Any:
    """Return an argument that form bodies carry as JSON in a text."""
    return json.loads(value) if isinstance(value, str) and value else value


def _check_length(arguments: _Arguments, limit: int) -> None:
    if len(str(arguments.get("text") or "")) > limit:
        raise _error("msg_too_long")
    for block in _decoded(arguments.get("blocks")) or ():
        if len(str((block.get("text") or {}).get("text") or "")) > _LONGEST_SECTION:
            raise _error("invalid_blocks")


def _linked(text: str) -> str:
    return _ADDRESS.sub(lambda found: f"<{found[0]}>", text)


def _ok(**data: Any) -> JSONResponse:
    return JSONResponse({"ok": True, **data})


def _error(name: str, **data: Any) -> Answer:
    return Answer(200, {"ok": False, "error": name, **data})
