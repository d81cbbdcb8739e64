"""How many clients finish in the weeks ahead, and how good earlier forecasts of it were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from sheetops.model.history import PastForecast
from sheetops.model.snapshot import Snapshot
from sheetops.report.figures import forecast
from sheetops.report.figures.clients import WEEK, InHand, in_hand
from sheetops.report.figures.figures import HORIZONS, ORIGINS, Forecast, Record, Tried
from sheetops.systems.path import survival
from sheetops.systems.path.event_log import happened
from sheetops.workbook.arrays import Days, Numbers
from sheetops.workbook.values import day_text

_FEW = "Fewer than 5 clients have finished, so nobody knows yet how long clients take."
_SHOWN = 8
"""Past forecasts that are told in words."""


class Likely(NamedTuple):
    """Starts that are likely, with the chance of each: leads, or clients that are only supposed."""

    starts: Days
    chances: tuple[float, ...]


NOBODY = Likely(np.array([], dtype="datetime64[D]"), ())


@dataclass(frozen=True)
class _Ahead:
    """The days looked ahead: `days` working days from today up to and with `until`."""

    snapshot: Snapshot
    weeks: int

    @property
    def until(self) -> date:
        return self.snapshot.today + timedelta(WEEK * self.weeks - 1)

    @property
    def days(self) -> int:
        return self.snapshot.business.calendar.age(self.snapshot.today, self.until + timedelta(1))

    def finish(self, known: InHand, starts: Days) -> Numbers:
        """The chance that clients who start on these days finish in time."""
        calendar = self.snapshot.business.calendar
        left = self.days - 1 - calendar.ages(np.full(len(starts), self.snapshot.today), starts)
        late = known.cycle.beyond(np.full(len(starts), survival.ALL), left)
        return np.asarray(1 - late, dtype="float64")


def forecasts(snapshot: Snapshot, leads: Likely, more: Likely = NOBODY) -> tuple[Forecast, ...]:
    """One forecast for each of `HORIZONS`. `more` are clients who are only supposed to be there."""
    return tuple(_forecast(_Ahead(snapshot, weeks), leads, more) for weeks in HORIZONS)


def _forecast(ahead: _Ahead, leads: Likely, more: Likely) -> Forecast:
    known = in_hand(ahead.snapshot)
    if not known.finishing.is_known:
        return Forecast(
            ahead.weeks, ahead.until, None, None, None, None, None, None, _FEW, _FEW, _FEW
        )
    past = told(ahead.snapshot, ahead.weeks)
    factor = _correction(past)
    signed = float(ahead.finish(known, known.to_come).sum())
    supposed = float(ahead.finish(known, more.starts) @ np.asarray(more.chances, dtype="float64"))
    of_open = factor * expected_of_open(ahead.snapshot, ahead.days) + signed + supposed
    arrivals = _arrivals(ahead, known)
    width = forecast.half_width(*_came(past))
    point = of_open + arrivals
    low, high = (None, None) if width is None else forecast.band(point, width)
    return Forecast(
        weeks=ahead.weeks,
        until=ahead.until,
        point=point,
        from_open=of_open,
        from_arrivals=arrivals,
        from_leads=float(
            ahead.finish(known, leads.starts) @ np.asarray(leads.chances, dtype="float64")
        ),
        low=low,
        high=high,
        no_band=_no_band(len(past)) if width is None else "",
        why_not="",
        how=_how(ahead, known, factor, len(past)),
    )


def expected_of_open(snapshot: Snapshot, days: int) -> float:
    """How many of the clients in hand finish within so many working days, before correction."""
    return float(in_hand(snapshot).chances(days).sum())


def _arrivals(ahead: _Ahead, known: InHand) -> float:
    """Of those who start in the meantime and have not signed yet: the usual pace, less those who
    have signed for a start to come."""
    per_week = forecast.pace(known.weekly)
    last = np.datetime64(ahead.until, "D")
    signed = int((known.to_come <= last).sum())
    usual = per_week * ahead.weeks
    share = max(usual - signed, 0.0) / usual if usual else 0.0
    if not ahead.days:
        return 0.0
    return forecast.of_newcomers(known.cycle, share * usual / ahead.days, ahead.days)


def told(snapshot: Snapshot, weeks: int) -> tuple[PastForecast, ...]:
    """Past forecasts for so many weeks whose time has come, with what came of them."""
    return tuple(
        one
        for one in outcomes(snapshot)
        if one.weeks == weeks and one.actual is not None and one.actual_open is not None
    )


def outcomes(snapshot: Snapshot) -> tuple[PastForecast, ...]:
    """The forecasts that are remembered; those whose time has come with what came of them."""
    clients = happened(snapshot).clients
    sure = clients.counts & ~np.isnat(clients.finished)
    started, finished = clients.started[sure], clients.finished[sure]

    def came(one: PastForecast) -> PastForecast:
        if one.actual is not None or one.until >= snapshot.today:
            return one
        first, last = np.datetime64(one.made, "D"), np.datetime64(one.until, "D")
        inside = (finished >= first) & (finished <= last)
        of_open = inside & (started <= first)
        return one._replace(actual=int(inside.sum()), actual_open=int(of_open.sum()))

    return tuple(came(one) for one in snapshot.history.forecasts)


def to_keep(snapshot: Snapshot, made: Sequence[Forecast]) -> tuple[PastForecast, ...]:
    """What the ledger should keep: today's forecasts, and what came of earlier ones."""
    fresh = tuple(
        PastForecast(
            snapshot.today, one.until, one.weeks, one.point,
            expected_of_open(snapshot, _Ahead(snapshot, one.weeks).days),
        )
        for one in made
        if one.point is not None
    )  # fmt: skip
    before = snapshot.history.forecasts
    changed = (now for now, was in zip(outcomes(snapshot), before, strict=True) if now != was)
    return (*changed, *fresh)


def _came(past: Sequence[PastForecast]) -> tuple[list[float], list[int]]:
    return [one.point for one in past], [one.actual or 0 for one in past]


def _correction(past: Sequence[PastForecast]) -> float:
    return forecast.correction(
        [one.of_open for one in past], [one.actual_open or 0 for one in past]
    )


def record(snapshot: Snapshot, weeks: int) -> Record:
    """How good the forecasts for so many weeks were, each with the band that it had then."""
    past = told(snapshot, weeks)
    tried = tuple(_tried(one, [other for other in past if other.until < one.made]) for one in past)
    banded = [one for one in tried if one.is_inside is not None]
    inside = sum(1 for one in banded if one.is_inside)
    off = [abs(one.actual - one.point) for one in tried]
    return Record(
        weeks=weeks,
        tried=tried,
        banded=len(banded),
        inside=inside,
        off_by=sum(off) / len(off) if off else None,
        said=_said(tried, banded[-_SHOWN:], weeks),
    )


def _tried(one: PastForecast, before: Sequence[PastForecast]) -> Tried:
    width = forecast.half_width(*_came(before))
    low, high = (None, None) if width is None else forecast.band(one.point, width)
    return Tried(one.made, one.until, one.point, one.actual or 0, low, high)


def _said(tried: Sequence[Tried], banded: Sequence[Tried], weeks: int) -> str:
    if not tried:
        return f"No forecast for {weeks} weeks ahead has come due yet."
    if not banded:
        count = f"{len(tried)} {'forecast has' if len(tried) == 1 else 'forecasts have'}"
        return f"{count} come due, none of which had a band yet."
    inside = sum(1 for one in banded if one.is_inside)
    which = "last forecast" if len(banded) == 1 else f"last {len(banded)} forecasts"
    return f"The {which} for {weeks} weeks ahead: {inside} inside the band."


def _no_band(count: int) -> str:
    return (
        f"No band yet: it rests on past forecasts whose time has come, and there are {count} of "
        f"the {ORIGINS} that it needs."
    )


def _how(ahead: _Ahead, known: InHand, factor: float, past: int) -> str:
    finished = int(known.cycle.cases[-1])
    words = (
        f"Each of {len(known.clients)} clients in hand by the chance to finish by "
        f"{day_text(ahead.until)}, as {finished} finished clients did who had been as long at the "
        f"same step; and new clients at {forecast.pace(known.weekly):.1f} a week, as in the last "
        f"{min(forecast.RECENT, len(known.weekly))} weeks"
    )
    if len(known.weekly) > forecast.RECENT:
        words += ", drawn towards the pace of all weeks as far as the two may differ by chance"
    if factor == 1.0:
        return f"{words}."
    share = f"{abs(factor - 1):.0%} {'up' if factor > 1 else 'down'}"
    last = min(past, forecast.RECENT)
    return f"{words}. Clients in hand were put {share}, by what came of the last {last} forecasts."
