"""Who is who in Slack: whom a message notifies, and who wrote one."""

import re
from collections.abc import Mapping

from hotfix.adapters.slack_channel.api import SlackApi
from hotfix.domain.foreign_answer import as_object
from hotfix.domain.problem import ProblemError
from hotfix.ports.messenger import Addressee, Message, MessageRefusedError, addressed

_ID = re.compile(r"[UWS][A-Z0-9]{5,}")


class People:
    """Members of the workspace, each looked up once.

    ``users`` maps a login, a name, an address or a contact to the id of a member or of a group, or
    to the e-mail address that Slack knows.
    """

    def __init__(self, api: SlackApi, users: Mapping[str, str]) -> None:
        self._api = api
        self._users = {_key(name): value for name, value in users.items()}
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def addressed(self, message: Message) -> str:
        """Return the text of a message, in which whoever it is for is mentioned where known.

        Raises:
            TemporaryTroubleError: Slack could not be asked now.
        """
        names = addressed(_escaped(each.name) for each in message.to)
        if not message.to or not message.text.startswith(names):
            return message.text
        # One person may be called by two names.
        mentions = dict.fromkeys(self._mention(each) or _escaped(each.name) for each in message.to)
        return addressed(mentions) + message.text.removeprefix(names)

    def is_known(self, whom: Addressee) -> bool | None:
        """Tell whether Slack can notify somebody; None where the app may not ask.

        Raises:
            TemporaryTroubleError: Slack could not be asked now.
        """
        id_ = self._id_of(whom)
        if not id_:
            return False
        # What was found by an address is there; what the configuration names may not be.
        return id_ in self._ids.values() or self._is_there(id_)

    def _is_there(self, id_: str) -> bool | None:
        try:
            if id_.startswith("S"):
                return id_ in self._groups()
            answer = self._api.ask(self._api.client.users_info, user=id_)
        except MessageRefusedError:
            return False  # user_not_found
        except ProblemError:
            return None  # a scope is missing
        # Who has left is a member still, and hears nothing.
        return not as_object(answer.get("user")).get("deleted")

    def _groups(self) -> set[str]:
        answer = self._api.ask(self._api.client.usergroups_list)
        return {str(as_object(each).get("id")) for each in answer["usergroups"]}

    def name_of(self, user: str) -> str:
        """Return what people call a member, or the id where Slack does not tell."""
        if user not in self._names:
            try:
                answer = self._api.ask(self._api.client.users_info, user=user)
            except ProblemError:
                return user
            member = as_object(answer.get("user"))
            profile = as_object(member.get("profile"))
            known = (profile.get("display_name"), profile.get("real_name"), member.get("name"))
            self._names[user] = next((str(each) for each in known if each), user)
        return self._names[user]

    def _mention(self, whom: Addressee) -> str:
        """Return what notifies somebody; empty where it is not known."""
        id_ = self._id_of(whom)
        if not id_:
            return ""
        return f"<!subteam^{id_}>" if id_.startswith("S") else f"<@{id_}>"

    def _id_of(self, whom: Addressee) -> str:
        mapped = self._users.get(_key(whom.name)) or self._users.get(_key(whom.email), "")
        return mapped if _ID.fullmatch(mapped) else self._looked_up(mapped or whom.email)

    def _looked_up(self, email: str) -> str:
        if not email:
            return ""
        if email not in self._ids:
            try:
                answer = self._api.ask(self._api.client.users_lookupByEmail, email=email)
            except MessageRefusedError:
                self._ids[email] = ""  # users_not_found: the workspace has no such member
            except ProblemError:
                return ""  # a scope is missing, say: the name alone is better than no message
            else:
                self._ids[email] = str(as_object(answer.get("user")).get("id") or "")
        return self._ids[email]


def _key(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _escaped(name: str) -> str:
    """Return a name as it stands in a text (Slack: "Escaping text")."""
    line = " ".join(name.split())
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
