"""The mistakes that staff planted in the demo, as staff everywhere do."""

# ruff: noqa: PLR0913, PLR0917 - the helpers make rows of a table, read across

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sheetops.template.demo.dates import Day
from sheetops.workbook.raw import Value


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistyped cell.

    `tab`, `row` (the values that name the row, by heading) and `heading` say where it is; `typed`
    is what stands there; `what` says in words what happened, `problem` what a reader should see.
    """

    tab: str
    row: Mapping[str, str]
    heading: str
    typed: Value | Day
    what: str
    problem: str


def _client(name: str, heading: str, typed: Value | Day, what: str, problem: str) -> Mistake:
    return Mistake("Clients", {"Client": name}, heading, typed, what, problem)


def _step(client: str, step: str, heading: str, typed: Value | Day, why: str, see: str) -> Mistake:
    return Mistake("Steps", {"Client": client, "Step": step}, heading, typed, why, see)


def _message(name: str, heading: str, typed: str, what: str, problem: str) -> Mistake:
    return Mistake("Messages", {"Message": name}, heading, typed, what, problem)


MISTAKES: tuple[Mistake, ...] = (
    _step("Marguerite Puddle", "Share bank and till exports", "Due", "next tuesday",
          "A day in words", "“next tuesday” is not a date"),
    _client("Kofi Umbrella-Mensah", "Promised by", "03/04/{year}",
            "A date typed as text that may be April or March", "the date is ambiguous"),
    _client("Hugo Halfmoon", "Client ID", "C005",
            "A copied row kept its Client ID", "the Client ID is used twice"),
    _client("Ferdinand Snailpost", "Offer", "Bokkeeping tidy-up",
            "An offer by a name that nobody sells", "the offer is not in Offers"),
    _client("Inés Candelabra", "Status", "Actve",
            "A misspelt status", "not one of the statuses; Active was probably meant"),
    _client("Wren Applewhistle", "Email", "wren@example.org; w.applewhistle@example.net",
            "Two addresses in one cell", "more than one address"),
    _client("Two Left Socks Laundry", "Email", None,
            "No address, and a reminder is due", "a follow-up has nowhere to go"),
    _step("Bríd Quillfeather", "Welcome call", "Client", "Bridget Quillfeather",
          "A step for a client by another name", "no such client in Clients"),
    _step("Marek Dandelion", "Numbers on one page", "Done", Day(-60),
          "A step done before it started", "Done is before Started"),
    _client("=Equals Architects", "Owner", "Sorcha",
            "Somebody who left is still an owner", "the owner is not in Team"),
    _message("Three questions", "Subject", "What should we do differently, {{Frist name}}?",
             "A misspelt merge field", "no such field; First name was probably meant"),
    _message("Bring a friend", "When", "when the moment feels right",
             "A time that only people understand", "not understood, with what is"),
    _client("Mx. Juniper Toadflax", "Value", "about 900",
            "A number in words", "“about 900” is not a number"),
    _client("Saturday Fish Market", "Finished on", Day(-160),
            "Finished before it began", "Finished on is before Start date"),
)  # fmt: skip
"""Every mistake in the demo. Nothing else in it should show a problem."""


def plant(
    tabs: Mapping[str, list[dict[str, Value]]], mistakes: Iterable[Mistake], today: date
) -> None:
    """Type the mistakes into `tabs`, in place. Raises KeyError if a row to spoil is not there."""
    found = [(mistake, _row(tabs[mistake.tab], mistake)) for mistake in mistakes]
    for mistake, row in found:
        row[mistake.heading] = typed(mistake, today)


def typed(mistake: Mistake, today: date) -> Value:
    """What stands in the cell of `mistake` when the demo is laid out on `today`."""
    value = mistake.typed
    if isinstance(value, Day):
        return value.on(today)
    return value.replace("{year}", str(today.year)) if isinstance(value, str) else value


def _row(rows: list[dict[str, Value]], mistake: Mistake) -> dict[str, Value]:
    for row in rows:
        if all(row[heading] == value for heading, value in mistake.row.items()):
            return row
    raise KeyError(f"{mistake.tab} has no row {dict(mistake.row)}")
