"""The Dashboard's figures: saved as worked out, and the same when a program calculates them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import load_workbook

from sheetops.template import build
from sheetops.template.dashboard import _FIGURES_ROW
from sheetops.workbook.contract import FLAGS, STATUSES
from sheetops.workbook.raw import Value

# A cell holds a wall clock's time, without a zone.
RAN_AT = datetime.combine(date(2026, 1, 5), time(7, 30))
WEEKS = range(_FIGURES_ROW + 1, _FIGURES_ROW + 9)
HOURS = range(_FIGURES_ROW + 6, _FIGURES_ROW + 14)


def _rows() -> dict[str, Sequence[Mapping[str, Value]]]:
    """A client for every status and every flag; offers and people with a gap between them."""
    clients: list[Mapping[str, Value]] = [
        {"Client": f"{status} {n}", "Status": status, "Owner": "Tom"}
        for n, status in enumerate(STATUSES)
    ]
    clients += [
        {"Client": flag, "Status": "Active", "Owner": "Olivia", "Flag": flag, "Waiting on": "Team"}
        for flag in FLAGS
    ]
    return {
        "Clients": clients,
        "Team": [{"Name": "Olivia"}, {"Name": "Tom"}],
        "Offers": [{"Offer": "One"}, {}, {"Offer": "Three"}],
        "Follow-ups": [
            {"Follow-up ID": "a", "Outcome": "Waiting for approval"},
            {"Follow-up ID": "b", "Outcome": "Sent", "Sent at": RAN_AT},
        ],
        "Runs": [{"Run": "r", "At": RAN_AT, "Minutes given back": 90.0}],
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "w.xlsx"
    build(path, rows=_rows())
    return path


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fresh") / "w.xlsx"
    build(path)
    return path


def _figures(path: Path) -> dict[str, Any]:
    """{label: figure beside it} of the Dashboard, and of the boxes at its top."""
    page = load_workbook(path, data_only=True)["Dashboard"]
    found = {page[f"{letter}5"].value: page[f"{letter}6"].value for letter in "BDGJM"}
    for row in range(_FIGURES_ROW + 1, _FIGURES_ROW + 1 + len(FLAGS)):
        for label, figure in (("B", "C"), ("E", "F"), ("H", "I"), ("K", "L")):
            found[f"{label}: {page[f'{label}{row}'].value}"] = page[f"{figure}{row}"].value
        found[f"stalled: {page[f'K{row}'].value}"] = page[f"M{row}"].value
    return found


EXPECTED = {
    "Clients in hand": 2 + len(FLAGS),
    "Stalled": 1,
    "On course to miss": 1,
    "Follow-ups to approve": 1,
    **{f"B: {flag}": 1 for flag in FLAGS},
    **{f"E: {status}": 1 for status in STATUSES if status != "Active"},
    "E: Active": 1 + len(FLAGS),
    "H: Team": len(FLAGS),
    "H: Client": 0,
    "K: Olivia": len(FLAGS),
    "K: Tom": 2,
    "stalled: Olivia": 1,
    "stalled: Tom": 0,
}


def test_figures_are_saved_for_programs_that_cannot_calculate(filled: Path) -> None:
    saved = _figures(filled)
    assert {label: saved[label] for label in EXPECTED} == EXPECTED


def test_what_depends_on_the_day_is_not_saved(filled: Path) -> None:
    page = load_workbook(filled, data_only=True)["Dashboard"]
    assert page[f"P{_FIGURES_ROW + 8}"].value is None
    assert page["M6"].value is None


def test_a_fresh_workbook_says_that_nothing_has_run_yet(fresh: Path) -> None:
    assert _figures(fresh)["Last run"] == "not yet"


def _calculated(path: Path) -> Path:
    """The workbook as LibreOffice opens and saves it."""
    folder = path.parent / "calculated"
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    order = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder)]
    subprocess.run([*order, str(path)], check=True, capture_output=True, timeout=120)  # noqa: S603
    return folder / path.name


def _with_probes(path: Path) -> None:
    """Put wrong results over the saved ones, and the size and end of every list in a new tab."""
    workbook = load_workbook(path)
    probe = workbook.create_sheet("Probe")
    for name in workbook.defined_names:
        probe.append([name, f"=ROWS({name})", f"=INDEX({name},ROWS({name}))"])
    probed = path.with_name("probed.xlsx")
    workbook.save(probed)
    with ZipFile(path) as source, ZipFile(path.with_name("stale.xlsx"), "w", ZIP_DEFLATED) as stale:
        for part in source.namelist():
            data = source.read(part)
            if part == "xl/worksheets/sheet2.xml":
                data = re.sub(rb"(</f><v>)[0-9]+", rb"\g<1>999", data)
            stale.writestr(part, data)


@pytest.mark.long
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_calculates_the_same_and_lists_grow(tmp_path: Path) -> None:
    path = tmp_path / "w.xlsx"
    build(path, rows=_rows())
    _with_probes(path)
    assert _figures(tmp_path / "stale.xlsx")["Stalled"] == 999
    figures = _figures(_calculated(tmp_path / "stale.xlsx"))
    assert {label: figures[label] for label in EXPECTED} == EXPECTED
    assert figures["Last run"] == RAN_AT
    workbook = load_workbook(_calculated(tmp_path / "probed.xlsx"), data_only=True)
    lists = {row[0]: row[1:] for row in workbook["Probe"].iter_rows(values_only=True)}
    assert lists["Offers_Offer"] == (3, "Three")
    assert lists["Team_Name"] == (2, "Tom")
    assert lists["Clients_Client"] == (len(STATUSES) + len(FLAGS), FLAGS[-1])
    assert lists["Questions_Question"][0] == 1
    weeks = [workbook["Dashboard"][f"O{row}"].value for row in WEEKS]
    assert all(isinstance(week, date) and week.weekday() == 0 for week in weeks)
    errors = [
        cell.coordinate
        for row in workbook["Dashboard"].iter_rows()
        for cell in row
        if cell.data_type == "e"
    ]
    assert not errors


def _back(path: Path) -> tuple[list[float], list[float]]:
    """Hours given back: this week, month and year; and in each of the last eight weeks."""
    page = load_workbook(path, data_only=True)["Dashboard"]
    return [page[f"{letter}41"].value for letter in "BFK"], [page[f"I{row}"].value for row in HOURS]


def test_before_the_first_run_no_hours_were_given_back(fresh: Path) -> None:
    assert _back(fresh) == ([0, 0, 0], [0] * 8)


@pytest.mark.long
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_hours_given_back_are_summed_by_week_month_and_year(tmp_path: Path) -> None:
    today = datetime.now().astimezone().date()
    runs: list[Mapping[str, Value]] = [
        {"Run": f"r{n}", "At": datetime.combine(day, time(7, 30)), "Minutes given back": minutes}
        for n, (day, minutes) in enumerate(
            (
                (today, 90.0),
                (today, 30.0),
                (today - timedelta(days=7), 60.0),
                (today - timedelta(days=28), 15.0),
                (today - timedelta(days=800), 999.0),
            )
        )
    ]
    build(tmp_path / "w.xlsx", rows={**_rows(), "Runs": runs})
    (week, month, year), weeks = _back(_calculated(tmp_path / "w.xlsx"))
    assert week == 2
    assert weeks == [0, 0, 0, 0.25, 0, 0, 1, 2]
    same = [r for r in runs if _day(r).year == today.year]
    assert year == sum(float(str(r["Minutes given back"])) for r in same) / 60
    same = [r for r in same if _day(r).month == today.month]
    assert month == sum(float(str(r["Minutes given back"])) for r in same) / 60


def _day(run: Mapping[str, Value]) -> datetime:
    at = run["At"]
    assert isinstance(at, datetime)
    return at


MONDAY = date(2026, 11, 16)
FIGURES: list[Mapping[str, Value]] = [
    {"Figure": "The answer", "For": "The business", "How we know": "All is well."},
    {"Figure": "Load, next 4 weeks", "For": "Olivia", "Value": 81.0},
    {"Figure": "Load", "For": "The whole team", "Week of": MONDAY, "Value": 77.0},
    {"Figure": "Load", "For": "Olivia", "Week of": MONDAY, "Value": 99.0},
    {"Figure": "Load", "For": "The whole team", "Week of": MONDAY + timedelta(7), "Value": 66.0},
    {"Figure": "Can take on", "For": "Three", "Week of": MONDAY, "Value": 4.0},
]
AHEAD = _FIGURES_ROW + 15


def _ahead(path: Path) -> list[tuple[Any, ...]]:
    """The tables behind the charts of the weeks to come: week, person, offer, and figures."""
    page = load_workbook(path, data_only=True)["Dashboard"]
    assert [page[f"{letter}{AHEAD}"].value for letter in "BEK"] == ["Week of", "Person", "Offer"]
    rows = range(AHEAD + 1, AHEAD + 9)
    return [tuple(page[f"{letter}{row}"].value for letter in "BCEFKL") for row in rows]


def test_before_the_first_report_the_weeks_to_come_are_blank(filled: Path) -> None:
    first, second = _ahead(filled)[:2]
    assert [value or "" for value in first] == ["", "", "Olivia", "", "One", ""]
    assert [value or "" for value in second[2:]] == ["Tom", "", "", ""]


@pytest.mark.long
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_charts_of_the_weeks_to_come_show_the_last_report(tmp_path: Path) -> None:
    build(tmp_path / "w.xlsx", rows={**_rows(), "Capacity": FIGURES})
    first, second, third, *_, last = _ahead(_calculated(tmp_path / "w.xlsx"))
    assert first[0].date() == MONDAY
    assert first[1:] == (77, "Olivia", 81, "One", 0)
    assert (second[0].date(), second[1]) == (MONDAY + timedelta(7), 66)
    assert third[4:] == ("Three", 4)
    assert last[0].date() == MONDAY + timedelta(49)
    page: Any = load_workbook(tmp_path / "w.xlsx")["Dashboard"]
    sources = [chart.series[0].val.numRef.f for chart in page._charts[-3:]]
    assert sources == [
        f"'Dashboard'!${column}${AHEAD + 1}:${column}${AHEAD + rows}"
        for column, rows in (("C", 8), ("F", 5), ("L", 5))
    ]
