"""Whether the world of a drill is still there: nothing goes on with a run in one that is gone."""

import socket
from urllib.parse import urlsplit

from hotfix.domain.problem import Problem, ProblemCode, ProblemError
from hotfix.domain.progress import Progress
from hotfix.domain.token_hosts import host_of, is_loopback

_PATIENCE_SECONDS = 1.0


def refuse_a_gone_world(progress: Progress) -> None:
    """Raise ProblemError where the GitHub of a run was a local server, and nothing listens there.

    One that is slow, or refuses with an answer, is waited for as any other.
    """
    origin = progress.settings.origin
    if origin is None or not is_loopback(host_of(origin.api_url)):
        return
    address = urlsplit(origin.api_url)
    place = (address.hostname or "", address.port or 80)
    try:
        socket.create_connection(place, _PATIENCE_SECONDS).close()
    except ConnectionRefusedError as error:
        problem = Problem(
            ProblemCode.USAGE,
            what=f"The world of run {progress.run} is gone: it was in a drill.",
            why=f"Its record is kept. Nothing listens where its GitHub was: {origin.api_url}",
            next_command=f"hotfix show {progress.run}; another drill: hotfix drill",
        )
        raise ProblemError(problem) from error
    except OSError:
        return
