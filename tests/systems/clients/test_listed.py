"""A list of clients without any steps: who is forgotten, by the two days that such a list has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetops.workbook.raw import RawBook, Value
from tests.sheets import client, november, office, plan

TODAY = november(30)


def listed(**cells: Value) -> RawBook:
    """A workbook of one client, whose offer nothing declares, without steps."""
    return office([client("Ada", **{"Start_date": None, **cells})], offer_steps=())


def without_contacts(raw: RawBook) -> RawBook:
    """The workbook without the column Last contact."""
    tab = raw.tabs["Clients"]
    at = tab.rows[0].index("Last contact")
    rows = [[*row[:at], *row[at + 1 :]] for row in tab.rows]
    return replace(raw, tabs={**raw.tabs, "Clients": replace(tab, rows=rows)})


def said(raw: RawBook) -> tuple[str, str]:
    made = plan(raw, TODAY)
    assert not made.problems
    row = made.status["Clients"].iloc[0]
    return row["Flag"] or "", row["Why"] or ""


def weekdays_since(day: date) -> int:
    days = (day + timedelta(n) for n in range(1, (TODAY - day).days + 1))
    return sum(day.weekday() < 5 for day in days)


@pytest.mark.parametrize(
    ("contact", "flag"),
    [
        (date(2026, 9, 1), "Inactive"),
        (date(2026, 10, 30), "Inactive"),
        (november(2), "On track"),  # twenty working days, and no more are too long
        (november(27), "On track"),
        (None, ""),
    ],
)
def test_who_was_not_spoken_to_for_long_is_inactive(contact: date | None, flag: str) -> None:
    found, why = said(listed(Last_contact=contact))
    assert found == flag
    if flag == "Inactive":
        assert contact is not None
        assert f", {weekdays_since(contact)} working days;" in why


def test_the_business_says_how_long_is_too_long() -> None:
    raw = office(
        [client("Ada", Start_date=None, Last_contact=november(20))],
        offer_steps=(),
        settings={"Silent after (days)": 5},
    )
    assert said(raw) == (
        "Inactive",
        "No contact since 20 Nov 2026, 6 working days; more than 5 is too long.",
    )


@pytest.mark.parametrize(
    ("due", "flag", "why"),
    [
        (november(27), "Late", "Due on 27 Nov 2026, 1 working day ago."),
        (TODAY, "Due soon", "Due today, on 30 Nov 2026."),
        (date(2026, 12, 2), "Due soon", "Due in 2 working days, on 2 Dec 2026."),
        (date(2027, 1, 4), "On track", "Due on 4 Jan 2027."),
    ],
)
@pytest.mark.parametrize("status", ["Active", "Waiting", "Lead"])
def test_what_is_due_next_is_said_and_of_a_lead_only_that_it_is_due(
    due: date, flag: str, why: str, status: str
) -> None:
    found = said(listed(Promised_by=due, Status=status))
    assert found == (("", "") if status == "Lead" and flag == "On track" else (flag, why))


def test_what_is_late_goes_before_silence_and_both_are_said() -> None:
    flag, why = said(listed(Promised_by=november(20), Last_contact=date(2026, 9, 1)))
    assert flag == "Late"
    assert why.startswith("Due on 20 Nov 2026, 6 working days ago. No contact since 1 Sep 2026")


def test_the_start_is_the_last_that_is_known_only_where_no_column_holds_contacts() -> None:
    start = date(2026, 3, 2)
    assert said(listed(Start_date=start)) == ("", "")
    flag, why = said(without_contacts(listed(Start_date=start)))
    assert flag == "Inactive"
    assert f"since the start on 2 Mar 2026, {weekdays_since(start)} working days" in why


@pytest.mark.parametrize("status", ["Lead", "Finished", "Refunded", "Do not serve"])
def test_nobody_is_called_inactive_who_is_not_served(status: str) -> None:
    assert said(listed(Status=status, Last_contact=date(2026, 1, 5)))[0] == ""


def test_who_is_paused_stays_paused() -> None:
    assert said(listed(Status="Paused", Last_contact=date(2026, 1, 5)))[0] == "Paused"


def test_nothing_is_mailed_to_them_because_of_it() -> None:
    assert not [m for m in plan(listed(Last_contact=date(2026, 1, 5)), TODAY).mails if m.client]
