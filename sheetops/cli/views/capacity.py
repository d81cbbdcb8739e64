"""The capacity report for a terminal: the answer, the load, the room, and what slows us down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sheetops.cli.views.columns import table, wrap
from sheetops.jobs.capacity import ReportResult
from sheetops.report.formatting import count, day, number
from sheetops.report.origins import of_sources
from sheetops.report.report import Report
from sheetops.report.svg import whole
from sheetops.report.tab import in_words
from sheetops.report.team_load import ahead
from sheetops.workbook.values import day_text

_STALLED = 10


def lines(report: Report) -> Iterator[str]:
    """The report in words and small tables."""
    yield f"Capacity of {report.business}, as of {day_text(report.today)}"
    yield ""
    for sentence in report.answer.sentences:
        yield from wrap(sentence, "  ")
    yield ""
    yield from _loads(report)
    yield from _room(report)
    yield from _section("Who finishes", _finishes(report))
    yield from _section("Stalled clients, and what the delay costs", _stalled(report))
    slow = [f"{one.offer}: {one.sentence} {one.advice}" for one in report.delays.steps]
    yield from _section("Delays that repeat", [report.delays.said, *slow])
    yield from _section("The same service for every client", _quality(report))
    yield from _section("Fit against outcome", [report.fit.why_not or report.fit.said])
    back = report.given_back
    yield from _section("Hours given back", [back.why_not or back.said])
    yield from _section("Where clients come from", of_sources(report.sources))
    top = report.top
    yield from _section("Who brings the revenue", [top.why_not or f"{top.said} {top.suggestion}"])
    said = (f"{one.weeks} weeks ahead: {one.said}" for one in report.capacity.records)
    yield from _section("How good the last forecasts were", said)
    for what_if in report.what_ifs:
        yield from _section(what_if.question, what_if.said or ["Nothing that is worth saying."])
    yield from _section("Not answered", report.asked)
    left = [f"{one.what} {one.mend}" for one in report.capacity.left_out]
    yield from _section("What this rests on", [report.capacity.rests_on.said, *left])


def _section(title: str, told: Iterable[str]) -> Iterator[str]:
    """A heading and its sentences; nothing where there is none to tell."""
    sentences = [one for one in told if one]
    if sentences:
        yield from (title, "")
        for sentence in sentences:
            yield from wrap(sentence, "  ", "    ")
        yield ""


def _loads(report: Report) -> Iterator[str]:
    yield from ("Load in each of the next weeks", "")
    weeks = report.team.weeks
    if not weeks:
        yield from (*wrap(report.team.why_not, "  ", "    "), "")
        return
    team = ("The whole team", *(whole(one.share) for one in weeks))
    people = [
        (one.person, *(whole(week.share) for week in one.weeks))
        for one in report.capacity.loads
        if one.weeks and ahead(one.weeks) is not None
    ]
    headings = ("", *(day(one.monday) for one in weeks))
    numbers = frozenset(range(1, len(headings)))
    yield from table(headings, [team, *people], most=(18,), numbers=numbers)
    for one in report.capacity.loads:
        if one.why_not:
            yield from wrap(f"{one.person}: {one.why_not}", "  ", "    ")
    yield ""


def _room(report: Report) -> Iterator[str]:
    told = (
        f"{one.offer}: {in_words(one) or one.why_not}{_first(one.busiest)}"
        for one in report.capacity.can_take_on
    )
    yield from _section("Can take on", told)
    leads = report.capacity.leads
    if leads.leads:
        expected = f"{number(leads.expected)} of {count(leads.leads, 'lead')} are likely to start."
        yield from _section("Leads, apart from signed clients", [expected])


def _first(person: str) -> str:
    return f". {person}’s time runs out first." if person else ""


def _finishes(report: Report) -> Iterator[str]:
    for one in report.capacity.forecasts:
        if one.point is None:
            yield f"{one.weeks} weeks: {one.why_not}"
            continue
        band = (
            f", four times in five {number(one.low)} to {number(one.high)}"
            if one.low is not None and one.high is not None
            else f". {one.no_band}"
        )
        yield f"{one.weeks} weeks: {number(one.point)} clients until {day(one.until)}{band}"


def _stalled(report: Report) -> Iterator[str]:
    found = report.stalled
    yield found.said
    for one in found.clients[:_STALLED]:
        yield f"{one.name}: {one.why}"
    if len(found.clients) > _STALLED:
        yield f"And {len(found.clients) - _STALLED} more."


def _quality(report: Report) -> Iterator[str]:
    for one in report.quality.offers:
        lacking = "" if one.delta is None else f" Delta {one.delta} ({one.delta_said})."
        yield f"{one.offer}: consistency {whole(one.score)} ({one.score_said}).{lacking}"
    yield report.quality.why_not


def done(made: ReportResult) -> Iterator[str]:
    """What a run of the report did."""
    yield from lines(made.report)
    cells, rows = made.receipt.cells, made.receipt.rows
    yield f"Written: {count(cells, 'cell')}, {count(rows, 'new row')}. The report was {made.said}."
    if not made.has_tab:
        yield from wrap(
            "The workbook has no tab Capacity, so the figures stand nowhere in it. Copy the tab "
            "from the template."
        )
