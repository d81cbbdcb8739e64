"""Plain bar charts in the house's colours, each over one small table of a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
)
from openpyxl.drawing.text import Font as DrawingFont
from openpyxl.worksheet.worksheet import Worksheet

from sheetops.template import styles
from sheetops.workbook.choices import Flag

BARS: dict[str, str] = {
    Flag.DATA_PROBLEM: "8E63BF",
    Flag.UNHAPPY: "C2437F",
    Flag.STALLED: "D1483C",
    Flag.ON_COURSE_TO_MISS: "E58A32",
    Flag.LATE: "E0A12E",
    Flag.INACTIVE: "A9825A",
    Flag.NOT_READY: "5B8FC2",
    Flag.DUE_SOON: "E3C64E",
    Flag.PAUSED: "9AA4AE",
    Flag.ON_TRACK: "5AA469",
}
"""Stronger tones of the flag colours, for bars."""


@dataclass(frozen=True)
class Table:
    """Where a chart's labels and figures stand: their columns, heading row and number of rows."""

    labels: str
    figures: str
    top: int
    rows: int

    def cells(self, page: Worksheet, letter: str, *, heading: bool) -> Reference:
        number = ord(letter) - ord("A") + 1
        first = self.top if heading else self.top + 1
        return Reference(page, min_col=number, min_row=first, max_row=self.top + self.rows)


def bar_chart(page: Worksheet, title: str, table: Table, *, flat: bool = False) -> BarChart:
    """A plain bar chart of one column of figures with its labels; `flat` lays the bars down."""
    chart = BarChart()
    chart.type = "bar" if flat else "col"
    chart.title = _chart_title(title)
    chart.gapWidth = 45
    chart.legend = None
    add_series(chart, page, table, table.figures, styles.TEAL_SOFT)
    chart.set_categories(table.cells(page, table.labels, heading=False))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE))
    for axis in (chart.x_axis, chart.y_axis):
        axis.textProperties = _small_text()
        axis.majorTickMark = "none"
    chart.x_axis.delete = False
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE))
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0
    if flat:
        chart.x_axis.scaling.orientation = "maxMin"  # the first row of the table on top
    return chart


Corner = tuple[int, int, int]
"""Column and row, both counted from 0, and how far into the column (914,400 to the inch)."""


def place(page: Worksheet, chart: BarChart, start: Corner, end: Corner) -> None:
    """Put the chart on the page between two corners."""
    first, last = (AnchorMarker(col=c, row=r, colOff=offset) for c, r, offset in (start, end))
    anchor = TwoCellAnchor(editAs="oneCell", _from=first, to=last)
    chart.anchor = anchor  # type: ignore[assignment]  # the stub knows only cell names
    page.add_chart(chart)


def show_legend(chart: BarChart) -> None:
    chart.legend = Legend()
    chart.legend.position = "b"
    chart.legend.textProperties = _small_text()


def add_series(chart: BarChart, page: Worksheet, table: Table, figures: str, colour: str) -> None:
    chart.add_data(table.cells(page, figures, heading=True), titles_from_data=True)
    series = chart.series[-1]
    series.graphicalProperties = GraphicalProperties(solidFill=colour)
    # Each of these is shown unless it is denied.
    series.dLbls = DataLabelList(
        showVal=True,
        showSerName=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        numFmt="0;;",  # no label on a bar of nothing
        txPr=_small_text(),
    )


def _characters(size: int, colour: str, *, bold: bool = False) -> CharacterProperties:
    return CharacterProperties(
        sz=size * 100, b=bold, solidFill=colour, latin=DrawingFont(typeface=styles.FONT)
    )


def _small_text() -> RichText:
    written = ParagraphProperties(defRPr=_characters(9, styles.INK))
    return RichText(p=[Paragraph(pPr=written, endParaRPr=CharacterProperties())])


def _chart_title(text: str) -> Title:
    as_written = _characters(11, styles.TEAL, bold=True)
    paragraph = Paragraph(
        pPr=ParagraphProperties(defRPr=as_written), r=[RegularTextRun(rPr=as_written, t=text)]
    )
    return Title(tx=Text(rich=RichText(p=[paragraph])), overlay=False)


def colour_point(chart: BarChart, number: int, colour: str) -> None:
    point = DataPoint(idx=number)
    point.graphicalProperties = GraphicalProperties(solidFill=colour)
    chart.series[0].dPt.append(point)
