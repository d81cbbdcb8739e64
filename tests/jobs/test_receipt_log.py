"""The daily job on a real log, on days in the middle of it, against a slow re-computation."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sheetops import template
from sheetops.jobs import daily
from sheetops.jobs.context import Request
from sheetops.ledger import Ledger
from sheetops.settings import LedgerSettings, MailSettings, Settings, WorkbookSettings
from sheetops.workbook import contract
from tests import receipt_log

DAYS = (date(2010, 12, 1), date(2011, 5, 4), date(2011, 6, 18), date(2011, 10, 12))
pytestmark = pytest.mark.skipif(
    not receipt_log.LOG.is_file(), reason="the receipt log is not beside the project"
)


@cache
def _built(day: date) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "permits.xlsx"
        rows = receipt_log.rows_on(day)
        template.build(path, rows=rows, settings={"Workbook id": "permits"})
        return path.read_bytes()


def _request(folder: Path, day: date, hour: int = 8) -> Request:
    settings = Settings(
        workbook=WorkbookSettings(path=folder / "permits.xlsx", copies=folder / "copies"),
        mail=MailSettings(outbox=folder / "outbox"),
        ledger=LedgerSettings(path=folder / "ledger" / "permits.ledger"),
    )
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Request(settings, day, clock=lambda: moment)


def _staff_cells(path: Path) -> dict[tuple[str, str], object]:
    workbook = openpyxl.load_workbook(path)
    cells: dict[tuple[str, str], object] = {}
    for sheet in workbook.worksheets:
        tab = contract.BY_NAME.get(sheet.title)
        tool = {column.heading for column in tab.tool_columns} if tab else set()
        for row in sheet.iter_rows():
            for cell in row:
                heading = sheet.cell(1, cell.column or 1).value
                if cell.value is not None and heading not in tool:
                    cells[sheet.title, cell.coordinate] = cell.value
    return cells


@pytest.mark.parametrize(
    "day",
    [pytest.param(day, marks=[pytest.mark.long] * (day != DAYS[1]), id=str(day)) for day in DAYS],
)
def test_flags_agree_with_the_slow_way_and_a_second_run_changes_nothing(
    day: date, tmp_path: Path
) -> None:
    rows = receipt_log.rows_on(day)
    path = tmp_path / "permits.xlsx"
    path.write_bytes(_built(day))
    before = _staff_cells(path)
    request = _request(tmp_path, day)

    applied = daily.daily(request)

    assert not applied.plan.problems
    frame = applied.plan.snapshot.book.frame("Steps")
    status = applied.plan.status["Steps"]
    columns = [status[heading] for heading in ("Flag", "Days waiting", "Due by")]
    shown = {
        client: (step, int(waiting), due.isoformat(), flag)
        for client, step, flag, waiting, due in zip(
            frame["client"], frame["Step"], *columns, strict=True
        )
        if flag
    }
    expected = {
        client: (one.step, one.days_waiting, one.due_by.isoformat(), one.flag)
        for client, one in receipt_log.expected_flags(rows, day).items()
    }
    assert shown == expected
    assert len(expected) > 20

    assert _staff_cells(path) == before
    calamine = CalamineWorkbook.from_path(str(path))
    assert calamine.sheet_names == openpyxl.load_workbook(path, read_only=True).sheetnames

    written = path.read_bytes()
    again = daily.daily(request)
    assert (again.receipt.cells, again.receipt.rows) == (0, 0)
    assert path.read_bytes() == written


def test_the_workbook_shows_what_the_plan_said(tmp_path: Path) -> None:
    day = DAYS[1]
    path = tmp_path / "permits.xlsx"
    path.write_bytes(_built(day))
    applied = daily.daily(_request(tmp_path, day))
    sheet = openpyxl.load_workbook(path)["Clients"]
    headings = [cell.value for cell in sheet[1]]
    shown = {
        row[headings.index("Client ID")]: row[headings.index("Flag")]
        for row in sheet.iter_rows(min_row=2, values_only=True)
        if row[headings.index("Client ID")]
    }
    planned = applied.plan.status["Clients"]["Flag"]
    assert shown == {str(key): flag or None for key, flag in planned.items()}


def test_a_deleted_ledger_sends_and_lays_out_nothing_twice_into_the_sheet(tmp_path: Path) -> None:
    day = DAYS[1]
    path = tmp_path / "permits.xlsx"
    path.write_bytes(_built(day))
    daily.daily(_request(tmp_path, day))
    written = path.read_bytes()
    shutil.rmtree(tmp_path / "ledger")
    again = daily.daily(_request(tmp_path, day, hour=9))  # a run is named by its second
    assert again.receipt.rows == 0
    assert path.read_bytes() == written
    with Ledger.open(tmp_path / "ledger" / "permits.ledger", "permits") as ledger:
        assert len(ledger.history(day).laid_out) > 20
