"""What can go wrong between the sheet and us, by script."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from tests.sheets_server.errors import ApiError
from tests.sheets_server.service import Reply, Request, as_reply

Kind = Literal["status", "hang", "drop", "expired"]


@dataclass
class Fault:
    """One mishap.

    `kind`: an HTTP `status`, a `hang` (no reply, the connection stays open), a `drop` (the
    connection is cut without a reply) or `expired` (every token is worth nothing from now on, then
    all goes its way). `after`: the change is made before it happens. `hits`: which requests it may
    strike. It strikes `times` times, after letting `skip` such requests pass.
    """

    kind: Kind
    status: int = 0
    after: bool = False
    retry_after: str = ""
    hits: Callable[[Request], bool] = lambda request: "sheets.googleapis.com" in request.url
    times: int = 1
    skip: int = 0

    def strikes(self, request: Request) -> bool:
        """Whether it strikes this request; one of its times is used up then."""
        if not self.times or not self.hits(request):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True

    def reply(self) -> Reply:
        """The reply of a `status`."""
        reply = as_reply(ApiError(self.status).body(), self.status)
        if self.retry_after:
            reply.headers["Retry-After"] = self.retry_after
        return reply


@dataclass
class Script:
    """The mishaps to come."""

    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, request: Request) -> Fault | None:
        """The mishap that strikes this request, if any."""
        with self.lock:
            return next((fault for fault in self.faults if fault.strikes(request)), None)


def writes(request: Request) -> bool:
    """For `hits`: requests that change a spreadsheet."""
    return "sheets.googleapis.com" in request.url and request.method in ("POST", "PUT")


def reads(request: Request) -> bool:
    """For `hits`: requests that read a spreadsheet."""
    return "sheets.googleapis.com" in request.url and request.method == "GET"


def tokens(request: Request) -> bool:
    """For `hits`: requests for a token."""
    return "oauth2.googleapis.com" in request.url
