"""The capacity report for a terminal: the answer, the load, the room, and what slows us down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheetops.cli.views.as_json import MERGED, SCREEN_ONLY
from sheetops.cli.views.columns import section, table, wrap
from sheetops.cli.views.day import Written
from sheetops.jobs.capacity import ReportResult
from sheetops.report.formatting import count, day, number, share_or_dash
from sheetops.report.origins import of_sources
from sheetops.report.report import Report
from sheetops.report.tab import in_words
from sheetops.report.team_load import ahead
from sheetops.workbook.values import day_text

_STALLED = 10


@dataclass(frozen=True)
class ReportView:
    """The report of a day."""

    facts: Mapping[str, Any] = field(metadata=MERGED)
    report: Report = field(metadata=SCREEN_ONLY)


@dataclass(frozen=True)
class DoneReport:
    """What a run of the report did; `mail` says in words what became of it."""

    run: str
    written: Written
    mail: str
    facts: Mapping[str, Any] = field(metadata=MERGED)
    report: Report = field(metadata=SCREEN_ONLY)
    has_tab: bool = field(metadata=SCREEN_ONLY)


def of_report(report: Report) -> ReportView:
    """The report as it is shown."""
    return ReportView(report.as_dict(), report)


def of_run(done: ReportResult) -> DoneReport:
    """What a run of the report did."""
    return DoneReport(
        run=done.run,
        written=Written(done.receipt.cells, done.receipt.rows),
        mail=done.said,
        facts=done.report.as_dict(),
        report=done.report,
        has_tab=done.has_tab,
    )


def lines(view: ReportView | DoneReport) -> Iterator[str]:
    """The report in words and small tables, and what was done with it."""
    yield from _report_lines(view.report)
    if isinstance(view, DoneReport):
        cells, rows = count(view.written.cells, "cell"), count(view.written.rows, "new row")
        yield f"Written: {cells}, {rows}. The report was {view.mail}."
        if not view.has_tab:
            yield from wrap(
                "The workbook has no tab Capacity, so the figures stand nowhere in it. Copy the "
                "tab from the template."
            )


def _report_lines(report: Report) -> Iterator[str]:
    yield f"Capacity of {report.business}, as of {day_text(report.today)}"
    yield ""
    for sentence in report.answer.sentences:
        yield from wrap(sentence, "  ")
    yield ""
    yield from _loads(report)
    yield from _room(report)
    yield from section("Who finishes", _finishes(report))
    yield from section("Stalled clients, and what the delay costs", _stalled(report))
    slow = [f"{one.offer}: {one.sentence} {one.advice}" for one in report.delays.steps]
    yield from section("Delays that repeat", [report.delays.said, *slow])
    yield from section("The same service for every client", _quality(report))
    yield from section("Fit against outcome", [report.fit.why_not or report.fit.said])
    back = report.given_back
    yield from section("Hours given back", [back.why_not or back.said])
    yield from section("Where clients come from", of_sources(report.sources))
    top = report.top
    yield from section("Who brings the revenue", [top.why_not or f"{top.said} {top.suggestion}"])
    said = (f"{one.weeks} weeks ahead: {one.said}" for one in report.capacity.records)
    yield from section("How good the last forecasts were", said)
    for what_if in report.what_ifs:
        yield from section(what_if.question, what_if.said or ["Nothing that is worth saying."])
    yield from section("Not answered", report.asked)
    left = [f"{one.what} {one.mend}" for one in report.capacity.left_out]
    yield from section("What this rests on", [report.capacity.rests_on.said, *left])


def _loads(report: Report) -> Iterator[str]:
    yield from ("Load in each of the next weeks", "")
    weeks = report.team.weeks
    if not weeks:
        yield from (*wrap(report.team.why_not, "  ", "    "), "")
        return
    team = ("The whole team", *(share_or_dash(one.share) for one in weeks))
    people = [
        (one.person, *(share_or_dash(week.share) for week in one.weeks))
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
    yield from section("Can take on", told)
    leads = report.capacity.leads
    if leads.leads:
        expected = f"{number(leads.expected)} of {count(leads.leads, 'lead')} are likely to start."
        yield from section("Leads, apart from signed clients", [expected])


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
        yield f"{one.offer}: consistency {share_or_dash(one.score)} ({one.score_said}).{lacking}"
    yield report.quality.why_not
