"""Weeks of looks at a real workbook, each in a process of its own, which may die at any point.

The light years of `year.py` make the job up; here it is the real one, with its ledger, outbox and
workbook. Deaths, a workbook that is open or gone for some hours, a person who runs the day, and a
clock that is an hour wrong: in the end the same mails have left, once, as without all that.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from sheetops import failpoints
from sheetops.errors import SheetopsError
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.jobs.scheduler.tick import look
from sheetops.jobs.scheduler.worker import WorkbookOffice
from sheetops.ledger import Ledger
from tests.crash.processes import forked
from tests.jobs.small import FRIDAY, Business

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks are forked, to be quick")

SETTINGS = {"Owner's address": "olga@example.org", "Weekly report on": "Tuesday 8:00"}
MONDAY = FRIDAY + timedelta(days=3)
HOURS = (7, 8, 9, 10, 12, 18)
"""When looks are taken; from noon on nothing is wrong any more."""
QUIET_HOURS = (9, 12)
_NOON = 12
LUCK = ("", "death", "death", "open", "gone", "person", "clock")
_POINTS = 120
"""More than a run reaches."""


def dying_after(count: int) -> Callable[[str], None]:
    """Ends the process when any point is reached for the so-many-th time."""
    left = count

    def reach(_point: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            failpoints.die()

    return reach


@dataclass
class Weeks:
    """A business through its weeks; without `dice` nothing ever goes wrong."""

    business: Business
    dice: random.Random | None = None
    deaths: int = 0

    def live(self, days: int) -> None:
        for day in range(days):
            for hour in HOURS if self.dice else QUIET_HOURS:
                self.look(datetime.combine(MONDAY + timedelta(day), datetime.min.time(), UTC)
                          + timedelta(hours=hour))  # fmt: skip

    def look(self, moment: datetime) -> None:
        """One look; in the morning there is bad luck, if there are dice."""
        luck = self.dice.choice(LUCK) if self.dice and moment.hour < _NOON else ""
        if self.dice and luck == "clock":
            moment += timedelta(hours=self.dice.choice((-1, 1)))
        count = self.dice.randrange(1, _POINTS) if self.dice and luck == "death" else 0
        with self._beset(luck):
            if luck == "person":
                forked(partial(self._by_hand, moment))
            died, _ = forked(partial(self._look, moment, count))
        self.deaths += died

    def _look(self, moment: datetime, dies_after: int) -> str:
        failpoints.reach = dying_after(dies_after)
        office = WorkbookOffice(Request(self.business.settings, clock=lambda: moment))
        return str(look(office, office.request.clock))

    def _by_hand(self, moment: datetime) -> str:
        request = replace(self.business.request(), today=None, clock=lambda: moment)
        try:
            return str(daily.daily(request).receipt)
        except SheetopsError as error:
            return str(error)

    @contextmanager
    def _beset(self, luck: str) -> Iterator[None]:
        """Somebody has the workbook open, or it is gone, during one look."""
        path = self.business.path
        lock, away = path.with_name(f"~${path.name}"), path.with_suffix(".away")
        if luck == "open":
            lock.touch()
        elif luck == "gone":
            path.rename(away)
        yield
        lock.unlink(missing_ok=True)
        if away.exists():
            away.rename(path)

    # ---- what came of it

    def days(self) -> Counter[date]:
        with Ledger.open(self.business.settings.ledger_at("small"), "small") as ledger:
            runs = ledger.runs(10_000)
        return Counter(r.day for r in runs if r.job == "daily" and r.result.startswith("done"))

    def reports(self) -> int:
        with Ledger.open(self.business.settings.ledger_at("small"), "small") as ledger:
            runs = ledger.runs(10_000)
        return sum(r.job == "capacity" and r.result.startswith("done") for r in runs)

    def mails(self) -> Counter[tuple[str, str]]:
        """By address and subject, how many left; what the owner hears of troubles left out, and of
        a morning mail, whose figures are those of the run that came to its end, what it says them
        of."""
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in self.business.outbox.glob("*.eml")
        ]
        pairs = [(str(mail["To"]), str(mail["Subject"])) for mail in found]
        return Counter(
            (to, subject if "@example.com" in to else subject.partition(":")[0])
            for to, subject in pairs
            if not subject.startswith("sheetops ")
        )

    def told(self) -> list[str]:
        """What the owner heard of troubles, in order: the reason, blank where all was well."""
        found = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(self.business.outbox.glob("*.eml"), key=lambda p: p.stat().st_mtime)
            if b"Subject: sheetops " in path.read_bytes()
        ]
        return ["" if "works again" in mail["Subject"] else _reason(_text(mail)) for mail in found]


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _reason(body: str) -> str:
    """The second paragraph, without its figures, which may differ from try to try."""
    return re.sub(r"\d+", "", body.replace("\r", "").split("\n\n")[1])


def lived(folder: Path, days: int, seed: int | None = None) -> Weeks:
    folder.mkdir()
    dice = None if seed is None else random.Random(seed)  # noqa: S311 # to be repeated
    weeks = Weeks(Business(folder, settings=SETTINGS), dice)
    weeks.live(days)
    return weeks


def compare(folder: Path, days: int, seed: int) -> None:
    plain, beset = lived(folder / "plain", days), lived(folder / f"beset-{seed}", days, seed)
    working = [MONDAY + timedelta(day) for day in range(days) if day % 7 < 5]
    assert plain.days() == dict.fromkeys(working, 1)
    assert set(beset.days()) >= set(working)
    assert plain.reports() == beset.reports() == (days + 5) // 7
    assert beset.mails() == plain.mails()
    known: set[str] = set()
    for reason in beset.told():
        assert reason not in known, "told twice"
        known = known | {reason} if reason else set()
    assert not known, "nobody said that all is well again"


@pytest.mark.long
def test_two_days_come_out_as_without_any_trouble(tmp_path: Path) -> None:
    compare(tmp_path, 2, 3)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_weeks_come_out_as_without_any_trouble(tmp_path: Path, seed: int) -> None:
    compare(tmp_path, 12, seed)
