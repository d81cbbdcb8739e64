"""The lists of `sheetops check` and `sheetops runs`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from sheetops.cli.views import runs, systems
from sheetops.cli.views.as_json import plain
from sheetops.cli.views.columns import pad, table, wrap
from sheetops.cli.views.systems import SystemState
from sheetops.ledger import Run
from tests.cli.views.show_plans import plan_of
from tests.sheets import Row, message


@pytest.fixture
def dublin_in_summer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Dublin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def states(**given: Any) -> dict[str, SystemState]:
    return {one.name: one for one in systems.of(plan_of(**given).book)}


def test_each_system_says_whether_it_is_on() -> None:
    assert [f"{one.of}: {one.name}: {one.state}" for one in states().values()] == [
        "Client fulfilment: What we know: on",
        "Client fulfilment: Segments: off",
        "Client fulfilment: Inactive clients: off",
        "The personal touch: Prompts to get in touch: off",
        "It was a spreadsheet: One source of truth: on",
        "Optimised client delivery: Right path: on",
        "Optimised client delivery: Right support: on",
        "Optimised client delivery: Right fit: off",
        "Consistency: The same for everyone: on",
        "The post-service delta: After delivery: off",
        "Beside them: Capacity report: later",
        "Beside them: Follow-ups: on",
        "Beside them: Decisions on follow-ups: off",
        "Beside them: Morning mail to staff: on",
        "Beside them: Morning summary to the owner: off",
        "Beside them: Settings: on",
        "Beside them: Runs: off",
    ]


_FIT: Row = {"Question": "Can you give two hours?", "For": "fit", "Must be": "yes"}
_SEGMENT: Row = {"Segment": "A", "Field": "Owner", "Is": "not blank"}
_OFFER: Row = {"Offer": "Tidy books", "Inactive after (days)": 9}
_SPOKEN: Row = {"Offer": "Tidy books", "Personal check-in every (weeks)": 4}
_BLANK: dict[str, Row] = {
    "Questions": {"Question": None},
    "Segments": dict.fromkeys(_SEGMENT),
    "Messages": dict.fromkeys(("Message", "To", "When", "Subject", "Body")),
}
"""Rows that hold nothing, which are no rows: only their headings are there."""


@pytest.mark.parametrize(
    ("name", "tabs", "needs"),
    [
        ("What we know", {"Questions": [_BLANK["Questions"]]}, "at least one row in Questions"),
        ("Segments", {}, "a tab Segments"),
        ("Segments", {"Segments": [_BLANK["Segments"]]}, "at least one row in Segments"),
        ("Inactive clients", {}, "a tab Offers"),
        (
            "Inactive clients",
            {"Offers": [_SPOKEN]},
            "Inactive after (days) of an offer in Offers",
        ),
        ("Prompts to get in touch", {}, "a tab Offers"),
        (
            "Prompts to get in touch",
            {"Offers": [_OFFER]},
            "Personal check-in every (weeks) of an offer in Offers",
        ),
        ("Right support", {"Messages": [_BLANK["Messages"]]}, "at least one row in Messages"),
        ("Right fit", {}, "a question with For = fit and a Must be in Questions"),
        (
            "After delivery",
            {},
            "a message in Messages whose Part is quality, feedback, thank-you, join or subscribe",
        ),
    ],
)
def test_what_a_part_needs_is_said(name: str, tabs: dict[str, Any], needs: str) -> None:
    assert not states(**tabs)[name].is_on
    assert states(**tabs)[name].needs == needs


@pytest.mark.parametrize(
    ("name", "tabs"),
    [
        ("Segments", {"Segments": [_SEGMENT]}),
        ("Inactive clients", {"Offers": [_OFFER]}),
        ("Prompts to get in touch", {"Offers": [_SPOKEN]}),
        ("Right fit", {"Questions": [_FIT]}),
        ("After delivery", {"Messages": [message("Thanks", "1 day after finish", Part="join")]}),
    ],
)
def test_with_what_it_needs_a_part_is_on(name: str, tabs: dict[str, Any]) -> None:
    assert states(**tabs)[name].needs == ""
    assert states(**tabs)[name].is_on


def test_prompts_that_nobody_may_get_are_off() -> None:
    found = states(Offers=[_SPOKEN], settings={"Personal prompts per week": 0})
    needs = found["Prompts to get in touch"].needs
    assert needs == "Personal prompts per week in Settings above 0"


def test_a_missing_tab_is_what_a_system_needs() -> None:
    found = states(without=["Messages", "Team"])
    assert found["Follow-ups"].needs == "a tab Messages"
    assert found["Morning mail to staff"].needs == "a tab Team"
    assert found["Capacity report"].needs == "a tab Team and a tab Time off"
    assert not found["Follow-ups"].is_on


def test_a_missing_column_is_named() -> None:
    found = states(Messages=({"Message": "A nudge", "To": "client", "When": "once"},))
    assert found["Follow-ups"].needs == "the columns Subject and Body in Messages"


def test_without_the_three_tabs_nothing_is_on_but_settings() -> None:
    found = states(without=["Steps"])
    assert {name for name, one in found.items() if one.is_on} == {"Settings"}
    assert found["Follow-ups"].needs == "a tab Steps"


@pytest.mark.parametrize(
    ("settings", "needs"),
    [
        ({"Sending": "preview"}, "Sending in Settings set to ask or send (preview sends nothing)"),
        ({"Sender address": ""}, "a Sender address in Settings"),
    ],
)
def test_what_is_never_sent_is_not_on(settings: dict[str, str], needs: str) -> None:
    found = states(settings=settings)
    assert found["Follow-ups"].needs == needs
    assert found["Morning mail to staff"].needs == needs
    assert found["Right support"].is_on


def test_mail_needs_the_tab_that_allows_it() -> None:
    assert states(without=["Settings"])["Follow-ups"].needs.startswith("a tab Settings")


def test_people_and_messages_are_needed_too() -> None:
    found = states(Team=({"Name": "Mei", "Email": ""},), Messages=())
    assert found["Morning mail to staff"].needs == "people with an Email in Team"
    assert not found["Follow-ups"].is_on


def test_the_list_of_systems_is_read_at_a_glance() -> None:
    path = SystemState("Right path", True, "", "Lays out steps.", "Delivery")
    support = SystemState("Right support", False, "a tab Messages", "Reminds.", "Delivery")
    touch = SystemState("Prompts", False, "a tab Notes", "Asks.", "The personal touch")
    later = SystemState("Report", False, "", "No report yet.", systems.BESIDE, is_built=False)
    assert (
        "\n".join(systems.lines([path, support, touch, later]))
        == """\
Delivery: partly on
  on     Right path
         Lays out steps.
  off    Right support
         Reminds.
         Needs a tab Messages.

The personal touch: off
  off    Prompts
         Asks.
         Needs a tab Notes.

Beside them
  later  Report
         No report yet.

Of the 2 systems: 1 partly on, 1 off."""
    )
    assert plain(later) == {
        "name": "Report",
        "is_on": False,
        "needs": "",
        "note": "No report yet.",
        "of": "Beside them",
        "is_built": False,
        "state": "later",
    }


def run(
    day: date, result: str = "done", note: str = "", counts: Mapping[str, int] | None = None
) -> Run:
    began = datetime(day.year, day.month, day.day, 7, 5, tzinfo=UTC)
    return Run("r1", "daily", day, began, began if result else None, result, note, counts or {})


COUNTS = {"stalled": 8, "mails": 18, "cells": 425, "rows": 45, "problems": 16}


@pytest.mark.usefixtures("dublin_in_summer")
def test_past_runs_stand_in_a_table_in_local_time() -> None:
    found = (
        run(date(2026, 7, 3), result="done with problems", counts=COUNTS),
        run(date(2026, 7, 2), result="refused for safety", note="300 mails would leave today."),
        run(date(2026, 1, 2), result="", counts={"stalled": 1}),
    )
    assert (
        "\n".join(runs.lines(runs.of(found)))
        == """\
When              Job    Result              Stalled Mails Cells Rows Problems
3 Jul 2026 08:05  daily  done with problems        8    18   425   45       16
2 Jul 2026 08:05  daily  refused for safety        -     -     -    -        -
    300 mails would leave today.
2 Jan 2026 07:05  daily  not finished              1     -     -    -        -"""
    )


@pytest.mark.usefixtures("dublin_in_summer")
def test_the_day_is_shown_where_it_is_not_the_day_of_the_run() -> None:
    late = Run("r1", "daily", date(2026, 7, 3), datetime(2026, 7, 1, 7, tzinfo=UTC), None, "", "")
    heading, line = runs.lines(runs.of([late]))
    assert heading.split()[:3] == ["When", "For", "Job"]
    assert "1 Jul 2026 08:00  3 Jul 2026  daily" in line


def test_without_a_run_it_says_how_to_make_one() -> None:
    assert "sheetops daily --apply" in "\n".join(runs.lines([]))
    assert plain(runs.of([])) == []


def test_past_runs_as_data() -> None:
    (found,) = json.loads(json.dumps(plain(runs.of([run(date(2026, 7, 3), counts=COUNTS)]))))
    assert found["began"] == "2026-07-03T07:05:00+00:00"
    assert found["day"] == "2026-07-03"
    assert found["counts"] == COUNTS


def test_words_are_laid_out_by_the_cells_they_fill() -> None:
    assert pad("한별", 6) == "한별  "
    assert pad("한별한별", 6) == "한별… "
    assert list(wrap("한별 한별 한별", "> ", width=12)) == ["> 한별 한별", "  한별"]
    assert list(wrap("x" * 25, width=10)) == ["x" * 10, "x" * 10, "x" * 5]
    assert list(wrap("", "> ")) == [">"]
    rows = list(table(("A", "Long"), [("x", "y" * 120)], give=1))
    assert max(map(cell_len, rows)) == 79
