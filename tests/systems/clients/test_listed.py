"""A list of clients without any steps: who is forgotten, by the two days that such a list has."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from sheetops.adopt.adapter import seen
from sheetops.model.history import History, SeenStatus
from sheetops.systems.clients.listed import statuses
from sheetops.workbook.mapping import Mapping
from sheetops.workbook.raw import RawBook, Value
from tests.sheets import NOTHING, client, november, office, plan, sheet, snapshot

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


def said(raw: RawBook, history: History = NOTHING) -> tuple[str, str]:
    made = plan(raw, TODAY, history)
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


def since(day: date, status: str = "Active") -> History:
    """What the ledger has seen of Ada, and of somebody else a year before."""
    seen = {"ADA-1": SeenStatus(status, day), "BO-1": SeenStatus("Active", date(2025, 11, 3))}
    return History(statuses=seen)


@pytest.mark.parametrize(
    ("status", "seen", "expected"),
    [
        ("Active", date(2026, 9, 1), ("Inactive", "Status has not changed since 1 Sep 2026, 64")),
        ("Lead", date(2026, 9, 1), ("Inactive", "Status has not changed since 1 Sep 2026, 64")),
        ("Active", november(20), ("On track", "Status is new since 20 Nov 2026.")),
        ("Lead", november(20), ("", "")),
        ("Finished", date(2026, 9, 1), ("", "")),
    ],
)
def test_a_status_that_never_changes_is_seen_from_day_to_day(
    status: str, seen: date, expected: tuple[str, str]
) -> None:
    flag, why = said(listed(Status=status), since(seen, status))
    assert flag == expected[0]
    assert why.startswith(expected[1])


def test_what_has_changed_or_was_said_since_goes_before_what_stood_still() -> None:
    old = date(2026, 9, 1)
    assert said(listed(Status="Active"), since(old, "Lead")) == (
        "On track",
        "Status is new since 30 Nov 2026.",
    )
    spoken = listed(Status="Lead", Last_contact=november(27))
    assert said(spoken, since(old, "Lead")) == ("", "")
    silent = listed(Last_contact=old)
    assert said(silent, since(november(27)))[1] == "Status is new since 27 Nov 2026."


def test_the_first_day_claims_nothing_of_what_it_has_not_seen() -> None:
    assert said(listed(Status="Active")) == ("", "")


def test_their_own_words_are_remembered_and_not_ours() -> None:
    headings = ("Client", "Status")
    mapping = Mapping({"Work": "Clients"}, {"Work": {name: (name,) for name in headings}}, {})
    raw = seen(sheet({"Work": [headings, ("Ada", "in progress")]}), mapping)
    first = snapshot(raw, TODAY)
    assert first.clients.status.tolist() == ["Active"]
    assert statuses(first) == {"Ada": SeenStatus("in progress", TODAY)}
    known = History(statuses={"Ada": SeenStatus("in progress", november(3))})
    assert statuses(snapshot(raw, TODAY, known)) == known.statuses


def test_nothing_is_mailed_to_them_because_of_it() -> None:
    assert not [m for m in plan(listed(Last_contact=date(2026, 1, 5)), TODAY).mails if m.client]
