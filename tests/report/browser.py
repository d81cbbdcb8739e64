"""One headless Chromium for all that is looked at, spoken to through its own pipe.

The commands are those of the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).
Through a pipe they need no port and no further package: each is JSON with a zero byte behind it.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 60
"""Seconds that an answer may take."""


class BrowserError(Exception):
    """A command was refused, or a script in the page failed."""


class Browser:
    """A page in a browser: go somewhere, look at it as somebody would, and ask it."""

    def __init__(self, orders: int, replies: int) -> None:
        self._orders = orders
        self._replies = replies
        self._heard = b""
        self._events: list[str] = []
        self._numbers = count(1)
        self._page: dict[str, str] = {}
        target = self.order("Target.createTarget", url="about:blank")["targetId"]
        session = self.order("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._page = {"sessionId": session}
        self.order("Page.enable")

    def order(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give one command and wait for what comes of it."""
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": parameters, **self._page}
        left = memoryview(json.dumps(order).encode() + b"\0")
        while left:
            left = left[os.write(self._orders, left) :]
        while True:
            said = self._hear()
            if said.get("id") == number:
                break
        if "error" in said:
            raise BrowserError(f"{method}: {said['error']['message']}")
        found: dict[str, Any] = said["result"]
        return found

    def open(
        self, path: Path, width: int, *, is_dark: bool = False, is_phone: bool = False
    ) -> None:
        """Show a file in a window of so many CSS pixels, and wait until it is all there."""
        self.order(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=is_phone,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.order("Emulation.setEmulatedMedia", features=[scheme])
        self._events.clear()
        self.order("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self._events:
            self._hear()

    def ask(self, script: str) -> Any:
        """The value of a script in the page; of a promise, once it is kept."""
        found = self.order(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise BrowserError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG, as far down as it goes."""
        shot = self.order("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    def printed(self) -> bytes:
        """The page as PDF, on the paper that its own rules ask for."""
        made = self.order("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(made["data"])

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._heard:
            ready, _, _ = select.select([self._replies], [], [], _PATIENCE)
            part = os.read(self._replies, 1 << 20) if ready else b""
            if not part:
                raise BrowserError("Chromium has ended or does not answer.")
            self._heard += part
        first, _, self._heard = self._heard.partition(b"\0")
        said: dict[str, Any] = json.loads(first)
        self._events.append(said.get("method", ""))
        return said


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with a profile of its own; it ends with the block."""
    assert CHROMIUM is not None
    theirs, orders = os.pipe()
    replies, back = os.pipe()
    hands = [  # orders come in at 3 and replies leave at 4
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_DUP2, theirs, 3),
        (os.POSIX_SPAWN_DUP2, back, 4),
    ]
    order = [CHROMIUM, *_OPTIONS, f"--user-data-dir={profile}"]
    number = os.posix_spawn(CHROMIUM, order, os.environ, file_actions=hands, setpgroup=0)
    os.close(theirs)
    os.close(back)
    try:
        yield Browser(orders, replies)
    finally:
        os.killpg(number, signal.SIGKILL)
        os.waitpid(number, 0)
        os.close(orders)
        os.close(replies)
