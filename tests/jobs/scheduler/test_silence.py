"""`Runs` turns red when a working day goes by without a run, and on no other day."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.jobs.small import FRIDAY, Business

WEEKEND = (FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2))
MONDAY, TUESDAY, WEDNESDAY = (FRIDAY + timedelta(days=n) for n in (3, 4, 5))


def next_by(business: Business) -> list[date]:
    return [row["Next by"].date() for row in business.rows("Runs")]


def test_the_line_names_the_next_working_day(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Extra days off": f"{MONDAY:%d/%m/%Y}"})
    business.daily(FRIDAY)
    assert next_by(business) == [TUESDAY]


def test_a_quiet_working_day_leaves_one_line_and_a_second_run_nothing(tmp_path: Path) -> None:
    business = Business(tmp_path)
    business.daily(FRIDAY)
    business.daily(MONDAY)
    before = business.path.read_bytes()
    assert business.daily(MONDAY).receipt.rows == 0
    assert business.path.read_bytes() == before
    assert next_by(business) == [MONDAY, TUESDAY]


def test_a_quiet_day_is_not_red_the_day_after(tmp_path: Path) -> None:
    """Nothing differs from Monday to Tuesday but the line itself."""
    business = Business(tmp_path, {"Offers": [], "Clients": [], "Steps": [], "Offer steps": []})
    for day in (FRIDAY, MONDAY, TUESDAY):
        done = business.daily(day)
        assert done.receipt.cells <= 16
    assert next_by(business) == [MONDAY, TUESDAY, WEDNESDAY]


def test_on_days_off_a_quiet_run_leaves_no_line(tmp_path: Path) -> None:
    business = Business(tmp_path, {"Offers": [], "Clients": [], "Steps": [], "Offer steps": []})
    business.daily(FRIDAY)
    for day in WEEKEND:
        assert business.daily(day).receipt.rows == 0


def rules(path: Path) -> list[str]:
    """The formulas by which the dates of `Runs` turn red."""
    page = openpyxl.load_workbook(path)["Runs"]
    found: Any = page.conditional_formatting
    return [
        rule.formula[0] for area in found for rule in area.rules if str(area.sqref).startswith("B2")
    ]


def with_probes(path: Path, days: list[date]) -> Path:
    """A copy with a tab `Probe`: for each of the days a row, whether each run would be red then."""
    (formula,) = rules(path)
    workbook = openpyxl.load_workbook(path)
    count = workbook["Runs"].max_row - 1
    probe = workbook.create_sheet("Probe")
    for row, day in enumerate(days, 1):
        asked = formula.replace("TODAY()", f"$A{row}")
        cells = [asked.replace("$C2", f"Runs!$C${2 + n}") for n in range(count)]
        probe.append([day, *(f"={cell}" for cell in cells)])
    probed = path.with_name("probed.xlsx")
    workbook.save(probed)
    return probed


@pytest.mark.long
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_turns_it_red_after_a_working_day_and_not_before(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Extra days off": f"{MONDAY:%d/%m/%Y}"})
    thursday = FRIDAY - timedelta(days=1)
    for day in (thursday, FRIDAY):
        business.daily(day)
    days = [FRIDAY, *WEEKEND, MONDAY, TUESDAY, WEDNESDAY, FRIDAY + timedelta(days=90)]
    probed = with_probes(business.path, days)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    order = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", "calculated"]
    subprocess.run(  # noqa: S603 # LibreOffice
        [*order, str(probed)], check=True, capture_output=True, timeout=120, cwd=tmp_path
    )
    page = openpyxl.load_workbook(tmp_path / "calculated" / probed.name, data_only=True)["Probe"]
    red = {
        row[0].date(): row[1:] for row in page.iter_rows(values_only=True)
        if isinstance(row[0], datetime)
    }  # fmt: skip
    quiet = (False, False)
    assert red == {
        **dict.fromkeys((FRIDAY, *WEEKEND, MONDAY, TUESDAY), quiet),
        **dict.fromkeys(days[-2:], (False, True)),
    }
