"""What the public descriptions of Slack, PagerDuty and Statuspage lack, and why we go by it."""

from tests.openapi.described import Description, Lack

_METADATA = "message metadata came after the description, which is from 2021 and archived"
_BEARER = "the token goes in the header Authorization, which Slack recommends"

SLACK = (
    Lack(".* request", "token", _BEARER),
    Lack("POST /chat.* request", "metadata", _METADATA),
    Lack("GET /conversations.* request", "include_all_metadata", _METADATA),
    Lack("GET /conversations.* answer", "metadata", _METADATA),
    Lack("POST /chat.* request", "blocks", "described as a form's text; in JSON it is a list"),
    Lack("POST /chat.update answer", "blocks", "described as an object; it is a list"),
    Lack("GET /conversations.* answer", "edited", "messages that were edited are not described"),
    Lack(
        "GET /conversations.(history|replies) answer",
        "response_metadata",
        "its cursor is asked for by name and not described",
    ),
    *(
        Lack(
            "GET /conversations.replies answer", name, "of a thread, only plain texts are described"
        )
        for name in ("blocks", "bot_id", "reactions")
    ),
    Lack("GET /conversations.history answer 200 /messages: \\[\\]", "", "a channel may be empty"),
    Lack(
        'GET /conversations.replies answer 200 /messages/N: (?!.*"thread_ts")',
        "",
        "a message without a thread is answered as it is",
    ),
    Lack(
        "POST /chat.update answer 200 has no",
        "",
        "of the message, only text, blocks and attachments are described",
    ),
    *(
        Lack(".* answer", name, "described of some refusals alone: what scope is lacking")
        for name in ("needed", "provided")
    ),
)

PAGERDUTY = (
    Lack(
        "GET /oncalls answer 200 /oncalls/N/schedule: null",
        "",
        "null where a policy names somebody without a schedule",
    ),
    *(
        Lack("GET /oncalls answer", name, "with include[]=users they are whole users")
        for name in ("name", "email")
    ),
    *(
        Lack("GET /change_events answer", name, "as every list it has pages; not described of this")
        for name in ("limit", "more", "offset")
    ),
    Lack(
        "POST /(change/)?enqueue answer 400 has no (status|message|errors)",
        "",
        "its refusal is named in words there, not described",
    ),
    Lack(
        r"GET /oncalls answer 200 /oncalls/N/user/type: .*user_reference",
        "",
        "with include[]=users they are whole users",
    ),
    Lack(
        r"GET /oncalls answer 200 /oncalls/N/(start|end): null",
        "",
        "null for somebody who is always on call, as its own words say",
    ),
)

STATUSPAGE = (
    Lack("answer 20. .*/resolved_at: null", "", "null while the incident is open"),
    Lack("answer 20. .*/affected_components: null", "", "null where it is about no component"),
    *(
        Lack("(GET|POST|PATCH) .*/incidents.* answer", name, "of what an update affects")
        for name in ("code", "old_status", "new_status")
    ),
    Lack(".* answer", "error", "refusals are described with message, and sent with error"),
)


def described(service: str) -> Description:
    """Return what is known of ``slack``, ``pagerduty`` or ``statuspage``."""
    return {
        "slack": lambda: Description(["slack"], SLACK, posts=True),
        "pagerduty": lambda: Description(["pagerduty", "pagerduty-events"], PAGERDUTY),
        "statuspage": lambda: Description(["statuspage"], STATUSPAGE),
    }[service]()
