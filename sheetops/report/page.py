"""The report as one page that loads nothing from outside and runs nothing.

Every value from the workbook is escaped. Behind each picture stands a table, and behind each
figure one click shows how it is known; where the data do not carry one, the page says what is
missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from sheetops.report import formatting, pictures
from sheetops.report.figures import LIMIT, SURE, WEEKS
from sheetops.report.origins import of_sources
from sheetops.report.report import Report
from sheetops.report.svg import draw
from sheetops.report.team_load import AHEAD, ahead
from sheetops.workbook.values import day_text

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MOST_STALLED = 15
_MOST_DELAYS = 6
_MOST_PEOPLE = 24
_LAST_FORECASTS = 12


def of_report(report: Report) -> str:
    """One self-contained HTML page."""
    capacity = report.capacity
    shown = _template("report.html.j2").render(
        r=report,
        c=capacity,
        AHEAD=AHEAD,
        WEEKS=WEEKS,
        LIMIT=LIMIT,
        SURE=SURE,
        team_chart=draw(pictures.load_bars(report.team.weeks)),
        people=[
            (load, ahead(load.weeks), draw(pictures.load_bars(load.weeks)))
            for load in capacity.loads[:_MOST_PEOPLE]
        ],
        more_people=len(capacity.loads) - _MOST_PEOPLE,
        worst=report.delays.steps[:_MOST_DELAYS],
        lesser=report.delays.steps[_MOST_DELAYS:],
        stalled=report.stalled.clients[:_MOST_STALLED],
        more_stalled=len(report.stalled.clients) - _MOST_STALLED,
        most_lost=max((step.lost for step in report.delays.steps), default=0) or 1,
        most_room=max((offer.number or 0 for offer in capacity.can_take_on), default=0) or 1,
        back_chart=draw(
            pictures.hour_bars(
                [(formatting.day(monday), hours) for monday, hours in report.given_back.weeks]
            )
        ),
        records=[
            (record, tried, draw(pictures.forecast_record(tried)))
            for record in capacity.records
            for tried in [record.tried[-_LAST_FORECASTS:]]
        ],
        sources=[told.split(": ", 1) for told in of_sources(report.sources)],
    )
    return shown.replace(" %", f"{_NO_BREAK}%")


def of_letter(
    report: Report,
    subject: str,
    pictures: Sequence[object],
    lists: Sequence[tuple[str, Sequence[str]]],
) -> str:
    """The page of the report's mail. `pictures` have `title`, `cid` and `alt`."""
    return _template("mail.html.j2").render(
        r=report, subject=subject, pictures=pictures, lists=lists
    )


@cache
def _template(name: str) -> Template:
    """A template, put together once in a process: that takes half a second."""
    environment = Environment(
        loader=PackageLoader("sheetops", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": formatting.day,
        "date": day_text,
        "percent": formatting.percent,
        "number": formatting.number,
        "money": formatting.money,
        "count": formatting.count,
        "share": formatting.share_or_dash,
        "listed": formatting.listed,
    }
    return environment.get_template(name)
