"""Slack's Web API: each call is made once, within a time limit, and its errors are put in words."""

import http.client
import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from hotfix.domain.foreign_text import clean_all
from hotfix.domain.no_answer import IN_BETWEEN, no_answer
from hotfix.domain.problem import Problem, ProblemCode, ProblemError, TemporaryTroubleError
from hotfix.domain.retry_after import asks_to_wait, retry_after
from hotfix.ports.messenger import MessageRefusedError
from hotfix.processes.in_time import in_time
from hotfix.processes.server_clock import ServerClock

# Less than a command waits at its end for the last message: what is untold is then known.
_TIMEOUT_SECONDS = 4
_RETRY_SECONDS = 1.0
# Slack's own trouble, whatever the HTTP status says ("Errors" of each method's reference).
_PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "external_channel_migrating",
}
# Somebody deleted what we write to: looking again finds that out, and a new one is posted.
_GONE = {"message_not_found", "thread_not_found"}
_BAD_TOKEN = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
}
_NEW_TOKEN = "export SLACK_BOT_TOKEN=xoxb-..., then: hotfix doctor"  # noqa: S105 - it is a hint

# The library logs every failed request on its own; here whoever called says it, once.
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())
_log.propagate = False


class _Client(WebClient):
    """Takes the token along to no other place that an answer leads to."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        token = req.headers.pop("Authorization", None)
        if token:
            req.add_unredirected_header("Authorization", token)
        return super()._perform_urllib_http_request_internal(url, req)


class SlackApi:
    """One workspace, as one app sees it.

    ``channel`` is as the team wrote it, for error messages; ``base_url`` is another address than
    Slack's own (GovSlack), or None.
    """

    def __init__(self, token: str, channel: str, base_url: str | None) -> None:
        self._token = token.strip()
        self._channel = channel
        self.clock = ServerClock()
        # The library would send again by itself what may have arrived.
        self.client = _Client(
            self._token,
            base_url=base_url or WebClient.BASE_URL,
            timeout=_TIMEOUT_SECONDS,
            retry_handlers=[],
            logger=_log,
        )
        # Read from the environment without its NO_PROXY; urllib below knows both.
        self.client.proxy = None

    def ask(self, method: Callable[..., SlackResponse], **arguments: Any) -> SlackResponse:
        """Call a method of ``client`` once; the texts among the arguments are cleaned.

        Raises:
            TemporaryTroubleError: no answer, a rate limit, or trouble at Slack's.
            MessageRefusedError: Slack refuses this one, for a reason that is in what was asked for.
            ProblemError: Slack refuses us: the token, a scope, the channel.
        """
        if not (self._token.isascii() and self._token.isprintable()):
            # The library's own words would hold the token.
            raise ProblemError(_token_problem("The token holds characters that no token has."))
        try:
            ask = partial(method, **clean_all(arguments))
            answer = in_time(ask, _TIMEOUT_SECONDS, "slack")
        except SlackApiError as error:
            raise self._in_words(error) from error
        except (OSError, http.client.HTTPException) as error:
            host = urlsplit(self.client.base_url).hostname or "slack.com"
            raise no_answer("Slack", host, error, _RETRY_SECONDS) from error
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            # The library trips over bytes that are no text and over JSON that is no object.
            saying = f"Slack's answer makes no sense: {type(error).__name__}."
            raise TemporaryTroubleError(saying, _RETRY_SECONDS) from error
        self.clock.note_in(answer.headers)
        return answer

    def pages(
        self, method: Callable[..., SlackResponse], at_most: int, **arguments: Any
    ) -> Iterator[Mapping[str, Any]]:
        """Yield the answers of a paged method, at most so many; raises as ``ask`` does."""
        cursor = None
        for _ in range(at_most):
            page, cursor = self.page(method, cursor, **arguments)
            yield page
            if not cursor:
                return

    def page(
        self, method: Callable[..., SlackResponse], cursor: str | None, **arguments: Any
    ) -> tuple[Mapping[str, Any], str | None]:
        """Return one answer of a paged method, and the cursor of the next; None at the end."""
        answer = self.ask(method, cursor=cursor, **arguments)
        page: Mapping[str, Any] = answer.data if isinstance(answer.data, dict) else {}
        return page, (page.get("response_metadata") or {}).get("next_cursor") or None

    def _in_words(self, error: SlackApiError) -> ProblemError | TemporaryTroubleError:
        response = error.response
        data = response.data if isinstance(response.data, dict) else {}
        status, name = int(response.status_code), str(data.get("error") or "")
        if status == http.client.TOO_MANY_REQUESTS or name in {"ratelimited", "rate_limited"}:
            return asks_to_wait("Slack", retry_after(response.headers) or _RETRY_SECONDS)
        # An answer without Slack's word for it comes from something in between.
        is_foreign = not name or name.startswith("Received a response in a non-JSON format")
        if is_foreign and status < http.client.INTERNAL_SERVER_ERROR:
            saying = f"The answer ({status}) is not Slack's: something is in between."
            return TemporaryTroubleError(saying, _RETRY_SECONDS, mend=IN_BETWEEN)
        if status >= http.client.INTERNAL_SERVER_ERROR or name in _PASSING:
            said = str(status) if is_foreign else f"{status} {name}"
            return TemporaryTroubleError(f"Slack has trouble: {said}.", _RETRY_SECONDS)
        if name in _GONE:
            return gone(name)
        return self._refusal(name, response)

    def _refusal(self, name: str, response: SlackResponse) -> ProblemError:
        if name in _BAD_TOKEN:
            return ProblemError(_token_problem(f"Slack says {name}."))
        if name in {"missing_scope", "no_permission"}:
            needed = str(response.get("needed") or "chat:write, channels:read, channels:history")
            return ProblemError(
                Problem(
                    ProblemCode.RIGHTS,
                    "The Slack app lacks a scope.",
                    f"Slack says {name}; needed: {needed}.",
                    f"https://api.slack.com/apps > OAuth & Permissions: add {needed}, reinstall",
                )
            )
        if name == "not_in_channel":
            return ProblemError(
                Problem(
                    ProblemCode.RIGHTS,
                    f"The Slack app is not in {self._channel}.",
                    f"Slack says {name}.",
                    f"In {self._channel}, type: /invite @hotfix",
                )
            )
        if name in {"channel_not_found", "is_archived"}:
            return ProblemError(no_channel(self._channel, f"Slack says {name}."))
        what = f"Slack refuses the message to {self._channel}: {name}."
        why = f"Slack says {name}."
        return MessageRefusedError(Problem(ProblemCode.FAILED, what, why, "hotfix doctor"))


def gone(name: str) -> TemporaryTroubleError:
    """Return the trouble with a message that was deleted; ``name`` is Slack's for it."""
    return TemporaryTroubleError(f"The message in Slack is gone: {name}.", _RETRY_SECONDS)


def no_channel(channel: str, why: str) -> Problem:
    """Return the problem of a channel that is not there for us."""
    return Problem(
        ProblemCode.CONFIGURATION,
        f"There is no open channel {channel} that the Slack app can see.",
        why,
        "Unarchive it, or set [slack] channel in hotfix.toml; a private one by its id, with "
        "/invite @hotfix",
    )


def channel_by_id(channel: str, why: str) -> Problem:
    """Return the problem of a channel that may be there, but was not found by its name."""
    return Problem(
        ProblemCode.CONFIGURATION,
        f"The channel {channel} was not found by its name.",
        why,
        "Set [slack] channel in hotfix.toml to its id, which Slack shows in the channel's details",
    )


def _token_problem(why: str) -> Problem:
    return Problem(ProblemCode.RIGHTS, "Slack does not accept the token.", why, _NEW_TOKEN)
