"""What a person sees who opens an address of a simulated service in a browser.

Programs ask with a token, and are answered by the service's routes; a browser has none, and asks
for a page. What it gets is on no record: nobody outside of the drill has such pages.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Page:
    """A page: its title, and what stands on it, each text with where it links to, or nothing."""

    title: str
    rows: Sequence[tuple[str, str]]

    def html(self) -> str:
        """Return it as a browser reads it."""
        rows = "".join(f"<p>{_linked(text, to)}</p>\n" for text, to in self.rows)
        title = escape(self.title)
        return (
            f'<!doctype html>\n<meta charset="utf-8">\n<title>{title}</title>\n'
            f'<body style="font-family: sans-serif; white-space: pre-wrap">\n'
            f"<h1>{title}</h1>\n{rows}"
        )


def _linked(text: str, to: str) -> str:
    return f'<a href="{escape(to)}">{escape(text)}</a>' if to else escape(text)


class ForBrowsers:
    """Answers browsers with the page of a path, and hands all else on."""

    def __init__(self, app: ASGIApp, page: Callable[[str], Page]) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and _is_of_a_browser(scope):
            page = await asyncio.to_thread(self._page, scope["path"])
            await HTMLResponse(page.html())(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_of_a_browser(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    wants_page = "text/html" in headers.get("accept", "")
    return scope["method"] == "GET" and wants_page and "authorization" not in headers
