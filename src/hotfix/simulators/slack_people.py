"""Who is in a Slack workspace, as its Web API shows them: members and groups of them."""

from dataclasses import dataclass
from typing import Any

TEAM, BOT_USER = "T0WEBRANA1", "U0HOTFIX01"
#: when channels were made and members changed, in seconds since 1970
LONG_AGO = 1_700_000_000
_EMPTY_IN_A_PROFILE = (*("avatar_hash", "title", "phone", "skype", "status_text", "status_emoji"),)


@dataclass(frozen=True)
class SlackMember:
    """A colleague in the workspace."""

    id: str
    name: str  # the handle
    real_name: str
    email: str
    has_left: bool = False  # deactivated: known by id, and not found by the address

    def is_found_by(self, email: str) -> bool:
        """Tell whether an address finds this member."""
        return not self.has_left and self.email.casefold() == email.casefold()


def member(of: SlackMember, *, with_email: bool) -> dict[str, Any]:
    """Return a member as an app sees them."""
    profile: dict[str, Any] = dict.fromkeys(_EMPTY_IN_A_PROFILE, "") | {
        "real_name": of.real_name,
        "real_name_normalized": of.real_name,
        "display_name": of.name,
        "display_name_normalized": of.name,
        "fields": None,
    }
    if with_email:
        profile["email"] = of.email
    return {
        "id": of.id,
        "name": of.name,
        "deleted": of.has_left,
        "is_bot": False,
        "is_app_user": False,
        "updated": LONG_AGO,
        "profile": profile,
    }


def group(id_: str) -> dict[str, Any]:
    """Return a group as an app sees it."""
    return {
        **dict.fromkeys(("date_create", "date_update", "date_delete"), 0),
        **dict.fromkeys(("created_by", "updated_by"), BOT_USER),
        **dict.fromkeys(("is_usergroup", "is_subteam"), True),
        **dict.fromkeys(("is_external", "auto_provision"), False),
        **dict.fromkeys(("auto_type", "deleted_by")),
        **dict.fromkeys(("description", "enterprise_subteam_id"), ""),
        **dict.fromkeys(("id", "name"), id_),
        "team_id": TEAM,
        "handle": id_.lower(),
        "prefs": {"channels": [], "groups": []},
    }
