"""A small business in memory whose runs are undone, and staff who work in between."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sheetops.jobs import daily as run
from sheetops.jobs import undo as undoing
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.jobs.undo import Undone
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.stores.memory import MemoryStore
from sheetops.workbook.raw import Value
from tests.sheets import (
    OFFER_STEPS,
    SETTINGS,
    TEAM,
    TUESDAY,
    Row,
    client,
    grid,
    message,
    november,
    step,
)

CLIENTS: tuple[Row, ...] = (
    client("Al"),
    client("Bo", Start_date=november(16)),
    client("Cy", Owner="Ben"),
    client("Di", Flag="Stalled", Why="Of yesterday."),
    client("Ed", Client_ID=None),
    client("Flo", Status="Lead"),
)
STEPS: tuple[Row, ...] = (step("Di", "Contract", Notes="ours"), step("Di", "Intake"))
MESSAGES: tuple[Row, ...] = (
    message("Nudge", "waiting 2 days"),
    message("Word", "waiting 3 days", Send="ask"),
)


class Desk:
    """The sheet, its ledger and its outbox; every run is at a moment of its own."""

    def __init__(self, folder: Path, tabs: dict[str, list[list[Value]]] | None = None) -> None:
        self.folder = folder
        self.runs = 0
        self.store = MemoryStore(tabs or _tabs())

    @property
    def tabs(self) -> dict[str, list[list[Value]]]:
        return self.store.tabs

    @property
    def settings(self) -> Settings:
        return Settings(
            workbook=WorkbookSettings(path=self.folder / "memory.xlsx"),
            mail=MailSettings(outbox=self.folder / "outbox"),
            ledger=LedgerSettings(path=self.folder / "ledger" / "desk.ledger"),
        )

    def request(self, day: date = TUESDAY) -> Request:
        began = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        moment = began + timedelta(minutes=self.runs)
        self.runs += 1
        return Request(
            self.settings,
            day,
            clock=lambda: moment,
            all_at_once=True,
            open_store=lambda *_: self.store,
        )

    def daily(self, day: date = TUESDAY) -> Applied:
        return run.daily(self.request(day))

    def undo(self, wanted: str = "", day: date = TUESDAY) -> Undone:
        return undoing.undo(self.request(day), wanted)

    def preview(self, wanted: str = "") -> Undone:
        return undoing.preview(self.request(), wanted)

    def mails(self) -> int:
        return len(list((self.folder / "outbox").glob("*.eml")))

    def twin(self, folder: Path) -> Desk:
        """The same business, with a ledger and an outbox of its own."""
        shutil.copytree(self.folder, folder)
        other = Desk(folder, {tab: [list(row) for row in rows] for tab, rows in self.tabs.items()})
        other.runs = self.runs
        return other

    # ---- what is seen

    def seen(self) -> dict[str, Counter[tuple[tuple[str, str], ...]]]:
        """The rows of each tab by heading, wherever they stand; without the lines of `Runs`."""
        return {tab: _rows(rows) for tab, rows in self.tabs.items() if tab != "Runs"}

    def cell(self, tab: str, key: str, heading: str) -> Value:
        """A cell by what stands in the first cells of its row: `Bo`, or `Bo › Contract`."""
        row = self.row(tab, key)
        at = self.tabs[tab][0].index(heading)
        return row[at] if at < len(row) else None

    def row(self, tab: str, key: str) -> list[Value]:
        names = {"Clients": ("Client",), "Steps": ("Client", "Step"), "Follow-ups": ("Message",)}
        at = [self.tabs[tab][0].index(name) for name in names[tab]]
        found = [
            row for row in self.tabs[tab][1:]
            if " › ".join(str(row[one]) if one < len(row) else "" for one in at) == key
        ]  # fmt: skip
        assert found, f"{tab} has no {key}"
        return found[-1]

    def type_in(self, tab: str, key: str, heading: str, value: Value) -> None:
        row, at = self.row(tab, key), self.tabs[tab][0].index(heading)
        row += [None] * (at + 1 - len(row))
        row[at] = value


def _tabs() -> dict[str, list[list[Value]]]:
    rows: dict[str, Sequence[Row]] = {
        "Clients": CLIENTS,
        "Steps": STEPS,
        "Offers": [{"Offer": "Coaching"}],
        "Offer steps": OFFER_STEPS,
        "Messages": MESSAGES,
        "Team": TEAM,
        "Segments": [{"Segment": "Ours", "Field": "Owner", "Is": "is", "Value": "Anna"}],
        "Settings": [{"Setting": name, "Value": value} for name, value in SETTINGS.items()],
        "Follow-ups": (),
        "Runs": (),
    }
    return {tab: grid(tab, those) for tab, those in rows.items()}


def _rows(rows: Sequence[Sequence[Value]]) -> Counter[tuple[tuple[str, str], ...]]:
    head = [str(one) for one in rows[0]]
    found = (
        tuple(sorted((h, str(v)) for h, v in zip(head, row, strict=False) if v not in {None, ""}))
        for row in rows[1:]
    )
    return Counter(row for row in found if row)
