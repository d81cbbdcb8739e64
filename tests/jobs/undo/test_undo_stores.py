"""Undo and restore on a real workbook file and on a Google Sheet, and by their commands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetops.errors import ConfigError, WorkbookInUse
from sheetops.jobs import daily, restore, session
from sheetops.jobs import undo as undoing
from sheetops.jobs.context import Request
from tests.command_line import Command
from tests.jobs.small import FRIDAY, Business
from tests.sheets_server.running import Running
from tests.stores.google.office import Office

TABS = ("Clients", "Steps", "Offer steps", "Offers", "Messages", "Follow-ups")


def seen(business: Business) -> dict[str, list[str]]:
    """The rows of each tab that hold anything, wherever they stand."""
    return {tab: sorted(map(str, business.rows(tab))) for tab in TABS}


@pytest.fixture
def business(tmp_path: Path) -> Business:
    return Business(tmp_path, settings={"Sending": "ask"})


def test_on_a_workbook_file_and_the_same_run_again(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Sending": "ask"}, template=True)
    before = seen(business)
    business.daily()
    written, mails = seen(business), business.mails()
    done = undoing.undo(business.request())
    assert done.undo.gone
    assert done.receipt.backup
    assert seen(business) == before
    business.daily()
    assert seen(business) == written
    assert business.mails() == mails


def test_after_staff_have_sorted_renamed_and_typed(business: Business) -> None:
    business.daily()

    def staff(sheet: Any, columns: dict[str, int]) -> None:
        sheet.insert_rows(2)
        sheet.cell(1, columns["Email"]).value = "E-mail"
        sheet.cell(3, columns["Why"]).value = "ring her"

    business.edit("Clients", staff)
    undoing.undo(business.request())
    rows = {row["Client"]: row for row in business.rows("Clients") if row["Client"]}
    assert rows["Anna Amber"]["Why"] == "ring her"
    assert rows["Anna Amber"]["Flag"] is None
    assert rows["Cleo Cedar"]["Flag"] is None


def test_a_workbook_that_is_open_is_not_undone(business: Business) -> None:
    business.daily()
    before = business.path.read_bytes()
    (business.folder / "~$clients.xlsx").write_bytes(b"\3Mei")
    with pytest.raises(WorkbookInUse):
        undoing.undo(business.request())
    assert business.path.read_bytes() == before


def test_on_a_google_sheet_statuses_go_back_and_staffs_rows_stay(
    tmp_path: Path, google: Running
) -> None:
    office = Office(tmp_path, google)
    office.daily()
    written = office.shown("Clients"), office.shown("Steps")
    moment = datetime(2026, 11, 20, 9, tzinfo=UTC)
    request = Request(office.settings, FRIDAY, clock=lambda: moment)
    done = undoing.undo(request)
    assert done.undo.cells
    assert not done.undo.gone
    assert all("Flag" not in row or not row["Flag"] for row in office.shown("Clients"))
    assert len(office.shown("Steps")) == len(written[1])
    assert any("delete it there" in left.why for left in done.undo.left)
    office.daily()
    assert (office.shown("Clients"), office.shown("Steps")) == written
    with pytest.raises(ConfigError, match="keeps its versions itself"):
        restore.copies(request)


# ---- restore


def test_a_restored_workbook_is_laid_out_and_listed_anew_and_nothing_leaves_twice(
    business: Business,
) -> None:
    business.type_in("Settings", _row(business, "Sending"), "Value", "send")
    request = Request(business.settings, FRIDAY, any_hour=True)  # copies tell the real time
    daily.daily(request)
    written, mails = seen(business), business.mails()
    assert "Sent" in str(written["Follow-ups"])
    restore.restore(request, str(len(restore.copies(request))))
    assert not [row for row in business.rows("Steps") if row["Client"]]
    daily.daily(request)
    assert seen(business) == written
    assert business.mails() == mails


def _row(business: Business, setting: str) -> int:
    sheet = openpyxl.load_workbook(business.path)["Settings"]
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == setting)


def test_a_workbook_that_is_gone_is_restored(business: Business) -> None:
    business.daily()
    settings = business.settings
    known = settings.model_copy(
        update={"workbook": settings.workbook.model_copy(update={"id": "small"})}
    )
    request = Request(known, FRIDAY, clock=business.request().clock)
    business.path.unlink()
    restore.restore(request, "1")
    assert business.rows("Clients")
    assert session.past_runs(request, 1)[0].job == "restore"


@pytest.mark.parametrize("wanted", ["99", "clients.xlsx", "2019"])
def test_a_copy_that_is_not_there_is_said(business: Business, wanted: str) -> None:
    business.daily()
    with pytest.raises(ConfigError, match="no copy"):
        restore.preview(business.request(), wanted)


# ---- the commands


def test_the_commands(demo: Path, sheetops: Command) -> None:
    def day(*words: str) -> Any:
        return sheetops(*words, "--today", "2026-11-20")

    before = (demo / "clients.xlsx").read_bytes()
    shown = day("undo")
    assert shown.status == 0
    assert "rows to take back" in shown.out
    assert "Mail cannot be taken back." in shown.out
    assert "→" in shown.out
    assert "This was a preview" in shown.err
    assert (demo / "clients.xlsx").read_bytes() == before
    done = json.loads(day("undo", "--apply", "--json").out)
    assert done["cells"]
    assert done["rows_taken_back"]
    assert done["mails_not_taken_back"] > 0
    assert "undid" in sheetops("runs").out
    listed = json.loads(sheetops("restore", "--json").out)
    assert [one["number"] for one in listed] == [1, 2, 3]
    assert "To put one back" in sheetops("restore").out
    assert "would become what it was" in sheetops("restore", "1").out
    put_back = sheetops("restore", "1", "--apply")
    assert "Mail cannot be taken back." in put_back.out
    assert (demo / "clients.xlsx").read_bytes() == before
