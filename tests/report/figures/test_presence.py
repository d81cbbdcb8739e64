"""Waits of the team count the days on which whoever does them is there, once and not twice."""

from __future__ import annotations

from datetime import date

import pytest

from sheetops.model.snapshot import Snapshot
from sheetops.report.figures import capacity
from sheetops.report.figures.availability import lost_of_open, waits_there
from sheetops.systems.path.durations import learned
from tests.report.figures.test_figures import PATH, TEAM, needed
from tests.sheets import MONDAY, Row, client, november, office, snapshot, step

PAST: Row = {"Name": "Anna", "From": november(3), "To": november(9)}
PLAN = 1


def holiday(since: date, *more: Row) -> Snapshot:
    """Six plans of Anna's took from 2 to 10 November, five working days of which she was away; a
    seventh has waited for her `since` then."""
    names = [f"Client {n}" for n in range(6)]
    clients = [client(name, Status="Finished", Finished_on=november(17)) for name in names]
    steps = [
        row
        for name in names
        for row in (
            step(name, "Contract", Started=november(2), Done=november(2)),
            step(name, "Plan", Started=november(2), Done=november(10)),
            step(name, "Report", Started=november(10), Done=november(17)),
        )
    ]
    raw = office(
        [*clients, client("Eva")],
        [
            *steps,
            step("Eva", "Contract", Started=november(2), Done=since),
            step("Eva", "Plan", Started=since),
        ],
        offer_steps=[{**row, "Working days": None} for row in PATH], team=TEAM,
        Offers=[{"Offer": "Coaching"}], Time_off=[PAST, *more],
    )  # fmt: skip
    return snapshot(raw, MONDAY)


def test_days_away_are_no_days_of_a_wait() -> None:
    now = holiday(november(9))
    assert learned(now).waits.within(0.5)[PLAN] == 6
    assert waits_there(now).within(0.5)[PLAN] == 1
    assert lost_of_open(now).sum() == 1  # the 9th
    # Ben works from Monday to Wednesday: of five working days he was there for three
    assert (learned(now).waits.within(0.5)[2], waits_there(now).within(0.5)[2]) == (5, 3)


def test_what_waits_for_a_client_has_its_days_whoever_is_away() -> None:
    now = holiday(november(9))
    assert waits_there(now).within(0.5)[0] == learned(now).waits.within(0.5)[0]


def test_an_absence_counts_in_the_calendar_and_not_in_the_wait_again() -> None:
    """A plan that begins today takes a day of Anna's; six, were her last absence counted in."""
    there = needed(capacity(holiday(MONDAY)), "Anna")
    assert there[0] > 3.0  # of 4 hours; the rest by what is usual for all steps
    away: Row = {"Name": "Anna", "From": MONDAY, "To": november(27)}
    later = needed(capacity(holiday(MONDAY, away)), "Anna")
    assert later[0] == 0.0
    assert later[1] == pytest.approx(there[0], abs=0.5)
