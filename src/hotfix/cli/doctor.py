"""``hotfix doctor``: every later need, checked now."""

from contextlib import suppress
from typing import TYPE_CHECKING

from hotfix.cli import exit_codes, flags, screens
from hotfix.cli.errors import command

if TYPE_CHECKING:
    from hotfix.ports.readiness import Need
    from hotfix.runs.session import Session


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
    print(doctor_text.as_json(needs) if as_json else "\n".join(doctor_text.as_lines(needs)))
    failed = [need for need in needs if need.finding is Finding.FAILED]
    return exit_codes.of_problem(failed[0].code) if failed else exit_codes.DONE


def needs_of(session: "Session") -> "tuple[Need, ...]":
    """Return every need of a configuration, checked now."""
    from hotfix.domain.problem import ProblemError
    from hotfix.runs import unbrought_fixes
    from hotfix.runs.unreverted_commits import as_needs, still_held, unreadable

    needs = session.tools.readiness_with_probes.check() + unreadable(session)
    with suppress(ProblemError):
        # Without a token or a clone nobody can ask; the needs above say so.
        needs += as_needs(still_held(session))
        needs += unbrought_fixes.as_needs(unbrought_fixes.still_to_bring(session))
    return needs
