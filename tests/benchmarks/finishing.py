"""How well it is foreseen how many clients finish within 4 and 8 weeks, on a real event log.

    python -m tests.benchmarks.eventlogs LOG --capacity [--json]

On every working morning after the first third of the cases, as long as 8 weeks of the log are left,
what was known on it is put through the project's own estimates, which are made anew each week. A
morning's record are the forecasts that were made a whole number of weeks before it and have come
due; they begin in the 13th week of the log, and only the mornings after the first third are judged.

Side by side, by mean absolute error in clients: ours; the last week's count for every week to come;
the mean of the last 12 weeks; and Monte Carlo of throughput (weeks drawn from the last 12, their
median). Coverage: how often the 80 % band held, of the mornings that had one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sheetops.systems.capacity import forecast
from sheetops.systems.capacity.figures import HORIZONS
from sheetops.systems.capacity.forecast import RECENT, Finishing
from sheetops.waits import Waits
from tests.benchmarks import replay
from tests.benchmarks.event_files import EventLog
from tests.benchmarks.replay import WEEK, Lives, Stay

Numbers = npt.NDArray[np.float64]
Learned = tuple[Finishing, Waits]
METHODS = ("ours", "last week", "mean", "monte carlo")
_DRAWS = 1000


@dataclass
class Told:
    """Forecasts for one horizon, one for each morning, and what came."""

    weeks: int
    mornings: list[int] = field(default_factory=list)
    of_open: list[float] = field(default_factory=list)
    came_open: list[int] = field(default_factory=list)
    came: list[int] = field(default_factory=list)
    said: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in METHODS})
    held: list[bool | None] = field(default_factory=list)

    def record(self, now: int) -> list[int]:
        """Places of the forecasts that had come due, one of each week."""
        return [
            at
            for at, made in enumerate(self.mornings)
            if made + WEEK * self.weeks <= now and (now - made) % WEEK == 0
        ]


def measure(log: EventLog, ends: Collection[str] = ()) -> dict[str, Any]:
    """All figures of a log; None where it is too short to carry one."""
    stay, lives = replay.stays(log, ends), replay.lives(log, ends)
    told = [Told(weeks) for weeks in HORIZONS]
    last = int(stay.mornings[-1]) - WEEK * max(HORIZONS)
    first = min(WEEK * RECENT, stay.first_morning)
    learned: Learned | None = None
    for now in range(first, last + 1):
        if learned is None or (now - stay.first_morning) % WEEK == 0:
            learned = _learn(stay, lives, now)
        for one in told:
            _tell(one, now, stay, lives, learned)
    judged = [np.asarray(one.mornings) >= stay.first_morning for one in told]
    return {
        "capacity": {
            str(one.weeks): _figures(one, which) for one, which in zip(told, judged, strict=True)
        },
        "mornings": int(judged[0].sum()),
    }


def _learn(stay: Stay, lives: Lives, now: int) -> Learned:
    part = slice(0, int(np.searchsorted(stay.known, now, side="right")))
    age = now - stay.began[part]
    finished = stay.finish_seen[part] <= now
    until = np.maximum(stay.finish_seen[part] - 1 - stay.began[part], 0)
    waited = np.where(stay.seen[part] <= now, stay.wait[part], age)
    days = np.where(finished, until, age)
    begun = lives.start_seen <= now
    over = lives.finish_seen[begun] <= now
    took = np.maximum(lives.finish_seen[begun] - 1 - lives.began[begun], 0)
    return (
        forecast.learn(stay.step[part], waited, days, finished, stay.steps),
        forecast.whole(np.where(over, took, now - lives.began[begun]), over),
    )


def _tell(told: Told, now: int, stay: Stay, lives: Lives, learned: Learned) -> None:
    finishing, cycle = learned
    days = WEEK * told.weeks
    known = int(np.searchsorted(stay.known, now, side="right"))
    at = np.flatnonzero((stay.seen[:known] > now) & (stay.finish_seen[:known] > now))
    of_open = float(finishing.within(stay.step[at], now - stay.began[at], days).sum())
    weekly = _weekly(lives.start_seen, now, now // WEEK)
    new = forecast.of_newcomers(cycle, forecast.pace(weekly) / WEEK, days)
    record = told.record(now)
    factor = forecast.correction(
        [told.of_open[one] for one in record], [told.came_open[one] for one in record]
    )
    point = factor * of_open + new
    width = forecast.half_width(
        [told.said["ours"][one] for one in record], [told.came[one] for one in record]
    )
    finishes = (lives.finish_seen > now) & (lives.finish_seen <= now + days)
    came = int(finishes.sum())
    low, high = (None, None) if width is None else forecast.band(point, width)
    told.mornings.append(now)
    told.of_open.append(of_open)
    told.came_open.append(int((finishes & (lives.start_seen <= now)).sum()))
    told.came.append(came)
    told.held.append(None if low is None or high is None else low <= came <= high)
    told.said["ours"].append(point)
    for name, said in _others(lives, now, told.weeks).items():
        told.said[name].append(said)


def _weekly(seen: npt.NDArray[np.int64], now: int, weeks: int) -> npt.NDArray[np.int64]:
    """How many were seen in each of the past weeks, the last first."""
    ago = now - seen[seen <= now]
    return np.bincount(ago[ago < WEEK * weeks] // WEEK, minlength=weeks)


def _others(lives: Lives, now: int, weeks: int) -> dict[str, float]:
    done = _weekly(lives.finish_seen, now, RECENT)
    rng = np.random.default_rng(now)
    drawn = rng.choice(done, size=(_DRAWS, weeks)).sum(axis=1)
    return {
        "last week": float(done[0] * weeks),
        "mean": float(done.mean() * weeks),
        "monte carlo": float(np.median(drawn)),
    }


def _figures(told: Told, judged: npt.NDArray[np.bool_]) -> dict[str, Any]:
    came = np.asarray(told.came, dtype="float64")
    held = [h for h, which in zip(told.held, judged, strict=True) if which and h is not None]
    off = {name: np.abs(np.asarray(told.said[name]) - came)[judged] for name in METHODS}
    return {
        **{name: {"mae": float(o.mean()) if len(o) else None} for name, o in off.items()},
        "coverage": sum(held) / len(held) if held else None,
        "banded": len(held),
        "finish": float(came[judged].mean()) if judged.any() else None,
    }


def show(found: dict[str, Any], *, as_json: bool) -> None:
    """Print what was measured."""
    if as_json:
        json.dump(found, sys.stdout, indent=2)
        print()
        return
    print(f"{found['mornings']:,} mornings; mean absolute error in clients")
    print("weeks   clients" + "".join(f"{name:>13}" for name in METHODS) + "   band held")
    for weeks, one in found["capacity"].items():
        figures = "".join(f"{_one(one[name]['mae']):>13}" for name in METHODS)
        held = "-" if one["coverage"] is None else f"{one['coverage']:.2f}"
        print(f"{weeks:>5}{_one(one['finish']):>10}{figures}   {held} of {one['banded']}")


def _one(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.1f}"
