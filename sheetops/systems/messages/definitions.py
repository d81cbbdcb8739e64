"""The messages of the sheet, read once a morning: when each is due, and whom it may reach."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from sheetops.model.snapshot import Snapshot, once_a_snapshot
from sheetops.systems.messages.merge_fields import Merged, fields_in, merge
from sheetops.systems.messages.timing import UNDERSTOOD, Moment, When, understand
from sheetops.systems.path.consequences import meant
from sheetops.workbook.choices import MessageKind, Recipient, SendMode
from sheetops.workbook.contract import BY_NAME, Kind
from sheetops.workbook.headers import folded
from sheetops.workbook.problem import Problem
from sheetops.workbook.references import nearest
from sheetops.workbook.table import NO_KEY, Table
from sheetops.workbook.values import day_text

CLIENT_LEVEL = {Moment.AFTER_FINISH, Moment.AFTER_START}
STEP_LEVEL = {Moment.WAITING, Moment.BEFORE_DUE, Moment.AFTER_DUE, Moment.DONE_EARLY}
MARKETING = {"review", "segment", "join", "subscribe", "resale", "referral"}
"""Parts that are marketing even where the column Kind is blank."""
_FROM_STEP = ("Step", "Days waiting", "Due by", "Started", "Due")
_FROM_OFFER_STEP = ("Stage", "Link", "SOP link", "Risk", "Boundary")
_FROM_OFFER = ("What it is", "Price")
_FROM_OWNER = ("Owner email",)
_FROM_BUSINESS = ("Business name", "Postal address")
Maker = Callable[[int, int], str]
"""Makes a text from the place of a client and that of a step, which is -1 for none."""


@dataclass(frozen=True, slots=True)
class Message:
    """One row of Messages. `offer`, `step` and `segment` are folded; blank means all.

    One that is not `usable` is never sent, and keeps its place: nothing goes out in its stead, and
    no rung above it before it is mended.
    """

    name: str
    part: str
    offer: str
    step: str
    to: Recipient
    when: When
    kind: MessageKind
    send: SendMode
    minutes_saved: float
    subject: str
    body: str
    usable: bool = True
    segment: str = ""
    consequence: str = ""


@once_a_snapshot
def read(snapshot: Snapshot) -> tuple[tuple[Message, ...], tuple[Problem, ...]]:
    """The messages, and a problem for each that cannot be used."""
    if not snapshot.book.has("Messages"):
        return (), ()
    table = snapshot.book.tables["Messages"]
    messages: list[Message] = []
    problems: list[Problem] = []
    for key, row in zip(table.frame.index, table.frame.to_dict("records"), strict=True):
        found = _faults(snapshot, row)
        cells = ((table.cell(int(row["row"]), heading), what) for heading, *what in found)
        problems += [Problem("Messages", cell, what[0], what[1], str(key)) for cell, what in cells]
        usable = not found and not row["doubt"] and not str(key).startswith(NO_KEY)
        doubtful = () if usable else _doubtful(table, row)
        if when := _when(row):
            about: dict[Hashable, object] = {**row, **dict.fromkeys(doubtful, "")}
            messages.append(_message(str(key), about, when, usable=usable))
    return tuple(messages), tuple(problems)


def _doubtful(table: Table, row: Mapping[Hashable, object]) -> list[str]:
    """Of the two columns that say which steps a message is about, those in doubt: it may be any."""
    at = int(str(row["row"]))
    doubt = str(row["doubt"])
    return [name for name in ("Offer", "Step") if f"!{table.cell(at, name)}: " in doubt]


def _when(row: Mapping[Hashable, object]) -> When | None:
    """When a message is due. One that is no reminder does without; nothing depends on it."""
    return understand(str(row["When"])) or (When(Moment.UNCLEAR) if _is_reminder(row) else None)


def _is_reminder(row: Mapping[Hashable, object]) -> bool:
    return row["Part"] in {"", "reminder", "consequence"}


def _message(key: str, row: Mapping[Hashable, object], when: When, *, usable: bool) -> Message:
    part = str(row["Part"]) or "reminder"
    minutes = row["Minutes saved"]
    return Message(
        name=key,
        part=part,
        offer=folded(str(row["Offer"])),
        step=folded(str(row["Step"])),
        to=Recipient(str(row["To"]) or Recipient.CLIENT),
        when=when,
        kind=MessageKind.MARKETING
        if part in MARKETING
        else MessageKind(str(row["Kind"]) or MessageKind.SERVICE),
        send=SendMode(str(row["Send"]) or SendMode.AUTO),
        minutes_saved=minutes if isinstance(minutes, float) and minutes == minutes else 0.0,  # noqa: PLR0124 # NaN is not itself
        subject=str(row["Subject"]),
        body=str(row["Body"]),
        usable=usable,
        segment=folded(str(row["Segment"])),
        consequence=str(row["Consequence"]),
    )


def _faults(snapshot: Snapshot, row: Mapping[Hashable, object]) -> list[tuple[str, str, str]]:
    """What is wrong with a message: heading, what was found, what to do."""
    faults = [
        (heading, f"{heading} is blank.", "Fill it in.")
        for heading in ("To", "When", "Subject", "Body")
        if not row[heading] and heading not in str(row["doubt"])
    ]
    when = understand(str(row["When"]))
    if row["When"] and when is None:
        found = f'"{row["When"]}" is not understood.'
        mend = f"Understood are: {'; '.join(UNDERSTOOD)}."
        if _is_reminder(row):
            mend += " Until then the other reminders of the same steps wait, to keep their order."
        faults.append(("When", found, mend))
    faults += _unfit(row, when)
    known = dict.fromkeys(_known_fields(when), "")
    for heading in ("Subject", "Body"):
        for field in merge(str(row[heading]), known).unknown:
            near = nearest(field.strip("{} "), known)
            mend = f'Did you mean "{near}"?' if near else f"Known are: {', '.join(known)}."
            faults.append((heading, f'The field "{field}" is not known.', mend))
    return faults


def _unfit(row: Mapping[Hashable, object], when: When | None) -> Iterator[tuple[str, str, str]]:
    """What is understood by itself, and does not go together."""
    if near := meant(str(row["Consequence"])):
        yield (
            "Consequence",
            f'"{row["Consequence"]}" is not quite a consequence that is carried out.',
            f'Did you mean "{near}"? For words that are only shown, say it otherwise.',
        )
    if row["To"] != Recipient.THIRD_PARTY:
        return
    if when is not None and when.moment not in STEP_LEVEL:
        found = "A third party is written to about a step that waits on them."
        yield "When", found, "Type a time such as waiting 5 days, or 1 day after due."
    if row["Kind"] == MessageKind.MARKETING or row["Part"] in MARKETING:
        yield "To", "A third party gets service mail only.", "Choose client, or another Part."


def _known_fields(when: When | None) -> Iterable[str]:
    clients = [
        column.heading
        for column in BY_NAME["Clients"].staff_columns
        if column.kind is not Kind.YES_NO
    ]
    steps = (*_FROM_STEP, *_FROM_OFFER_STEP) if when is None or when.moment in STEP_LEVEL else ()
    return (*clients, *steps, *_FROM_OFFER, *_FROM_OWNER, *_FROM_BUSINESS)


class Fields:
    """Texts for the merge fields of one morning, by client and step. Only those that a message
    names are made, and only their columns are looked at."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._of_message: dict[str, list[tuple[str, Maker]]] = {}

    def of(self, message: Message, client_at: int, step_at: int) -> dict[str, str]:
        """The fields that a message names, of the client at a place in `Clients` (own row, offer,
        owner, business) and, where it is about a step, of the one at a place in `Steps`."""
        if message.name not in self._of_message:
            named = {folded(name) for name in fields_in(f"{message.subject}\n{message.body}")}
            known = _known_fields(message.when)
            self._of_message[message.name] = [
                (heading, self._maker(heading)) for heading in known if folded(heading) in named
            ]
        makers = self._of_message[message.name]
        return {heading: text(client_at, step_at) for heading, text in makers}

    def _maker(self, heading: str) -> Maker:
        """What makes the text of a field from the places of a client and a step."""
        steps = self.snapshot.steps
        special: dict[str, Maker] = {
            "Owner email": lambda client, _: self._owner_email(client),
            "Business name": lambda *_: self.snapshot.business.name,
            "Postal address": lambda *_: self.snapshot.business.postal_address,
            "Step": lambda _, step: str(steps.name[step]),
            "Days waiting": lambda _, step: _text(float(steps.age[step])),
            "Due by": lambda _, step: _text(steps.due[step].item()),
            "Due": lambda _, step: _text(steps.due[step].item()),
            "Started": lambda _, step: _text(steps.started[step].item()),
        }
        if heading in special:
            return special[heading]
        if heading in _FROM_OFFER:
            return lambda client, _: _text(self._offer_of(client).get(heading, ""))
        tab = "Offer steps" if heading in _FROM_OFFER_STEP else "Clients"
        column = _column(self.snapshot.book.frame(tab)[heading])
        if tab == "Clients":
            return lambda client, _: _text(column[client])
        at = steps.offer_step_at
        return lambda _, step: _text(column[at[step]]) if at[step] >= 0 else ""

    def _owner_email(self, client_at: int) -> str:
        return self.snapshot.people.get(folded(str(self.snapshot.clients.owner[client_at])), "")

    def _offer_of(self, client_at: int) -> Mapping[Hashable, object]:
        return self._offers.get(folded(str(self.snapshot.clients.offer[client_at])), {})

    @cached_property
    def _offers(self) -> dict[str, Mapping[Hashable, object]]:
        frame = self.snapshot.book.frame("Offers")
        return {folded(str(row["Offer"])): row for row in frame.to_dict("records")}

    def unreadable(self, message: Message, client_at: int, step_at: int) -> tuple[str, ...]:
        """Cells that the words of a message need, and of which nobody can say what they hold."""
        book = self.snapshot.book
        is_off = "Offers" in book.present and not book.has("Offers")
        if not (self._unreadable or is_off):
            return ()
        needed = {folded(name) for name in fields_in(f"{message.subject}\n{message.body}")}
        steps = self.snapshot.steps
        declared = int(steps.offer_step_at[step_at]) if step_at >= 0 else -1
        offer = folded(str(self.snapshot.clients.offer[client_at]))
        rows = {
            ("Clients", self._row("Clients", client_at)),
            ("Offer steps", self._row("Offer steps", declared)),
            ("Offers", int(str(self._offers[offer]["row"])) if offer in self._offers else 0),
        }
        cells = [
            f"{tab}!{book.tables[tab].cell(row, heading)}"
            for tab, row, heading in self._unreadable
            if (tab, row) in rows and folded(heading) in needed
        ]
        return (*cells, *(["Offers"] if is_off and needed & set(map(folded, _FROM_OFFER)) else []))

    @cached_property
    def _unreadable(self) -> list[tuple[str, int, str]]:
        tables = self.snapshot.book.tables
        tabs = ("Clients", "Offer steps", "Offers")
        return sorted((tab, *place) for tab in tabs for place in tables[tab].unreadable)

    def _row(self, tab: str, at: int) -> int:
        return int(self.snapshot.book.frame(tab)["row"].iloc[at]) if at >= 0 else 0


def _column(values: pd.Series) -> list[object]:
    """The values of a column; days as dates, which a list of a frame's days is slow to make."""
    if values.dtype.kind == "M":
        return values.to_numpy().astype("datetime64[D]").tolist()
    return values.tolist()


def _text(value: object) -> str:
    """A value as it stands in a mail: dates with the month as a word, 7.0 as 7, blank for none."""
    if value is None or value != value:  # noqa: PLR0124 # NaN and NaT are not themselves
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}".removesuffix(".00")
    if isinstance(value, date):
        return day_text(value)
    return str(value)


def filled(message: Message, fields: dict[str, str]) -> tuple[Merged, Merged]:
    """Subject and body of a message with its fields filled in."""
    return merge(message.subject, fields), merge(message.body, fields)
