"""Whatever stands in the workbook, the figures come, and hold together."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta

import pytest

from sheetops.model.history import History
from sheetops.plan.plan import make_plan
from sheetops.report.figures import Capacity, capacity, to_keep
from sheetops.template.demo import business, settings
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import grid, read, sheet

TODAY = date(2026, 11, 25)
JUNK: tuple[Value, ...] = (
    None, "", "x", "n/a", -5, 0, 0.5, 1e9, True, "Anna", "Team", date(1905, 1, 1), date(2044, 1, 1),
    datetime(2026, 11, 20, 9, 30),  # noqa: DTZ001 # as a cell has it
    TODAY, TODAY + timedelta(days=9), TODAY - timedelta(days=400),
    "next tuesday", "Mon-Thu", "Lead", "Active", "Finished", 168,
)  # fmt: skip


def whole() -> dict[str, list[list[Value]]]:
    """The demo's workbook."""
    given: list[dict[str, Value]] = [
        {"Setting": name, "Value": value} for name, value in settings(TODAY).items()
    ]
    tabs = {name: grid(name, rows) for name, rows in business(TODAY).items()}
    return {**tabs, "Settings": grid("Settings", given)}


def mangled(seed: int) -> RawBook:
    """The demo's workbook with some cells, rows and tabs spoiled."""
    rng = random.Random(seed)  # noqa: S311 # nothing is secret here
    tabs = whole()
    for name in ("Time off", "Team", "Offers", "Settings"):
        if rng.random() < 0.15:
            del tabs[name]
    for rows in tabs.values():
        for row in rows[1:]:
            row[:] = [rng.choice(JUNK) if rng.random() < 0.02 * (seed % 4) else c for c in row]
        if len(rows) > 2 and rng.random() < 0.3:
            del rows[rng.randrange(1, len(rows)) :]
    return sheet(tabs)


def check(found: Capacity) -> None:
    """What must hold of any figures."""
    for person in found.loads:
        assert (person.full_week is None) == bool(person.why_not)
        for week in person.weeks:
            assert week.needed >= 0
            assert week.from_leads >= 0
            assert week.share is None or math.isfinite(week.share)
            assert week.available is None or week.available >= 0
    for offer in found.can_take_on:
        assert (offer.number is None) == bool(offer.why_not)
        assert bool(offer.number) == (offer.monday is not None)
        assert offer.chance is None or offer.chance >= 0.8
    for one in found.forecasts:
        assert (one.point is None) == bool(one.why_not)
        assert one.point is None or 0 <= one.point < 1000
    assert all(one.count > 0 for one in found.left_out)


@pytest.mark.parametrize("seed", range(1, 13))
def test_figures_of_a_mangled_workbook_hold_together(seed: int) -> None:
    today = make_plan(read(mangled(seed)), History(), TODAY).snapshot
    found = capacity(today)
    check(found)
    to_keep(today, found)


def test_the_demo_has_all_figures() -> None:
    found = capacity(make_plan(read(sheet(whole())), History(), TODAY).snapshot)
    check(found)
    assert all(one.number is not None for one in found.can_take_on)
    assert all(one.point for one in found.forecasts)


def test_steps_without_offer_steps_are_nobodys_figures() -> None:
    tabs = whole()
    del tabs["Offer steps"][1:]
    found = capacity(make_plan(read(sheet(tabs)), History(), TODAY).snapshot)
    check(found)
    assert all(one.number is None for one in found.can_take_on)


def test_a_workbook_that_cannot_be_used_has_no_figures() -> None:
    found = capacity(make_plan(read(sheet({})), History(), TODAY).snapshot)
    check(found)
    assert found.loads == ()
    assert found.can_take_on == ()
