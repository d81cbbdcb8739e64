"""How long a step may take, of a sheet in which each step is a column: said once, or declared."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sheetops.adopt.adapter import seen
from sheetops.adopt.config_file import keep
from sheetops.settings import load
from sheetops.workbook.mapping import Mapping, StepColumns
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import Grid, flags, plan, sheet

TRACKER: Grid = (
    ("Client", "Start date", "Contract", "Kick-off"),
    ("Ada", date(2026, 11, 2), date(2026, 11, 3), None),
)
PATH: Grid = (
    ("Offer", "Order", "Step", "Waiting on", "Working days"),
    (None, 1, "Contract", "Client", 3),
    (None, 2, "Kick-off", "Team", 4),
)


def mapping(days: int | None) -> Mapping:
    headings = [str(heading) for heading in TRACKER[0]]
    steps = {name: StepColumns(name, waiting_on="Team", days=days) for name in headings[2:]}
    columns = {name: (name,) for name in headings[:2]}
    return Mapping({"Work": "Clients"}, {"Work": columns}, {"Work": steps})


def due(raw: RawBook, days: int | None) -> Value:
    made = plan(seen(raw, mapping(days)), date(2026, 11, 4))
    assert not made.problems
    day: Value = made.status["Steps"]["Due by"].iloc[-1]
    return day


def test_days_that_were_said_once_make_steps_due() -> None:
    assert due(sheet({"Work": TRACKER}), 5) == date(2026, 11, 10)
    assert due(sheet({"Work": TRACKER}), None) is None


@pytest.mark.parametrize("offer", ["Our work", None])
def test_a_path_that_is_declared_later_goes_before_the_columns(offer: Value) -> None:
    path = [PATH[0], *((offer, *row[1:]) for row in PATH[1:])]
    assert due(sheet({"Work": TRACKER, "Offer steps": path}), None) == date(2026, 11, 9)


def test_a_path_that_is_declared_names_what_it_cannot_use() -> None:
    path = [PATH[0], *(("Our work", *row[1:4], "many") for row in PATH[1:])]
    made = plan(seen(sheet({"Work": TRACKER, "Offer steps": path}), mapping(None)))
    assert {problem.where for problem in made.problems} == {"Offer steps!E2", "Offer steps!E3"}
    assert flags(made)["Ada"][0] == "Data problem"


def test_the_days_are_kept_in_the_settings_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "sheetops.toml"
    keep(file, tmp_path / "w.xlsx", mapping(5))
    assert load(file).mapping.steps == mapping(5).steps
    keep(file, tmp_path / "w.xlsx", mapping(None))
    assert load(file).mapping.steps == mapping(None).steps
