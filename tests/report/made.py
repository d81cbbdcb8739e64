"""Figures made by hand, so that the page can be looked at without computing any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sheetops.report.figures import (
    CanTakeOn,
    Capacity,
    Change,
    Forecast,
    Leads,
    LeftOut,
    OfferLeads,
    OnHand,
    PersonLoad,
    Record,
    RestsOn,
    Tried,
    Unclosed,
    Unit,
    WeekLoad,
    WhatIf,
)

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)
MONDAYS = tuple(MONDAY + timedelta(7 * week) for week in range(8))
_HOW = "Worked out by hand, for this test."


def person(name: str, share: float | None, unit: Unit = Unit.HOURS) -> PersonLoad:
    """Somebody whose load falls a little from week to week; None: nobody knows their hours."""
    if share is None:
        return PersonLoad(name, unit, None, (), f"Hours per week of {name} is blank in Team.", _HOW)
    weeks = tuple(
        WeekLoad(monday, 30 * share * 0.95**n, 1.5, 30.0, share * 0.95**n, 1 if n == 3 else 0)
        for n, monday in enumerate(MONDAYS)
    )
    return PersonLoad(name, unit, 30.0, weeks, "", _HOW)


def room(
    offer: str, number: int | None, monday: date | None, *, at_least: bool = False
) -> CanTakeOn:
    """What an offer can take on."""
    known = number is not None
    by_week = tuple((day, max((number or 0) - 1, 0)) for day in MONDAYS) if known else ()
    return CanTakeOn(
        offer, number, monday, 0.84 if number else None, at_least, by_week,
        ("Mei", "Tom") if known else (), "Mei" if known else "",
        "" if known else f"Not enough clients of {offer} yet: 3 of 5 have finished.", _HOW,
    )  # fmt: skip


def forecast(weeks: int, point: float | None) -> Forecast:
    """What is expected of so many weeks."""
    until = TODAY + timedelta(7 * weeks)
    if point is None:
        why = "Not enough clients yet: 2 of 5 have finished."
        return Forecast(weeks, until, None, None, None, None, None, None, "", why, _HOW)
    return Forecast(weeks, until, point, point - 2, 2.0, 0.8, point - 3, point + 4, "", "", _HOW)


def record(weeks: int, count: int) -> Record:
    """Past forecasts, one in eight of them outside its band."""
    tried = tuple(
        Tried(
            TODAY - timedelta(7 * (count - n + weeks)), TODAY - timedelta(7 * (count - n)),
            8.0 + n % 3, 16 if n == 2 else 8 + n % 4, 5.0, 13.0,
        )
        for n in range(count)
    )  # fmt: skip
    inside = sum(bool(one.is_inside) for one in tried)
    if not tried:
        return Record(weeks, (), 0, 0, None, "No forecast has come due yet.")
    said = f"The last {count} forecasts: {inside} inside the band."
    return Record(weeks, tried, count, inside, 1.7, said)


def capacity(today: date = TODAY) -> Capacity:
    """Two people, three offers, leads, and a record of eight forecasts."""
    return Capacity(
        today=today,
        forecasts=(forecast(4, 9.4), forecast(8, 17.2)),
        loads=(person("Mei", 1.04), person("Tom", 0.62), person("Aoife", None)),
        can_take_on=(
            room("Clarity coaching", 3, MONDAYS[2]),
            room("First clients course", 0, None),
            room("White glove <b>", None, None),
        ),
        on_hand=OnHand(23, 9.5, 2.4, "", _HOW),
        unclosed=Unclosed(
            44, 30.0, 3.0, 10.0, True,
            (("C7", "Old Oak", "Nothing was done for 61 working days."),), "", _HOW,
        ),
        leads=Leads(
            4, 1.9, (OfferLeads("Clarity coaching", 4, 1.9),), ((MONDAYS[1], 1.2),), 0.7, _HOW
        ),
        records=(record(4, 8), record(8, 0)),
        rests_on=RestsOn(
            44, 61, 512, 97, 140, date(2025, 11, 3), 2000, "44 open and 61 finished clients."
        ),
        left_out=(
            LeftOut("Aoife’s Hours per week is blank.", 1, "Team", "Hours per week", "Fill it in."),
        ),
    )  # fmt: skip


def nothing(today: date = TODAY) -> Capacity:
    """A business of which nothing is known yet."""
    none = "Not enough clients yet: nobody has finished."
    return Capacity(
        today=today,
        forecasts=(forecast(4, None), forecast(8, None)),
        loads=(),
        can_take_on=(),
        on_hand=OnHand(0, None, None, none, _HOW),
        unclosed=Unclosed(0, None, None, None, False, (), none, _HOW),
        leads=Leads(0, 0.0, (), (), 0.0, _HOW),
        records=(record(4, 0), record(8, 0)),
        rests_on=RestsOn(0, 0, 0, 0, 0, None, 0, "No client is in the workbook yet."),
        left_out=(),
    )


def what_if() -> WhatIf:
    """Mei is away for two weeks."""
    before = capacity()
    after = replace(before, loads=(person("Mei", 1.4), *before.loads[1:]))
    return WhatIf(
        "What if Mei is away from 1 Dec to 14 Dec 2026?", before, after,
        (Change("Load", "Mei", MONDAYS[2], 94.0, 140.0, "%"),),
        ("Mei is at 140 % in the week of 30 Nov instead of 94 %.",),
    )  # fmt: skip
