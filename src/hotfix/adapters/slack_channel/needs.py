"""What telling the team in Slack needs, checked before there is something to tell."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from slack_sdk.web import SlackResponse

from hotfix.adapters.slack_channel.api import SlackApi
from hotfix.adapters.slack_channel.people import People
from hotfix.domain.foreign_answer import understood
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.ports.messenger import Addressee
from hotfix.ports.readiness import Finding, Need, unmet

_AREA = "slack"
#: what the app does not work without, and what tells people apart (docs/slack-app-manifest.yml)
SCOPES = ("chat:write", "channels:read", "channels:history")
SCOPES_OF_PEOPLE = ("users:read", "users:read.email")
#: what tells whether a group is there, where [slack] users names one
SCOPES_OF_GROUPS = ("usergroups:read",)


def needs_of(
    api: SlackApi,
    channel: str,
    find_id: Callable[[], str],
    people: People,
    whom: Sequence[Addressee],
) -> tuple[Need, ...]:
    """Return the needs in the order in which they build on each other, up to the first unmet one.

    ``whom`` are those who are going to be notified. Never a failed one: telling people does not
    hold up a fix.
    """
    found: list[Need] = []
    try:
        with understood("Slack's answer"):
            found.extend(_looked_at(api, channel, find_id))
            found.extend(_notified(people, whom))
    except ProblemError as error:
        found.append(unmet(_AREA, "usable", Finding.WARNING, error))
    except TemporaryTroubleError as trouble:
        found.append(unmet(_AREA, "reachable", Finding.WARNING, trouble))
    return tuple(found)


def _looked_at(api: SlackApi, channel: str, find_id: Callable[[], str]) -> Iterator[Need]:
    who = api.ask(api.client.auth_test)
    user, team = _text(who, "user"), _text(who, "team")
    yield Need(_AREA, "token", Finding.OK, f"{user} in {team}")
    yield from _scopes(who)
    info = api.ask(api.client.conversations_info, channel=find_id())
    there = info["channel"]
    if there.get("is_archived"):
        mend = f"Unarchive {channel} in Slack, or set [slack] channel in hotfix.toml"
        yield Need(_AREA, "channel", Finding.WARNING, f"{channel} is archived", mend)
        return
    yield Need(_AREA, "channel", Finding.OK, f"{channel} is {_text(there, 'id')}")
    if there.get("is_member"):
        yield Need(_AREA, "member", Finding.OK, f"in {channel}")
    else:
        mend = f"In {channel}, type: /invite @{user}"
        yield Need(_AREA, "member", Finding.WARNING, f"not in {channel}", mend)


def _text(answer: Any, key: str) -> str:
    """Return what every true answer has."""
    found = answer.get(key)
    if not found or not isinstance(found, str):
        raise ValueError(f"{key} is {found!r}")
    return found


def _scopes(who: SlackResponse) -> Iterator[Need]:
    listed = next(
        (value for name, value in who.headers.items() if name.lower() == "x-oauth-scopes"), None
    )
    if listed is None:
        return  # Not every installation says; then the first message will.
    granted = {scope.strip() for scope in str(listed).split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        yield _lacking("scopes", missing, "")
    else:
        yield Need(_AREA, "scopes", Finding.OK, ", ".join(SCOPES))
    if missing := [scope for scope in SCOPES_OF_PEOPLE if scope not in granted]:
        yield _lacking("people", missing, "; people are found by [slack] users alone")


def _lacking(name: str, missing: Sequence[str], so: str) -> Need:
    lacks = ", ".join(missing)
    mend = f"https://api.slack.com/apps > OAuth & Permissions: add {lacks}, reinstall"
    return Need(_AREA, name, Finding.WARNING, f"lacks {lacks}{so}", mend)


def _notified(people: People, whom: Sequence[Addressee]) -> Iterator[Need]:
    """Yield whom Slack does not know: their names are written, and nobody is notified."""
    known = {each.name: people.is_known(each) for each in whom}
    unknown = [name for name, is_there in known.items() if is_there is False]
    if unasked := [name for name, is_there in known.items() if is_there is None]:
        saw = f"not known whether Slack has {', '.join(unasked)}: the app may not ask"
        scopes = ", ".join((SCOPES_OF_PEOPLE[0], *SCOPES_OF_GROUPS))
        mend = f"https://api.slack.com/apps > OAuth & Permissions: add {scopes}"
        yield Need(_AREA, "pings not checked", Finding.WARNING, saw, f"{mend}, reinstall")
    if unknown:
        names = ", ".join(dict.fromkeys(unknown))
        mend = f'In hotfix.toml: [slack] users = {{ "{unknown[0]}" = "U..." }}'
        yield Need(_AREA, "pings", Finding.WARNING, f"named without a ping: {names}", mend)
    elif whom and not unasked:
        yield Need(_AREA, "pings", Finding.OK, ", ".join(each.name for each in whom))
