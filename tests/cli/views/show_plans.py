"""A business small enough to read: three steps, a few clients, one message of each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sheetops.model.history import History
from sheetops.plan.plan import Plan, make_plan
from sheetops.workbook import book
from sheetops.workbook.raw import RawBook, RawTab, Value

TODAY = date(2026, 11, 20)  # a Friday
Rows = Sequence[Mapping[str, Value]]

CLIENTS: Rows = (
    {
        "Client ID": "C1",
        "Client": "Dún Café",
        "Email": "dun@cafe.example.com",
        "Offer": "Tidy books",
        "Owner": "Mei",
        "Status": "Active",
        "Start date": date(2026, 11, 2),
        "Promised by": date(2026, 12, 18),
    },
    {
        "Client ID": "C2",
        "Client": "한별 Stationery",
        "Email": None,
        "Offer": "Tidy books",
        "Owner": "Mei",
        "Status": "Active",
        "Start date": date(2026, 11, 9),
    },
    {
        "Client ID": "C3",
        "Client": "Old Oak",
        "Email": "oak@example.com",
        "Offer": "Tidy books",
        "Owner": "Mei",
        "Status": "Refunded",
        "Start date": date(2026, 11, 2),
    },
    {
        "Client ID": "C4",
        "Client": "New Leaf",
        "Email": "leaf@example.com",
        "Offer": "Tidy books",
        "Owner": "Mei",
        "Status": "Active",
        "Start date": date(2026, 11, 20),
    },
)
STEPS: Rows = (
    {"Client": "Dún Café", "Step": "Sign", "Started": None, "Done": date(2026, 11, 10)},
    {"Client": "Dún Café", "Step": "Send the papers of the whole year, every one", "Done": None},
    {"Client": "Dún Café", "Step": "Closing call", "Done": None},
    {"Client": "한별 Stationery", "Step": "Sign", "Done": None},
)
_DECLARED = ("Offer", "Order", "Step", "Waiting on", "Working days")
OFFER_STEPS: Rows = tuple(
    dict(zip(_DECLARED, values, strict=True))
    for values in (
        ("Tidy books", 1.0, "Sign", "Client", 5.0),
        ("Tidy books", 2.0, "Send the papers of the whole year, every one", "Client", 5.0),
        ("Tidy books", 3.0, "Closing call", "Team", 3.0),
    )
)
_MESSAGE = ("Message", "Part", "To", "When", "Kind", "Send", "Subject", "Body")
MESSAGES: Rows = tuple(
    dict(zip(_MESSAGE, values, strict=True))
    for values in (
        (
            "A nudge",
            "reminder",
            "client",
            "waiting 2 days",
            "service",
            "auto",
            "{{Step}}",
            "Hello {{Client}},\n\n{{Step}} <b>waits</b>.\n\nMei",
        ),
        (
            "Second nudge",
            "reminder",
            "client",
            "waiting 9 days",
            "service",
            "auto",
            "Still {{Step}}",
            "Hello {{Client}}.",
        ),
    )
)
TEAM: Rows = ({"Name": "Mei", "Email": "mei@example.com"},)
_NOTE = ("Date", "Client", "Who", "What they said", "Remember")
NOTES: Rows = tuple(
    dict(zip(_NOTE, (date(2026, 11, day), "Dún Café", "Mei", said, remember), strict=True))
    for day, said, remember in (
        (3, "Tea, not coffee.", False),
        (4, "The daughter starts at the conservatory.", True),
        (5, "Papers are in the attic.", False),
        (6, "Ring after ten.", False),
    )
)
ANSWERS: Rows = (
    {"Client": "C1", "Question": "What keeps you awake?", "Answer": "Nothing, honestly."},
)
_SETTINGS = {
    "Business name": "Ledger & Lantern",
    "Sender address": "office@example.com",
    "Owner's address": "",
    "Sending": "send",
    "Workbook id": "w1",
}


def plan_of(
    history: History | None = None,
    settings: Mapping[str, Value] | None = None,
    without: Sequence[str] = (),
    **tabs: Rows,
) -> Plan:
    """The plan of the small business; `tabs` take the place of its own (`_` for a space)."""
    chosen = {**_SETTINGS, **(settings or {})}
    everything: dict[str, Rows] = {
        "Clients": CLIENTS,
        "Steps": STEPS,
        "Offer steps": OFFER_STEPS,
        "Messages": MESSAGES,
        "Team": TEAM,
        "Notes": NOTES,
        "Questions": ({"Question": "What keeps you awake?"},),
        "Answers": ANSWERS,
        "Settings": tuple({"Setting": name, "Value": chosen[name]} for name in chosen),
        **{name.replace("_", " "): rows for name, rows in tabs.items()},
    }
    kept = {name: raw(name, rows) for name, rows in everything.items() if name not in without}
    found = book.read(RawBook("clients.xlsx", kept))
    return make_plan(found, history or History(), TODAY)


_TOOL = {
    "Clients": ("Flag", "Why", "Waiting on", "Current step", "Next follow-up", "Checked at"),
    "Steps": ("Flag", "Why"),
}


def raw(name: str, rows: Rows) -> RawTab:
    """A tab whose headings are those of its rows, with some of the tool's columns."""
    headings = list(dict.fromkeys([*(h for row in rows for h in row), *_TOOL.get(name, ())]))
    return RawTab(name, [headings, *([row.get(heading) for heading in headings] for row in rows)])
