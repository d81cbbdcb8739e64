"""The pace: so many mails a minute and no more, because providers refuse what comes faster.

It wraps a transport, so that whoever sends need not know of it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from sheetops.mail import Envelope, Handed, Transport

_MINUTE = 60.0


class Paced:
    """A transport that waits before a mail that would be one too many within any 60 seconds.

    `clock` gives seconds that only grow; `sleep` waits so many of them.
    """

    def __init__(
        self,
        transport: Transport,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = transport
        self._ends: deque[float] = deque(maxlen=max(1, per_minute))
        self._clock = clock
        self._sleep = sleep

    def begin(self, envelope: Envelope) -> None:
        """What the transport does, unless the mail has to wait."""
        if self._wait() <= 0:
            self._transport.begin(envelope)

    def hand_over(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed:
        """Wait if need be, then hand over. What was refused counts too: the provider saw it."""
        wait = self._wait()
        if wait > 0:
            self._sleep(wait)
        try:
            return self._transport.hand_over(envelope, before_body)
        finally:
            self._ends.append(self._clock())

    def must_wait(self) -> bool:
        """Whether the pace or the transport must."""
        return self._wait() > 0 or self._transport.must_wait()

    def _wait(self) -> float:
        """Seconds until the next may leave, none or fewer if it may now."""
        if len(self._ends) < (self._ends.maxlen or 1):
            return 0.0
        return self._ends[0] + _MINUTE - self._clock()

    def was_accepted(self, key: str) -> bool | None:
        """What the transport says."""
        return self._transport.was_accepted(key)
