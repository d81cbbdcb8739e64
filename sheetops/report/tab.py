"""The figures as they stand in the workbook: the tab `Capacity`, and two grey columns elsewhere.

The tab is the tool's own, and holds one report, the last. Its rows are named by their place: the
new report's rows are written over the old one's, what is left over is cleared, the rest appended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from sheetops.report.figures import CanTakeOn, Forecast, PersonLoad, WeekLoad
from sheetops.report.formatting import amount, percent
from sheetops.report.report import Report
from sheetops.report.team_load import AHEAD, TeamWeek, ahead
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import CAN_TAKE_ON, LOAD, LOAD_AHEAD, TEAM_AS_ONE
from sheetops.workbook.headers import folded
from sheetops.workbook.raw import Value
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, same

TAB = "Capacity"
_BUSINESS = "The business"
_SHARE, _CLIENTS, _MONEY, _DAYS = "%", "clients", "currency", "working days"


class Figure(NamedTuple):
    """One row of the tab. `value` is None where the data do not carry it; `how` then says why."""

    name: str
    whom: str
    monday: date | None
    value: float | None
    unit: str
    how: str

    @property
    def cells(self) -> dict[str, Value]:
        """By heading."""
        return {
            "Figure": self.name,
            "For": self.whom,
            "Week of": self.monday,
            "Value": None if self.value is None else round(self.value, 2),
            "Unit": self.unit,
            "How we know": self.how,
        }


def figures(report: Report) -> Iterator[Figure]:
    """Every figure of the report, in the order of its page."""
    for sentence in report.answer.sentences:
        yield Figure("The answer", _BUSINESS, None, None, "", sentence)
    yield Figure("Made for", _BUSINESS, report.monday, None, "", day_text(report.today))
    yield from _loads(report)
    yield from _room(report)
    yield from _flow(report)
    yield from _slow(report)
    yield from _quality(report)
    yield from _value(report)
    yield from _record(report)


def _loads(report: Report) -> Iterator[Figure]:
    team = report.team
    how = team.why_not or team.how
    yield Figure(LOAD_AHEAD, TEAM_AS_ONE, None, _percent(team.ahead), _SHARE, how)
    yield from _weeks(TEAM_AS_ONE, team.weeks, team.unit.value, how)
    for one in report.capacity.loads:
        how = one.why_not or one.how
        yield Figure(LOAD_AHEAD, one.person, None, _percent(ahead(one.weeks)), _SHARE, how)
        yield from _weeks(one.person, one.weeks, one.unit.value, how)
    hand = report.capacity.on_hand
    how = hand.why_not or hand.how
    yield Figure("Team steps on hand", TEAM_AS_ONE, None, hand.steps, "steps", hand.how)
    yield Figure("Team work on hand", TEAM_AS_ONE, None, hand.weeks, "weeks", how)


def _weeks(
    whom: str, weeks: tuple[TeamWeek, ...] | tuple[WeekLoad, ...], unit: str, how: str
) -> Iterator[Figure]:
    for week in weeks:
        yield Figure(LOAD, whom, week.monday, _percent(week.share), _SHARE, how)
    for week in weeks:
        yield Figure("Work needed", whom, week.monday, week.needed, unit, how)
    for week in weeks:
        yield Figure("Work there is room for", whom, week.monday, week.available, unit, how)
    for week in weeks:
        yield Figure("Work from leads", whom, week.monday, week.from_leads, unit, how)


def _room(report: Report) -> Iterator[Figure]:
    for one in report.capacity.can_take_on:
        how = one.why_not or f"{in_words(one)}. {one.how}"
        yield Figure(CAN_TAKE_ON, one.offer, one.monday, one.number, _CLIENTS, how)
        sure = Figure("How sure that is", one.offer, one.monday, _percent(one.chance), _SHARE, how)
        yield sure
        for monday, number in one.by_week:
            yield Figure("Can take on in that week", one.offer, monday, number, _CLIENTS, one.how)
    leads = report.capacity.leads
    yield Figure("Leads likely to start", _BUSINESS, None, leads.expected, _CLIENTS, leads.how)
    for offer in leads.by_offer:
        how = f"{offer.leads} leads. {leads.how}"
        yield Figure("Leads likely to start", offer.offer, None, offer.expected, _CLIENTS, how)


def _flow(report: Report) -> Iterator[Figure]:
    for one in report.capacity.forecasts:
        yield from _forecast(one)
    open_ = report.capacity.unclosed
    how = open_.why_not or open_.how
    yield Figure("Open clients", _BUSINESS, None, open_.open, _CLIENTS, open_.how)
    yield Figure("Open clients expected", _BUSINESS, None, open_.expected, _CLIENTS, how)


def _forecast(one: Forecast) -> Iterator[Figure]:
    within, how = f"within {one.weeks} weeks", one.why_not or one.how
    yield Figure(f"Clients who finish {within}", _BUSINESS, None, one.point, _CLIENTS, how)
    how = one.no_band or one.why_not or one.how
    yield Figure(f"At least, {within}", _BUSINESS, None, one.low, _CLIENTS, how)
    yield Figure(f"At most, {within}", _BUSINESS, None, one.high, _CLIENTS, how)


def _slow(report: Report) -> Iterator[Figure]:
    found = report.stalled
    yield Figure("Stalled clients", _BUSINESS, None, len(found.clients), _CLIENTS, found.how)
    yield Figure("Stalled beyond what is allowed", _BUSINESS, None, found.over, _DAYS, found.how)
    yield Figure("Value held up", _BUSINESS, None, found.value, _MONEY, found.how)
    for one in report.delays.steps:
        whom, how = f"{one.offer}: {one.step}", f"{one.sentence} {one.advice}".strip()
        yield Figure("Lost a month by a repeating delay", whom, None, one.lost, _DAYS, how)


def _quality(report: Report) -> Iterator[Figure]:
    for one in report.quality.offers:
        how = f"{one.clients} clients; {one.score_said}. {report.quality.how}"
        yield Figure("Consistency", one.offer, None, _percent(one.score), _SHARE, how)
        said = one.delta_said or "no message declares a part of the follow-on service"
        how = f"{one.finished} finished clients; {said}. {report.quality.how}"
        yield Figure("Delta", one.offer, None, one.delta, "parts", how)
    fit = report.fit
    how = fit.why_not or fit.how
    for group in fit.groups:
        known = None if fit.why_not else _percent(group.refunded)
        yield Figure("Refunded or not served any more", group.title, None, known, _SHARE, how)
        known = None if fit.why_not else _percent(group.on_time)
        yield Figure("Promise kept", group.title, None, known, _SHARE, how)
        known = None if fit.why_not else group.satisfaction
        yield Figure("Satisfaction", group.title, None, known, "1 to 5", how)
    back = report.given_back
    how = back.why_not or back.how
    for span, hours in (("week", back.week), ("month", back.month), ("year", back.year)):
        yield Figure(f"Hours given back this {span}", _BUSINESS, None, hours, "hours", how)


def _value(report: Report) -> Iterator[Figure]:
    for one in report.sources:
        whom = one.origin.capitalize()
        how = f"{percent(one.share)} of the clients; value known of {one.valued}."
        yield Figure("Clients who came", whom, None, one.clients, _CLIENTS, how)
        yield Figure("Value of an engagement", whom, None, one.each, _MONEY, how)
    top = report.top
    how = top.why_not or f"{top.said} {top.suggestion} {top.how}"
    yield Figure("Revenue from the top fifth", _BUSINESS, None, _percent(top.share), _SHARE, how)


def _record(report: Report) -> Iterator[Figure]:
    for one in report.capacity.records:
        whom = f"Forecasts for {one.weeks} weeks"
        yield Figure("Off by, on average", whom, None, one.off_by, _CLIENTS, one.said)
        held = one.inside if one.banded else None
        yield Figure("Inside the band", whom, None, held, f"of {one.banded}", one.said)
    for what_if in report.what_ifs:
        for change in what_if.changes:
            before = "not known" if change.before is None else f"{change.before:g} {change.unit}"
            how = f"{what_if.question} Without: {before}."
            name = f"What if: {change.figure}"
            yield Figure(name, change.whom, change.monday, change.after, change.unit, how)
    for left in report.capacity.left_out:
        yield Figure("Left out", left.tab, None, left.count, "", f"{left.what} {left.mend}")


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)


def in_words(one: CanTakeOn) -> str:
    """What an offer can take on, as the sheet has it: `3 from 30 Nov 2026 (84 % sure)`."""
    if one.number is None:
        return ""
    if one.monday is None:
        return "None within 8 weeks"
    sure = f" ({percent(one.chance)} sure)" if one.chance is not None else ""
    return f"{'At least ' if one.at_least else ''}{one.number} from {day_text(one.monday)}{sure}"


def of_person(one: PersonLoad) -> str:
    """A person's load, as the sheet has it: `62 of 120 hours (52 %)`."""
    share, near = ahead(one.weeks), one.weeks[:AHEAD]
    if share is None:
        return ""
    needed = f"{sum(week.needed for week in near):.0f}"
    there = amount(sum(week.available or 0.0 for week in near), one.unit)
    return f"{needed} of {there} ({percent(share)})"


def changes(book: Book, report: Report) -> tuple[list[CellChange], list[NewRow]]:
    """What is to be written so that the workbook shows this report and nothing of an older one."""
    cells, rows = _tab(book, report)
    capacity = report.capacity
    room = {folded(one.offer): in_words(one) for one in capacity.can_take_on}
    load = {folded(one.person): of_person(one) for one in capacity.loads}
    cells += _column(book, ("Offers", "Offer", "Can take on"), room)
    cells += _column(book, ("Team", "Name", "Load next 4 weeks"), load)
    return cells, rows


def _tab(book: Book, report: Report) -> tuple[list[CellChange], list[NewRow]]:
    cells: list[CellChange] = []
    rows: list[NewRow] = []
    if not book.has(TAB):
        return cells, rows
    table = book.tables[TAB]
    wanted = [one.cells for one in figures(report)]
    blank: dict[str, Value] = dict.fromkeys(wanted[0])
    there = [*zip(table.frame.index.tolist(), table.frame.to_dict("records"), strict=True)]
    for place, (old, new) in enumerate(zip_longest(there, wanted)):
        if old is None:
            filled = {name: value for name, value in new.items() if value is not None}
            rows.append(NewRow(TAB, f"{NO_KEY}new {place}", filled))
            continue
        key, had = old
        cells += [
            CellChange(TAB, str(key), heading, had[heading], value)
            for heading, value in (new or blank).items()
            if heading in table.layout.columns and not same(had[heading], value)
        ]
    return cells, rows


def _column(book: Book, where: tuple[str, str, str], wanted: Mapping[str, str]) -> list[CellChange]:
    """One of our columns in a tab of the staff's, by what stands under its key heading."""
    tab, named, heading = where
    table = book.tables[tab]
    if not book.has(tab) or heading not in table.layout.columns:
        return []
    rows = zip(table.frame.index.tolist(), table.frame[named], table.frame[heading], strict=True)
    return [
        CellChange(tab, str(key), heading, old, new)
        for key, name, old in rows
        if not same(old, new := wanted.get(folded(str(name))) or None)
    ]
