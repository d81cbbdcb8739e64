"""The tick `Report now` in a Google Sheet: answered beside it, and no cell of staff's touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sheetops.jobs import capacity
from sheetops.jobs.context import Request
from sheetops.report import png
from sheetops.workbook.raw import Value
from tests.jobs.small import FRIDAY, ROWS
from tests.sheets_server.running import Running
from tests.stores.google.office import Office

TEAM: list[dict[str, Value]] = [{"Name": "Mei", "Email": "mei@example.org", "Hours per week": 30.0}]
TICK = {"Report now": "", "Owner's address": "owner@example.org"}


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "draw", lambda _picture: b"drawn")


def cell(office: Office) -> str:
    """Where `Report now` is ticked."""
    names = [row[0] if row else "" for row in office.staff.reads("'Settings'!A1:A40")]
    return f"'Settings'!B{names.index('Report now') + 1}"


def answer(office: Office) -> str:
    (row,) = (row for row in office.shown("Settings") if row["Setting"] == "Report now")
    return row["Answer"]


def request(office: Office, minute: int) -> Request:
    moment = datetime(2026, 11, 20, 8, tzinfo=UTC) + timedelta(minutes=minute)
    return Request(office.settings, FRIDAY, clock=lambda: moment)


def by_staff(office: Office) -> dict[str, list[list[str]]]:
    """What stands in the cells that staff type."""
    here = {"Settings": "A1:B40", "Clients": "A1:H40", "Offer steps": "A1:H40", "Team": "A1:C40"}
    return {tab: office.staff.reads(f"'{tab}'!{where}") for tab, where in here.items()}


def test_a_tick_is_answered_beside_it_once_and_again_when_it_is_made_anew(
    tmp_path: Path, google: Running
) -> None:
    office = Office(tmp_path, google, {**ROWS, "Team": TEAM}, TICK)
    assert capacity.report_if_asked(request(office, 0)) is None
    office.staff.types(cell(office), "yes")
    before = by_staff(office)
    done = capacity.report_if_asked(request(office, 5))
    assert done is not None
    assert done.said == "sent to owner@example.org"
    assert by_staff(office) == before
    assert office.staff.reads(cell(office)) == [["yes"]]
    assert answer(office) == "Report made 20 Nov 2026 08:05, sent to owner@example.org."
    assert capacity.report_if_asked(request(office, 10)) is None
    office.staff.clears(cell(office))
    assert capacity.report_if_asked(request(office, 15)) is None
    assert answer(office).startswith("Last time: report made 20 Nov 2026 08:05, ")
    office.google.log.clear()
    assert capacity.report_if_asked(request(office, 16)) is None
    assert {one.method for one in office.google.log} == {"GET"}  # nothing is written
    office.staff.types(cell(office), "yes")
    assert capacity.report_if_asked(request(office, 20)) is not None
    assert answer(office) == "Report made 20 Nov 2026 08:20, sent to owner@example.org."
    assert len(list((tmp_path / "outbox").glob("*.eml"))) == 2
