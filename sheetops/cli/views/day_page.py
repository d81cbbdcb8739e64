"""The day as one page: for an owner who would rather read than scroll a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from sheetops.cli.views.columns import many
from sheetops.cli.views.day import TAB_ORDER, Cell, Client, Day, MailView, would_leave
from sheetops.cli.views.html import render
from sheetops.model.mail import FollowUp
from sheetops.workbook.changes import NewRow
from sheetops.workbook.headers import folded
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole

_SAME_FOR_ALL = "Checked at"  # stands in every row of Clients: said once, not sixty times
_NOT_IN_ROWS = {"Body", "Follow-up ID", "Date"}
_MORNING_MAIL = {
    "digest": "The morning mail: what is theirs today.",
    "summary": "The morning summary of the whole business.",
}


class _Letter(NamedTuple):
    to: str
    subject: str
    whys: tuple[str, ...]
    body: str
    held: str = ""


def page(day: Day) -> str:
    """One self-contained HTML page that shows everything the day asks for."""
    return render(
        "day.html.j2",
        view=day,
        day=day_text(day.today),
        sending=_sending(day),
        tiles=_tiles(day),
        mails=[_of_mail(mail) for mail in day.mails],
        follow_ups=tuple(_follow_ups(day)),
        alike=_alike(day.cells),
        cards=tuple(_cards(day.cells)),
        rows=tuple(_rows(day.rows)),
    )


def _tiles(day: Day) -> Iterator[tuple[str, int, str]]:
    """Place, count and words of what stands on top."""
    for place, count, thing, what in (
        ("cells", len(day.cells), "cell", "to change"),
        ("rows", len(day.rows), "row", "to add"),
        ("mails", len(day.mails), "mail", "to send"),
        ("problems" if day.problems else "flags", len(day.problems), "problem", "to mend"),
    ):
        yield place, count, f"{many(count, thing).split(' ', 1)[1]} {what}"


def _sending(day: Day) -> str:
    """Whether anything is sent, in a sentence or two."""
    if day.sending == "preview":
        would = len(would_leave(day))
        due = (
            f"{many(would, 'follow-up')} would go out; they are shown below."
            if would
            else "Today nothing is due anyway."
        )
        return f"Nothing is sent: Sending in Settings is preview. {due}"
    if not day.mails:
        return f"Sending in Settings is {day.sending}, but no mail is to leave today."
    mails = many(len(day.mails), "mail")
    if day.sending == "rehearse to me":
        address = day.rehearsal_address
        return f"This is a rehearsal: {mails} would go to {address} and to nobody else."
    if day.sending == "ask":
        return f"Sending in Settings is ask: only what somebody approved goes out, {mails} today."
    return f"Sending is on: {mails} leave when this plan is applied."


def _of_mail(mail: MailView) -> _Letter:
    morning = _MORNING_MAIL.get(mail.purpose)
    whys = (morning,) if morning else tuple(item.why for item in mail.follow_ups)
    return _Letter(mail.recipient, mail.subject, whys, mail.body)


def _follow_ups(day: Day) -> Iterator[tuple[str, str, list[_Letter]]]:
    """Follow-ups that do not leave by themselves, and, in a preview, those that would."""
    routing = day.routing
    for place, title, follow_ups in (
        (
            "would",
            "Follow-ups that would go out",
            would_leave(day) if day.sending == "preview" else (),
        ),
        ("waiting", "Waiting for a decision in Follow-ups", routing.waiting),
        ("by-hand", "To be done by hand", routing.by_hand),
        ("held", "Held until something is mended", routing.held),
    ):
        if follow_ups:
            yield place, f"{title}: {len(follow_ups)}", [_of_follow_up(one) for one in follow_ups]


def _of_follow_up(one: FollowUp) -> _Letter:
    to = f"{one.to_name} <{one.to}>" if one.to else f"{one.to_name} (no address)"
    about = f" (about {one.client_name})" if one.audience == "team" else ""
    return _Letter(to + about, one.subject, (one.why,), one.body, one.held)


def _alike(cells: Iterable[Cell]) -> list[str]:
    """One line for the day of the look, which is the same for every client."""
    counts = Counter(cell.becomes for cell in cells if cell.heading == _SAME_FOR_ALL)
    return [
        f"{_SAME_FOR_ALL} becomes {value} for {many(count, 'client')}."
        for value, count in counts.items()
    ]


def _cards(cells: Iterable[Cell]) -> Iterator[tuple[str, str, list[tuple[str, list[Cell]]]]]:
    """The other changes, by client in the order of Clients, then by tab: name of the card, a word
    on it, and its parts by row."""
    others = sorted((cell for cell in cells if cell.heading != _SAME_FOR_ALL), key=_place)
    for _, group in groupby(others, lambda cell: cell.client or cell.tab):
        card = list(group)
        client = card[0].client
        name, more = _named(client) if client else (card[0].tab, "not about one client")
        parts = groupby(card, lambda cell: (cell.tab, cell.key, _about(cell)))
        yield name, more, [(about, list(part)) for (_, _, about), part in parts]


def _place(cell: Cell) -> tuple[float, int, int]:
    client_row = cell.client.row if cell.client else float("inf")
    return client_row, TAB_ORDER[cell.tab], cell.row


def _named(client: Client) -> tuple[str, str]:
    if client.key.startswith(NO_KEY):
        return client.name or "(no name)", f"row {client.row}"
    is_same = folded(client.key) == folded(client.name)
    return client.name or client.key, "" if is_same else client.key


def _about(cell: Cell) -> str:
    """Which row it is, where the card does not say."""
    if cell.tab == "Clients":
        return ""
    if cell.tab == "Steps":
        return f"Step: {cell.step}"
    return f"Row {cell.row}" if cell.key.startswith(NO_KEY) else cell.key


def _rows(
    rows: Sequence[NewRow],
) -> Iterator[tuple[str, str, list[str], list[tuple[str, list[list[str]]]]]]:
    """Rows by tab: its name, how many, headings, and values by client where the tab is Steps. The
    text of a follow-up stands with the follow-ups, or left in an earlier mail."""
    for tab, group in groupby(rows, key=lambda row: row.tab):
        in_tab = list(group)
        named = "Client" if tab == "Steps" else ""
        left_out = {*_NOT_IN_ROWS, named}
        every = dict.fromkeys(heading for row in in_tab for heading in row.values)
        headings = [heading for heading in every if heading not in left_out]
        parts = groupby(in_tab, key=lambda row: shown_whole(row.values.get(named)))
        values = [
            (about, [[shown_whole(row.values.get(h)) for h in headings] for row in part])
            for about, part in parts
        ]
        yield tab, many(len(in_tab), "row"), headings, values
