"""A picture is described once, as shapes, and a back end only draws them."""

from __future__ import annotations

from sheetops.report import pictures, svg
from sheetops.report.pictures import Box, Line, Text
from tests.report import made


def test_a_week_above_the_limit_is_red_and_its_figure_is_a_percentage() -> None:
    weeks = [*made.person("Mei", 1.1).weeks[:1], *made.person("Tom", 0.3).weeks[:1]]
    picture = pictures.load_bars(weeks)
    boxes = [one.look for one in picture.shapes if isinstance(one, Box)]
    assert [look for look in boxes if look != "lead"] == ["over", "bar"]
    figures = [one.words for one in picture.shapes if isinstance(one, Text)]
    assert {"110", "30"} <= set(figures)
    assert [one.look for one in picture.shapes if isinstance(one, Line)] == ["base", "limit"]


def test_words_are_escaped_in_svg() -> None:
    drawn = svg.draw(pictures.hour_bars([("<b>", 2.0)]))
    assert "&lt;b&gt;" in drawn
    assert "<b>" not in drawn
