"""``hotfix doctor``: every later need, checked now."""

import time
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command

if TYPE_CHECKING:
    from hotfix.ports.readiness import Need
    from hotfix.runs.session import Session

# With the program's own start, what hangs costs less than three seconds in all. Where the start
# alone takes long, the machine is busy: what answers takes long, too, and is not said to hang.
_SECONDS, _STARTS, _AT_MOST_SECONDS = 2.1, 3, 8.0
_STARTED = time.monotonic()


@command
def doctor(
    as_json: flags.ObjectAsJson = False,
    config: flags.Config = None,
    trust_host: flags.TrustHost = None,
) -> int:
    """Check git, configuration, tokens, services and rights, with the command that mends each."""
    from hotfix.ports.readiness import Finding
    from hotfix.runs.taken_up import any_session
    from hotfix.view import doctor_text

    session = any_session("doctor", screens.say, config, flags.hosts(trust_host))
    needs = needs_of(session)
    if as_json:
        print(doctor_text.as_json(needs))
    else:
        doctor_text.show(needs)
    failed = [need for need in needs if need.finding is Finding.FAILED]
    return exit_codes.of_problem(failed[0].code) if failed else exit_codes.DONE


def needs_of(session: "Session") -> "tuple[Need, ...]":
    """Return every need of a configuration, checked now, and what did not answer in time."""
    from hotfix.runs import chased

    start = time.monotonic() - _STARTED
    patience = max(_SECONDS - start, min(_STARTS * start, _AT_MOST_SECONDS))
    return session.tools.examination(chased.needs(session), patience).check()
