"""Which points a run reaches, told apart by the step of the ledger in which they lie."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sheetops import failpoints

_PASSED_THROUGH = {"contextlib.py", "database.py", "points.py"}
HALF = "smtp: half the body out"
_SHORT = 100  # bytes; commands are shorter, and a body is longer


@dataclass(frozen=True, order=True)
class Point:
    """The n-th time that a point is reached, and by which step of the ledger (else blank)."""

    name: str
    times: int
    step: str = ""

    def __str__(self) -> str:
        return f"{self.name}{f' ({self.step})' if self.step else ''} #{self.times}"


def halve_bodies() -> None:
    """Let smtplib say a body in two pieces, with a point between them; for this process."""
    real = smtplib.SMTP.send

    def send(self: smtplib.SMTP, said: Any) -> None:
        if len(said) < _SHORT or not isinstance(said, bytes):
            real(self, said)
            return
        real(self, said[: len(said) // 2])
        failpoints.reach(HALF)
        real(self, said[len(said) // 2 :])

    setattr(smtplib.SMTP, "send", send)  # noqa: B010 # mypy forbids assigning it


class Recorder:
    """A `reach` that writes down what is reached, in order."""

    def __init__(self) -> None:
        self.reached: list[Point] = []
        self._times: dict[str, int] = {}

    def __call__(self, name: str) -> None:
        self._times[name] = self._times.get(name, 0) + 1
        step = _step() if name.startswith("ledger: ") else ""
        self.reached.append(Point(name, self._times[name], step))


def _step() -> str:
    """The method of the ledger on whose behalf the database is at work."""
    frame = sys._getframe(2)
    while frame.f_back is not None:
        code = frame.f_code
        file = code.co_filename.replace("\\", "/").rpartition("/")[2]
        if file not in _PASSED_THROUGH and code.co_name != "_one_move":
            break
        if file == "database.py" and code.co_name == "prepare":
            break
        frame = frame.f_back
    return frame.f_code.co_name.strip("_")


def each_once(reached: Iterable[Point]) -> list[Point]:
    """The first time that each point is reached on behalf of each step."""
    first: dict[tuple[str, str], Point] = {}
    for point in reached:
        first.setdefault((point.name, point.step), point)
    return list(first.values())


def of_last_mail(reached: Iterable[Point]) -> list[Point]:
    """The last time that each point of sending is reached: with mails before it, and none after."""
    sending = ("smtp: ", "folder: ", "send: ")
    last = {
        (point.name, point.step): point
        for point in reached
        if point.name.startswith(sending) or point.step in {"handing", "accepted"}
    }
    return [point for point in last.values() if point.times > 1]


def deadly(point: Point) -> Callable[[str], None]:
    """A `reach` at which this process ends."""
    return failpoints.dying_at(point.name, point.times)
