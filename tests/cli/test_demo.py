"""The demo, from one end to the other, through the command line."""

from __future__ import annotations

import email
import email.policy
import json
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from sheetops import template
from sheetops.template import demo as made_up
from sheetops.workbook import contract
from sheetops.workbook.contract import FLAGS
from tests.command_line import TODAY, Command

DAY = date.fromisoformat(TODAY)


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "ledger" not in path.parts
    }


def _mails(folder: Path) -> list[EmailMessage]:
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((folder / "outbox").glob("*.eml"))
    ]


def test_a_second_run_on_the_same_day_changes_no_byte_and_sends_nothing(
    demo: Path, sheetops: Command
) -> None:
    before = _contents(demo)
    ended = sheetops("daily", "--apply", "--today", TODAY)
    assert ended.status == 3
    assert "Nothing differs: the workbook was not touched." in ended.out
    assert "Sent: 0 mails." in ended.out
    assert _contents(demo) == before


def test_a_preview_leaves_everything_as_it_is(demo: Path, sheetops: Command) -> None:
    before = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    ended = sheetops("daily", "--today", "2026-11-23")
    assert ended.status == 3
    assert "→" in ended.out
    assert "Mail to" in ended.out
    assert {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()} == before


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The demo's workbook as it was before its first day, but for its id."""
    path = tmp_path / "before.xlsx"
    template.build(path, rows=made_up.business(DAY), settings=made_up.settings(DAY))
    return path


def test_staff_cells_formats_and_formulas_are_as_before(demo: Path, before: Path) -> None:
    first, then = openpyxl.load_workbook(before), openpyxl.load_workbook(demo / "clients.xlsx")
    assert first.sheetnames == then.sheetnames
    compared = 0
    for old in first.worksheets:
        new = then[old.title]
        for cell in (cell for row in old.iter_rows() for cell in row):
            twin = new[cell.coordinate]
            if cell.value is not None:
                assert cell.style_id == twin.style_id
            if cell.value is not None and not _is_tools(old.title, old.cell(1, cell.column).value):
                compared += 1
                assert cell.value == twin.value, f"{old.title}!{cell.coordinate}"
    assert compared > 4000


def _is_tools(tab: str, heading: object) -> bool:
    if tab == "Settings":
        return heading == "Value"  # the demo's own id
    ours = contract.BY_NAME.get(tab)
    return ours is not None and heading in {column.heading for column in ours.tool_columns}


def test_every_part_of_the_package_but_the_sheets_is_as_before(demo: Path, before: Path) -> None:
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(demo / "clients.xlsx") as new:
        assert old.namelist() == new.namelist()
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    sheets = {name for name in changed if name.startswith("xl/worksheets/sheet")}
    # calcPr asks Excel to calculate anew; the demo's id is a shared string or stands in its sheet
    assert changed - sheets <= {"xl/workbook.xml", "xl/sharedStrings.xml"}


def test_every_flag_that_there_is_can_be_seen(demo: Path) -> None:
    sheet = openpyxl.load_workbook(demo / "clients.xlsx")["Clients"]
    headings = [cell.value for cell in sheet[1]]
    flags = {row[headings.index("Flag")] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert flags - {None} <= set(FLAGS)


def test_each_mail_has_one_recipient_and_no_client_gets_two(demo: Path) -> None:
    mails = _mails(demo)
    assert len(mails) > 10
    recipients = [str(mail["To"]) for mail in mails]
    assert len(set(recipients)) == len(recipients)
    for mail in mails:
        assert str(mail["To"]).count("@") == 1
        assert mail["Cc"] is None
        assert mail["Bcc"] is None
        assert mail["Auto-Submitted"] == "auto-generated"
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert "{{" not in plain.get_content()


def test_what_left_is_listed_in_follow_ups_with_when(demo: Path) -> None:
    sheet = openpyxl.load_workbook(demo / "clients.xlsx")["Follow-ups"]
    headings = [cell.value for cell in sheet[1]]
    rows = [
        dict(zip(headings, row, strict=True))
        for row in sheet.iter_rows(min_row=2, values_only=True)
        if row[headings.index("Follow-up ID")]
    ]
    outcomes = [row["Outcome"] for row in rows]
    assert "Sent" in outcomes
    assert "Waiting for approval" in outcomes
    for row in rows:
        assert (row["Sent at"] is not None) == (row["Outcome"] == "Sent")


def test_every_planted_mistake_is_a_problem_and_nothing_else_is(
    demo: Path, sheetops: Command
) -> None:
    ended = sheetops("check", "--today", TODAY, "--json")
    assert ended.status == 3
    found = {problem["tab"] for problem in json.loads(ended.out)["problems"]}
    assert found == {mistake.tab for mistake in made_up.MISTAKES}


def test_the_demo_never_writes_over_what_is_there(demo: Path, sheetops: Command) -> None:
    before = _contents(demo)
    ended = sheetops("demo", demo)
    assert ended.status == 1
    assert "is there already" in ended.err
    assert _contents(demo) == before


@pytest.mark.parametrize(
    "day", ["2026-11-21", pytest.param("2026-01-01", marks=pytest.mark.long), "2028-02-29"]
)
def test_the_demo_goes_as_meant_on_any_day(day: str, tmp_path: Path, sheetops: Command) -> None:
    ended = sheetops("demo", tmp_path / "demo", "--today", day)
    assert ended.status == 0
    assert "Sent: 0 mails" not in ended.out
