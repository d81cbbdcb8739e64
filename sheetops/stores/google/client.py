"""The way to the Sheets API: gspread's, with time-outs, few and fair retries, and a count.

Context: gspread waits for ever by default, and its own retrying client once appended a row twice.
Decision: each request has a time-out; one that can be repeated without harm is repeated a few times
within two minutes, all others never, save where Google says that it did not even begin (429).
Consequence: a run ends in bounded time, and what is in doubt is looked up by the next one.
"""

from __future__ import annotations

import json as jsons
import logging
import random
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient

from sheetops.errors import GoogleError
from sheetops.stores.google import errors
from sheetops.stores.google.errors import Context

LOG = logging.getLogger("sheetops.google")
"""Told of every request; `--verbose` listens."""
_CONNECT = 10.0  # seconds
_ATTEMPTS = 5
_LONGEST_WAIT = 64.0  # seconds, of all waits of one request together: the quota is by the minute
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_NOT_BEGUN = 429
_UNCERTAIN = frozenset({408, 500, 502, 503, 504})


@dataclass
class Asked:
    """What was asked of Google so far."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Patience:
    """How requests are repeated: how often at most, and by what one waits."""

    attempts: int = _ATTEMPTS
    longest: float = _LONGEST_WAIT
    sleep: Callable[[float], None] = time.sleep
    spread: Callable[[float, float], float] = field(default=random.uniform)


class Client(HTTPClient):
    """gspread's own way of asking, made careful. Raises GoogleError, never anything of theirs."""

    def __init__(
        self,
        credentials: Credentials,
        context: Context,
        timeout: float = 60.0,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(None, AuthorizedSession(credentials, refresh_timeout=timeout))  # type: ignore[arg-type,no-untyped-call]
        self.set_timeout((min(_CONNECT, timeout), timeout))
        self.context = context
        self.patience = patience or Patience()
        self.asked = Asked()
        self.date = ""
        """What time it was at Google when it last answered, as it says so."""

    def request(  # noqa: PLR0913, PLR0917 # as gspread has it
        self,
        method: str,
        endpoint: str,
        params: MutableMapping[str, Any] | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """One request, repeated where that does no harm. Raises GoogleError."""
        if json is not None:  # floats as JSON has them, and text as it is: half the bytes
            data = jsons.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        repeatable = is_repeatable(method, endpoint)
        left = self.patience.longest
        for attempt in range(1, self.patience.attempts + 1):
            answer = self._once(method, endpoint, params, data, headers)
            if isinstance(answer, requests.Response):
                return answer
            wait = self._wait(answer, attempt)
            may = repeatable or _code(answer) == _NOT_BEGUN
            if not may or not _passes(answer) or attempt == self.patience.attempts or wait > left:
                raise self._in_words(answer, repeatable=repeatable) from answer
            LOG.info("waiting %.1f seconds, because %s", wait, _why(answer))
            self.patience.sleep(wait)
            left -= wait
        raise AssertionError  # the loop returns or raises

    def _once(
        self,
        method: str,
        endpoint: str,
        params: MutableMapping[str, Any] | None,
        data: bytes | None,
        headers: MutableMapping[str, str] | None,
    ) -> requests.Response | Exception:
        """The answer, or what came instead of one."""
        began = time.monotonic()
        size, code = 0, "no answer"
        try:
            answer = super().request(method, endpoint, params, data, None, None, headers)
            size, code = len(answer.content), str(answer.status_code)
            self.date = answer.headers.get("Date", "")
            answer.json()  # half an answer is none
        except APIError as error:
            code = str(error.response.status_code)
            return error
        except errors.NETWORK as error:
            return error
        finally:
            spent = time.monotonic() - began
            self.asked.requests += 1
            self.asked.sent += len(data or b"")
            self.asked.received += size
            self.asked.seconds += spent
            what = endpoint.rpartition(":")[2] if endpoint.count(":") > 1 else "get"
            counts = (len(data or b""), size, spent)
            words = "%s %s: %s, %d bytes sent, %d received, %.2f s"
            LOG.info(words, method.upper(), what, code, *counts, extra={"asked": counts})
        return answer

    def _wait(self, error: Exception, attempt: int) -> float:
        """Seconds to wait: what Google asks for, else twice as long each time; never in step."""
        asked = _retry_after(error)
        longest = float(2**attempt)
        spread: float = self.patience.spread(0, longest / 2)
        return asked + spread / 4 if asked is not None else longest / 2 + spread

    def _in_words(self, error: Exception, *, repeatable: bool) -> GoogleError:
        told = (
            errors.of_answer(error, self.context)
            if isinstance(error, APIError)
            else errors.of_network(error, self.context)
        )
        code = _code(error)
        in_doubt = code in _UNCERTAIN if code else not isinstance(error, RefreshError)
        if repeatable or not in_doubt:
            return told
        return errors.Uncertain(
            f"{told.what} Whether the new rows have arrived is not known.",
            "The next run looks, and adds what is missing.",
        )


def is_repeatable(method: str, endpoint: str) -> bool:
    """Whether a request sent twice does the same as once: a look, or values put in their place."""
    return method.lower() == "get" or endpoint.endswith("/values:batchUpdate")


def _code(error: Exception) -> int:
    return error.response.status_code if isinstance(error, APIError) else 0


def _passes(error: Exception) -> bool:
    """Whether it may pass by itself."""
    if isinstance(error, APIError):
        return _code(error) in _AGAIN
    return not isinstance(error, RefreshError) and not isinstance(
        error, requests.exceptions.SSLError
    )


def _why(error: Exception) -> str:
    return f"Google said {_code(error)}" if _code(error) else "there was no answer"


def _retry_after(error: Exception) -> float | None:
    if not isinstance(error, APIError):
        return None
    text = error.response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
