"""Lines as files and programs have them: ended by a line feed, and by nothing else."""

TYPE_CHECKING = False  # as in ``fast_status``: collections is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def lines_of(raw: bytes) -> list[bytes]:
    r"""Return the lines of ``raw``, each with its ``\n``; the last one may lack it.

    ``bytes.splitlines`` also ends a line at a carriage return: one flipped bit, and what comes
    after it would be no line of ours any more.
    """
    *whole, rest = raw.split(b"\n")
    lines = [line + b"\n" for line in whole]
    return [*lines, rest] if rest else lines


def text_lines(text: str) -> list[str]:
    r"""Return the lines of foreign ``text``, without ``\n`` or ``\r\n``; an empty last one is none.

    ``str.splitlines`` ends a line also at U+2028, U+0085, and six controls: there, a subject would
    be two lines, and a path two paths.
    """
    *whole, rest = text.split("\n")
    return [line.removesuffix("\r") for line in ([*whole, rest] if rest else whole)]


def lines_as_they_come(chunks: "Iterable[bytes]", longest: int) -> "Iterator[bytes]":
    r"""Yield the lines of ``chunks``, without ``\n``, each once it is whole; no empty last one.

    Of one that is longer than ``longest`` bytes, its beginning: whoever writes a line for ever
    takes no more room than that.
    """
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line[:longest] for line in whole)
        rest = rest[:longest]
    if rest:
        yield rest
