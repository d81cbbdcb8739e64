"""The figures of the capacity report: what they are, in which units, and how we know.

Whatever the data do not carry is None, and the words beside it say why. Weeks are named by their
Monday. `how` is one sentence for whoever asks "how do we know?".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

HORIZONS = (4, 8)
"""Weeks that are looked ahead, for who finishes."""
WEEKS = 8
"""Weeks for which load is shown, and in which a new client may start."""
LIMIT = 0.85
"""Share of a person's time that work may fill: the rest is for what nobody foresaw."""
SURE = 0.8
"""Chance from which something is called likely enough to promise; also of the band."""
ORIGINS = 8
"""Past forecasts that a band needs."""


class Unit(StrEnum):
    """What load is counted in: hours where hours are known, else steps done."""

    HOURS = "hours"
    STEPS = "steps"


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many clients finish from today until `until` (the last day counted), `weeks` weeks ahead.

    `point` = `from_open` (of the signed clients of today, those with a start to come among them)
    + `from_arrivals` (of those who start in the meantime, at the pace of the last 12 weeks). All
    are expected counts; None where nothing can be said, and `why_not` says why. `low` and `high`
    bound four in five outcomes by the record of past forecasts; None where there is no band, and
    `no_band` says why. `from_leads` is of the leads of today, by their chance; it stands apart and
    is not in `point`, where new clients at the usual pace are counted already.
    """

    weeks: int
    until: date
    point: float | None
    from_open: float | None
    from_arrivals: float | None
    from_leads: float | None
    low: float | None
    high: float | None
    no_band: str
    why_not: str
    how: str


@dataclass(frozen=True, slots=True)
class WeekLoad:
    """One person's week. `monday` names it; the first week counts from today on.

    `needed` is the expected work on signed clients, `from_leads` that on leads by their chance (not
    in `needed`), `available` what the person has: all three in the unit of the person. `share` is
    needed / available; None where nothing is available or nobody knows. `away` counts the working
    days of the business in that week on which the person is off, or does not work.
    """

    monday: date
    needed: float
    from_leads: float
    available: float | None
    share: float | None
    away: int


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """A person's next `WEEKS` weeks, the first being this one.

    `unit` says what is counted: hours, or steps done where Hours per week or the steps' Hours are
    not given. `full_week` is what a whole week of theirs holds, in that unit: None where nobody
    knows, and `why_not` says why.
    """

    person: str
    unit: Unit
    full_week: float | None
    weeks: tuple[WeekLoad, ...]
    why_not: str
    how: str


@dataclass(frozen=True, slots=True)
class CanTakeOn:
    """How many new clients of an offer may start in one week with everybody's load under `LIMIT`.

    `number` is the most that may start in the week of `monday`, the earliest in which at least one
    may; 0 with `monday` None if none may within `WEEKS` weeks; None if nobody knows: see `why_not`.
    `chance` is how likely it is that with `number` more, the load of everybody who works for them
    stays at or under `LIMIT` in every week from then on. `at_least` marks a number that was not
    looked beyond. `by_week` holds (Monday, number) for every week that was looked at. `people`
    are those who would do the work, `busiest` the one whose time runs out first.
    """

    offer: str
    number: int | None
    monday: date | None
    chance: float | None
    at_least: bool
    by_week: tuple[tuple[date, int], ...]
    people: tuple[str, ...]
    busiest: str
    why_not: str
    how: str


@dataclass(frozen=True, slots=True)
class OnHand:
    """Team work that waits now. `steps` are open steps that wait on the team, `per_week` how many
    of them the team has done in a week of the last 12, `weeks` = steps / per_week; None: unknown.
    """

    steps: int
    per_week: float | None
    weeks: float | None
    why_not: str
    how: str


@dataclass(frozen=True, slots=True)
class Unclosed:
    """Clients that nobody closed, by Little's law: open clients should be as many as start in a
    week times the weeks that clients take.

    `open` are there, `expected` should be; `is_raised` where there are over a third more and some
    of them look like it: `clients` are (key, name, reason) of these, the likeliest first.
    `per_week` are clients who start in a week, `weeks` how long those who finished took.
    """

    open: int
    expected: float | None
    per_week: float | None
    weeks: float | None
    is_raised: bool
    clients: tuple[tuple[str, str, str], ...]
    why_not: str
    how: str


@dataclass(frozen=True, slots=True)
class OfferLeads:
    """Leads of one offer: how many, and how many of them may be expected to start."""

    offer: str
    leads: int
    expected: float


@dataclass(frozen=True, slots=True)
class Leads:
    """Leads by their `Chance %`, apart from signed clients.

    `leads` have a chance given, `expected` of them are likely to start; `by_offer` parts both.
    `by_week` holds (Monday, expected starts) for the next `WEEKS` weeks, of those whose likely
    start (Start date) is given and to come; `without_date` is the expected number of the others.
    """

    leads: int
    expected: float
    by_offer: tuple[OfferLeads, ...]
    by_week: tuple[tuple[date, float], ...]
    without_date: float
    how: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One past forecast and what came of it. `low` and `high` are None where it had no band."""

    made: date
    until: date
    point: float
    actual: int
    low: float | None
    high: float | None

    @property
    def is_inside(self) -> bool | None:
        """Whether what came lay inside the band; None where there was none."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.actual <= self.high


@dataclass(frozen=True, slots=True)
class Record:
    """How good the forecasts for `weeks` weeks ahead were, once their time had come.

    `tried` are all of them, the oldest first. `banded` had a band, `inside` of these held. `off_by`
    is the mean absolute error in clients; None where none has come due. `said` puts the last ones
    in words: "The last 8 forecasts: 7 inside the band."
    """

    weeks: int
    tried: tuple[Tried, ...]
    banded: int
    inside: int
    off_by: float | None
    said: str


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What the figures rest on: counts of what was used, and since when."""

    open_clients: int
    finished_clients: int
    steps_done: int
    steps_open: int
    team_steps_to_come: int
    since: date | None
    draws: int
    said: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could not be counted because the workbook does not say it.

    `what` is a sentence; `count` how many things are left out; `tab` and `column` are where to fill
    it in (column blank: the whole tab), `mend` says how.
    """

    what: str
    count: int
    tab: str
    column: str
    mend: str


@dataclass(frozen=True)
class Capacity:
    """All figures of one day. `forecasts` and `records` are in the order of `HORIZONS`, `loads` in
    that of the tab Team, `can_take_on` in that of Offers (only those that are open)."""

    today: date
    forecasts: tuple[Forecast, ...]
    loads: tuple[PersonLoad, ...]
    can_take_on: tuple[CanTakeOn, ...]
    on_hand: OnHand
    unclosed: Unclosed
    leads: Leads
    records: tuple[Record, ...]
    rests_on: RestsOn
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that a what-if changes. `whom` is a person, an offer or blank for the business;
    `monday` names the week, None where the figure has none. `unit` as in "hours", "clients", "%".
    """

    figure: str
    whom: str
    monday: date | None
    before: float | None
    after: float | None
    unit: str


@dataclass(frozen=True)
class WhatIf:
    """What would change: the question in words, the figures without and with it, and every figure
    that differs. `said` are sentences for the most telling of them, the worst first."""

    question: str
    before: Capacity
    after: Capacity
    changes: tuple[Change, ...]
    said: tuple[str, ...]
