"""`sheetops adopt`, and the daily job on what was adopted: staff's sheet stays theirs."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetops import settings
from sheetops.adopt import config_file, questions, status_columns
from sheetops.adopt.proposal import propose
from sheetops.errors import ConfigError
from sheetops.stores.excel import ExcelStore
from tests.adopt.drawing import trackers
from tests.adopt.trackers import FIRMS, TODAY, Sheet, Tracker, day, mail
from tests.command_line import Command
from tests.jobs.small import Business
from tests.stores.excel.oracle import judge

DAY = TODAY.isoformat()
STEPS = ("Contract", "Deposit", "Questionnaire")


def moving(stalled: tuple[int, ...] = (4, 9), count: int = 16) -> Tracker:
    """A wide tracker of a business that moves: each step takes some days, but two clients wait."""
    rows: list[list[Any]] = [
        ["Studio clients"],
        [],
        ["Client", "Email", "Stage", "Start", *STEPS, "Flag"],
    ]
    for at in range(count):
        began = 60 + at
        done: list[date | None] = [day(began - 2 - 3 * step) for step in range(3)]
        if at in stalled:
            done[1:] = [None, None]
        name = f"{FIRMS[at % 12]} {at}"
        rows.append([name, mail(name), "Active", day(began), *done, "red" if at == 1 else None])
    rows += [["Total", count], [], ["Key: red = call them"]]
    sheets = {"Work": Sheet(rows, ("A1:H1",)), "Ideas": Sheet([["Buy a plant"]])}
    return Tracker("moving", sheets, {"Work": "Clients"}, {}, "wide", STEPS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cells(path: Path, tab: str) -> dict[str, Any]:
    """What stands in a tab, by address."""
    sheet = openpyxl.load_workbook(path)[tab]
    return {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}


def written(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The cells that differ, days as dates: openpyxl knows moments only."""
    new = {at: after.get(at) for at in {*before, *after} if before.get(at) != after.get(at)}
    return {at: v.date() if isinstance(v, datetime) else v for at, v in new.items()}


def test_an_adopted_wide_tracker_shows_who_is_stalled_and_nothing_else_changes(
    folder: Path,
    sheetops: Command,
) -> None:
    path = moving().save(folder)
    original = path.read_bytes()
    (folder / "before.xlsx").write_bytes(original)
    adopted = sheetops("adopt", path, "--yes", "--guess", "--columns", "--today", DAY)
    assert adopted.status == 0, adopted.err
    assert sheetops("check", "--today", DAY).status == 0
    assert sheetops("daily", "--apply", "--today", DAY).status == 0

    before, after = cells(folder / "before.xlsx", "Work"), cells(path, "Work")
    new = written(before, after)
    assert {address.rstrip("0123456789") for address in new} == {"I", "J", "K", "L", "M", "N"}
    assert judge(folder / "before.xlsx", path, {"Work": new}).harm == []
    heads = {after[f"{c}3"]: c for c in "IJKLMN"}
    assert list(heads) == [
        "Flag by sheetops", "Why", "Waiting on", "Current step", "Days waiting", "Checked at",
    ]  # fmt: skip
    flags = {after[f"A{row}"]: after.get(f"I{row}") for row in range(4, 20)}
    stalled = [name for name, flag in flags.items() if flag == "Stalled"]
    assert stalled == ["Elm Bakery 4", "Juniper Tech 9"]
    assert after["J8"].startswith('Waiting 44 working days on the client for "Deposit". ')
    assert after["L8"] == "Deposit"

    once = path.read_bytes()
    again = sheetops("daily", "--apply", "--today", DAY)
    assert "Nothing differs" in again.out
    assert path.read_bytes() == once


def test_a_look_keeps_and_writes_nothing(folder: Path, sheetops: Command) -> None:
    path = moving().save(folder)
    original = path.read_bytes()
    shown = sheetops("adopt", path, "--dry-run", "--json", "--today", DAY)
    found = json.loads(shown.out)
    assert list(found) == ["tabs", "columns", "shape", "unsure"]
    assert found["tabs"] == {"Work": "Clients", "Ideas": ""}
    assert found["shape"] == "wide"
    assert "Elm Bakery 4" in sheetops("adopt", path, "--dry-run", "--today", DAY).out
    assert path.read_bytes() == original
    assert [one.name for one in folder.iterdir()] == ["moving.xlsx"]


def test_without_consent_no_column_is_added(folder: Path, sheetops: Command) -> None:
    path = moving().save(folder)
    original = path.read_bytes()
    assert sheetops("adopt", path, "--yes", "--today", DAY).status == 0
    assert sheetops("daily", "--apply", "--today", DAY).status == 3
    assert path.read_bytes() == original


def test_whom_steps_wait_on_is_a_problem_until_somebody_says_it(
    folder: Path,
    sheetops: Command,
) -> None:
    path = moving().save(folder)
    sheetops("adopt", path, "--yes", "--today", DAY)
    ended = sheetops("check", "--today", DAY)
    assert ended.status == 3
    assert 'Work: nothing says whom "Contract", "Deposit", "Questionnaire" wait on.' in ended.out


def test_nobody_there_to_be_asked(folder: Path, sheetops: Command) -> None:
    path = moving().save(folder)
    ended = sheetops("adopt", path, "--today", DAY)
    assert ended.status == 1
    assert "Add --yes" in ended.err
    assert not (folder / "sheetops.toml").exists()


def test_a_heading_that_was_renamed_stops_the_job_and_is_named(
    folder: Path,
    sheetops: Command,
) -> None:
    path = moving().save(folder)
    sheetops("adopt", path, "--yes", "--guess", "--columns", "--today", DAY)
    workbook = openpyxl.load_workbook(path)
    workbook["Work"]["C3"] = "Mood"
    workbook.save(path)
    before = cells(path, "Work")
    ended = sheetops("daily", "--apply", "--today", DAY)
    assert ended.status == 3
    assert 'Work: the heading "Stage" is gone.' in ended.out
    assert cells(path, "Work") == before


def test_columns_and_rows_may_be_moved(folder: Path, sheetops: Command) -> None:
    path = moving().save(folder)
    sheetops("adopt", path, "--yes", "--guess", "--columns", "--today", DAY)
    workbook = openpyxl.load_workbook(path)
    workbook["Work"].unmerge_cells("A1:H1")
    workbook["Work"].insert_rows(1, 2)
    workbook["Work"].insert_cols(2)
    workbook.save(path)
    assert sheetops("daily", "--apply", "--today", DAY).status == 0
    assert cells(path, "Work")["J10"] == "Stalled"


def test_what_cannot_be_read_is_named_by_the_cell_that_people_see(
    folder: Path,
    sheetops: Command,
) -> None:
    path = moving().save(folder)
    sheetops("adopt", path, "--yes", "--guess", "--columns", "--today", DAY)
    workbook = openpyxl.load_workbook(path)
    workbook["Work"]["F8"] = "ask Tom"
    workbook.save(path)
    assert sheetops("daily", "--apply", "--today", DAY).status == 3
    after = cells(path, "Work")
    assert after["I8"] == "Data problem"
    assert after["J8"].startswith('Work!F8: "ask Tom" is not a date or a tick.')


def test_no_rows_are_added_to_a_sheet_of_the_staffs(
    folder: Path,
    sheetops: Command,
) -> None:
    rows: list[list[Any]] = [["Client", "Task", "Due date", "Done"]]
    for at in range(6):
        rows += [[f"Firm {at}", task, day(30 - at), day(31 - at) if at else None] for task in STEPS]
    people: list[list[Any]] = [["Client", "Package", "Status", "Start date"]]
    people += [[f"Firm {at}", "Gold", "Active", day(40)] for at in range(7)]  # one without steps
    sheets = {"People": Sheet(people), "Tasks": Sheet(rows)}
    path = Tracker("long", sheets, {}, {}, "long").save(folder)
    sheetops("adopt", path, "--yes", "--columns", "--today", DAY)
    assert sheetops("daily", "--apply", "--today", DAY).status == 3
    after = openpyxl.load_workbook(path)
    assert after["Tasks"].max_row == len(rows)
    assert after["Tasks"]["E2"].value == "Stalled"
    assert after["People"].max_row == len(people)


def long_shaped() -> Tracker:
    """A list of clients and one of their steps, with a title, a legend, a total and a list."""
    steps: list[list[Any]] = [
        ["Jobs 2026"],
        [],
        ["Kunde", "Aufgabe", "Wer", "Fällig", "Erledigt am"],
    ]
    people: list[list[Any]] = [["Kunde", "Paket", "Status", "Startdatum", "Prio"]]
    for at in range(9):
        people.append([f"Firma {at}", "Gold", "aktiv", day(60 + at), at % 3])
        for number, task in enumerate(STEPS):
            done = day(58 + at - 3 * number) if at != 4 or number == 0 else None
            steps.append([f"Firma {at}", task, "Ute", day(50 - number), done])
    steps += [["Summe", len(steps) - 3], [], ["Legende: grün = gut"]]
    paths: list[list[Any]] = [["Schritt", "Wartet auf", "Arbeitstage"]]
    paths += [[task, "Client", 5] for task in STEPS]
    sheets = {
        "Aufgaben": Sheet(steps, ("A1:E1",)), "Kunden": Sheet(people), "Ablauf": Sheet(paths),
        "Listen": Sheet([["grün", "rot"]]),
    }  # fmt: skip
    return Tracker("lang", sheets, {}, {}, "long")


def test_an_adopted_long_tracker_shows_who_is_stalled_and_nothing_else_changes(
    folder: Path,
    sheetops: Command,
) -> None:
    path = long_shaped().save(folder)
    (folder / "before.xlsx").write_bytes(path.read_bytes())
    adopted = sheetops("adopt", path, "--yes", "--columns", "--today", DAY)
    assert adopted.status == 0, adopted.err
    assert sheetops("daily", "--apply", "--today", DAY).status == 0
    new = {}
    for tab, last in (("Aufgaben", "E"), ("Kunden", "E")):
        before, after = cells(folder / "before.xlsx", tab), cells(path, tab)
        new[tab] = written(before, after)
        assert min(at.rstrip("0123456789") for at in new[tab]) > last
        flags = {after[f"A{at}"] for at in range(1, 40) if "Stalled" in str(new[tab].get(f"F{at}"))}
        assert flags == {"Firma 4"}
    assert judge(folder / "before.xlsx", path, new).harm == []
    once = path.read_bytes()
    assert "Nothing differs" in sheetops("daily", "--apply", "--today", DAY).out
    assert path.read_bytes() == once


def test_adopting_again_keeps_what_was_answered_and_our_columns(
    folder: Path,
    sheetops: Command,
) -> None:
    path = moving().save(folder)
    sheetops("adopt", path, "--yes", "--guess", "--columns", "--today", DAY)
    first = settings.load(folder / "sheetops.toml").mapping
    sheetops("daily", "--apply", "--today", DAY)
    sheetops("adopt", path, "--yes", "--columns", "--today", DAY)
    assert settings.load(folder / "sheetops.toml").mapping == first
    assert "Nothing differs" in sheetops("daily", "--apply", "--today", DAY).out


def test_the_mapping_stands_beside_what_is_in_the_settings_already(folder: Path) -> None:
    path = trackers()["agency_wide"].save(folder)
    toml = folder / "sheetops.toml"
    toml.write_text('# ours\n[workbook]\npath = "agency_wide.xlsx"  # here\nid = "A-1"\n', "utf-8")
    found = questions.guessed(propose(ExcelStore(path).read(), TODAY))
    config_file.keep(toml, path, found.mapping)
    config_file.keep(toml, path, found.mapping)
    text = toml.read_text("utf-8")
    assert text.startswith('# ours\n[workbook]\npath = "agency_wide.xlsx"  # here\nid = "A-1"\n')
    assert text.count("Which tab is what") == 1
    loaded = settings.load(toml)
    assert loaded.mapping == found.mapping
    other = folder / "other.xlsx"
    with pytest.raises(ConfigError, match="is the settings file of"):
        config_file.keep(toml, other, found.mapping)


def test_our_columns_stand_beyond_both_tables_of_a_tab(folder: Path) -> None:
    found = propose(ExcelStore(trackers()["two_tables"].save(folder)).read(), TODAY)
    added = status_columns.to_add(found)
    assert next(iter(added.cells["Overview"].items())) == ("O3", "Flag")


def test_an_answer_goes_into_the_mapping(folder: Path) -> None:
    found = propose(ExcelStore(moving().save(folder)).read(), TODAY)
    question = next(one for one in found.unsure if one.step == "Deposit")
    found = questions.answered(found, question, "Third party")
    assert found.mapping.steps["Work"]["Deposit"].waiting_on == "Third party"
    assert question not in found.unsure


def test_a_workbook_of_ours_is_known_and_needs_no_mapping(
    folder: Path,
    sheetops: Command,
) -> None:
    small = Business(folder)
    found = propose(ExcelStore(small.path).read(), TODAY)
    assert found.unsure == ()
    for tab, columns_of in found.mapping.columns.items():
        assert found.mapping.tabs[tab] == tab
        assert all(names == (ours,) for ours, names in columns_of.items())
    ended = sheetops("adopt", small.path, "--yes")
    assert ended.status == 1
    assert "there is nothing to adopt" in ended.err


class _Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_person_is_asked_and_what_they_say_is_kept(
    folder: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = moving().save(folder)
    typed = "3\n\n4\ny\ny\n"  # a third party; the best guess; later; yes, like this; yes, columns
    monkeypatch.setattr("sys.stdin", _Typed(typed))
    ended = sheetops("adopt", path, "--today", DAY)
    assert ended.status == 0, ended.err
    steps = settings.load(folder / "sheetops.toml").mapping.steps["Work"]
    assert [one.waiting_on for one in steps.values()] == ["Third party", "Client", ""]
    assert cells(path, "Work")["I3"] == "Flag by sheetops"


def test_a_person_who_says_no_keeps_nothing(
    folder: Path,
    sheetops: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = moving().save(folder)
    monkeypatch.setattr("sys.stdin", _Typed("\n\n\nn\n"))
    assert sheetops("adopt", path, "--today", DAY).status == 1
    assert not (folder / "sheetops.toml").exists()


def test_an_address_of_no_sheet_and_a_sheet_without_clients_are_said(
    folder: Path,
    sheetops: Command,
) -> None:
    ended = sheetops("adopt", "https://example.com/x", "--dry-run")
    assert ended.status == 1
    assert "https://example.com/x is no Google Sheet. Copy its address again." in ended.err
    costs = Tracker("costs", {"Costs": Sheet([["Month", "Rent"], ["May", 900]])}, {}, {}, "long")
    ended = sheetops("adopt", costs.save(folder), "--dry-run")
    assert ended.status == 1
    assert "no tab in which clients or their steps were recognised" in ended.err
