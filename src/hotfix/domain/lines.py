"""Lines as files hold them: ended by a line feed, and by nothing else."""


def lines_of(raw: bytes) -> list[bytes]:
    r"""Return the lines of ``raw``, each with its ``\n``; the last one may lack it.

    ``bytes.splitlines`` also ends a line at a carriage return: one flipped bit, and what comes
    after it would be no line of ours any more.
    """
    *whole, rest = raw.split(b"\n")
    lines = [line + b"\n" for line in whole]
    return [*lines, rest] if rest else lines
