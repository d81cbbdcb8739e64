"""What slows the business down, as one page that loads nothing from outside and runs nothing."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from sheetops.cli.views.insights import Insights, nothing, words
from sheetops.report.origins import of_sources


def of_insights(found: Insights) -> str:
    """One self-contained HTML page of the findings; every value from the workbook is escaped."""
    environment = Environment(
        loader=PackageLoader("sheetops", "cli/views"), autoescape=True, undefined=StrictUndefined
    )
    top = max((one.numbers["lost_days_a_month"] for one in found.slow), default=0) or 1
    return environment.get_template("insights.html.j2").render(
        found=found,
        widths=[round(100 * one.numbers["lost_days_a_month"] / top) for one in found.slow],
        nothing=nothing(found),
        offers=[(offer, words(offer).split(": ", 1)[1]) for offer in found.offers],
        sources=[told.split(": ", 1) for told in of_sources(found.sources)],
    )
