"""``hotfix contacts``: whom to call (procedure: "Emergency Contacts")."""

import json

from hotfix.cli import flags, screens
from hotfix.cli.errors import command
from hotfix.domain.problem import ProblemError, TemporaryTroubleError
from hotfix.view.printing import print_lines


@command
def contacts(
    as_json: flags.ObjectAsJson = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
) -> int:
    """Print the emergency contacts, with who is on call now."""
    from hotfix.runs.taken_up import any_session
    from hotfix.view.foreign_text import one_line

    session = any_session("contacts", screens.say, config, flags.hosts(trust_host))
    named = session.config.contacts
    pager, on_call = session.tools.pager, ", ".join(named.on_call)
    on_call = on_call or "check PagerDuty (not configured: [pagerduty])"
    untrusted = session.tools.untrusted("pagerduty")
    if untrusted is not None:
        on_call = f"check PagerDuty ({untrusted.what} {untrusted.next_command})"
    if pager is not None:
        try:
            people = pager.on_call()
            on_call = ", ".join(
                f"{who.name} <{who.email}>" if who.email else who.name for who in people
            )
            on_call = on_call or "nobody is on call now, says PagerDuty (more: hotfix doctor)"
        except TemporaryTroubleError as trouble:
            on_call = f"check PagerDuty ({trouble.saying})"
        except ProblemError as error:
            on_call = f"check PagerDuty ({error.problem.what})"
    found = {
        "on_call_engineer": on_call,
        "devops_lead": named.devops_lead or None,
        "product_manager": named.product_manager or None,
    }
    if as_json:
        print(json.dumps({"v": 1, **found}, indent=2))
        return 0
    labels = ("On-call Engineer", "DevOps Lead", "Product Manager")
    for label, (key, contact) in zip(labels, found.items(), strict=True):
        who = contact or f"none is configured ([contacts] {key})"
        print_lines(f"{label:<18}{one_line(who)}")
    return 0
