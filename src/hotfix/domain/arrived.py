"""What has become of a message that arrived."""

from datetime import datetime

from hotfix.domain.frozen import replace
from hotfix.domain.progress import Progress


def after_arrival(progress: Progress, key: str, url: str, at: datetime) -> Progress:
    """Return the progress once the message ``key`` has arrived.

    Args:
        progress: before that.
        key: as of ``told``.
        url: where people read it; empty where that is not known.
        at: when, UTC.
    """
    untold = {other: text for other, text in progress.untold.items() if other != key}
    urls = {**progress.told_urls, key: url} if url else progress.told_urls
    told = progress.told | {key}
    return replace(progress, told=told, untold=untold, told_at=at, told_urls=urls)
