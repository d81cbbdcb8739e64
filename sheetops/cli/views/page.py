"""The day's plan as one page: for an owner who would rather read than scroll a terminal.

The page loads nothing from outside and runs nothing; every value from the workbook is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from sheetops.cli.views.text import many
from sheetops.model.mail import FollowUp, Mail
from sheetops.plan.plan import Plan
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.contract import FLAGS, TABS
from sheetops.workbook.headers import folded
from sheetops.workbook.table import NO_KEY
from sheetops.workbook.values import day_text, shown_whole

_CALM = {"", "On track", "Paused"}
_SAME_FOR_ALL = "Checked at"  # stands in every row of Clients: said once, not sixty times
_NOT_IN_ROWS = {"Body", "Follow-up ID", "Date"}


@dataclass(frozen=True)
class _Tile:
    to: str
    count: int
    words: str


@dataclass(frozen=True)
class _Pressing:
    name: str
    flag: str
    why: str
    owner: str


@dataclass(frozen=True)
class _Change:
    heading: str
    cell: str
    old: str
    new: str


@dataclass(frozen=True)
class _Part:
    """Changes of one row; `about` says which, where the card does not."""

    about: str
    changes: tuple[_Change, ...]


@dataclass(frozen=True)
class _Cells:
    name: str
    more: str
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class _RowPart:
    """Rows of one client, by `about`; blank where the rows are not put together."""

    about: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Rows:
    tab: str
    more: str
    headings: tuple[str, ...]
    parts: tuple[_RowPart, ...]


@dataclass(frozen=True)
class _Letter:
    to: str
    subject: str
    whys: tuple[str, ...]
    body: str
    held: str = ""


@dataclass(frozen=True)
class _Letters:
    id: str
    title: str
    letters: tuple[_Letter, ...]


def of_plan(plan: Plan) -> str:
    """One self-contained HTML page that shows everything the day asks for."""
    environment = Environment(
        loader=PackageLoader("sheetops", "cli/views"), autoescape=True, undefined=StrictUndefined
    )
    business = plan.snapshot.business
    follow_ups = tuple(_follow_ups(plan))
    return environment.get_template("page.html.j2").render(
        title=f"Plan for {day_text(plan.today)}",
        day=day_text(plan.today),
        business=business.name or plan.book.name,
        workbook=plan.book.name,
        sending=_sending(plan),
        tiles=_tiles(plan),
        flags=_flags(plan),
        pressing=_pressing(plan),
        problems=plan.problems,
        mails_title=f"Mails to send: {len(plan.mails)}",
        mails=[_of_mail(mail) for mail in plan.mails],
        follow_ups=follow_ups,
        alike=_alike(plan.cells),
        cells=tuple(_cells(plan)),
        rows=tuple(_rows(plan.rows)),
    )


def _tiles(plan: Plan) -> tuple[_Tile, ...]:
    return (
        _Tile("cells", len(plan.cells), _plural(len(plan.cells), "cell") + " to change"),
        _Tile("rows", len(plan.rows), _plural(len(plan.rows), "row") + " to add"),
        _Tile("mails", len(plan.mails), _plural(len(plan.mails), "mail") + " to send"),
        _Tile(
            "problems" if plan.problems else "flags",
            len(plan.problems),
            _plural(len(plan.problems), "problem") + " to mend",
        ),
    )


def _plural(count: int, thing: str) -> str:
    return many(count, thing).split(" ", 1)[1]


def _sending(plan: Plan) -> str:
    """Whether anything is sent, in a sentence or two."""
    business = plan.snapshot.business
    if business.sending == "preview":
        would = len(_would_leave(plan))
        if not would:
            return "Nothing is sent: Sending in Settings is preview. Today nothing is due anyway."
        return (
            f"Nothing is sent: Sending in Settings is preview. "
            f"{many(would, 'follow-up')} would go out; they are shown below."
        )
    mails = many(len(plan.mails), "mail")
    if not plan.mails:
        return f"Sending in Settings is {business.sending}, but no mail is to leave today."
    if business.sending == "rehearse to me":
        return (
            f"This is a rehearsal: {mails} would go to {business.rehearsal_address} and to nobody "
            "else."
        )
    if business.sending == "ask":
        return f"Sending in Settings is ask: only what somebody approved goes out, {mails} today."
    return f"Sending is on: {mails} leave when this plan is applied."


def _would_leave(plan: Plan) -> tuple[FollowUp, ...]:
    return (*plan.routing.mailed, *plan.routing.to_staff)


def _flags(plan: Plan) -> tuple[tuple[str, int], ...]:
    """How many clients have each flag, the most serious first."""
    if "Clients" not in plan.status:
        return ()
    counts = Counter(plan.status["Clients"]["Flag"])
    return tuple((flag, counts[flag]) for flag in FLAGS if counts[flag])


def _pressing(plan: Plan) -> tuple[_Pressing, ...]:
    """Clients whose flag asks for a person, by flag."""
    if "Clients" not in plan.status:
        return ()
    clients, status = plan.snapshot.clients, plan.status["Clients"]
    columns = (clients.name, status["Flag"], status["Why"], clients.owner)
    found = [
        _Pressing(str(name) or "(no name)", flag, why, str(owner))
        for name, flag, why, owner in zip(*columns, strict=True)
        if flag not in _CALM
    ]
    order = {"Stalled": -1}  # before data problems: clients wait for it
    return tuple(sorted(found, key=lambda one: order.get(one.flag, FLAGS.index(one.flag))))


def _of_mail(mail: Mail) -> _Letter:
    return _Letter(
        to=f"{mail.to_name} <{mail.to}>" if mail.to_name else mail.to,
        subject=mail.subject,
        whys=_whys(mail),
        body=mail.body,
    )


_MORNING_MAIL = {
    "digest": "The morning mail: what is theirs today.",
    "summary": "The morning summary of the whole business.",
}


def _whys(mail: Mail) -> tuple[str, ...]:
    words = _MORNING_MAIL.get(mail.purpose)
    return (words,) if words else tuple(item.why for item in mail.items)


def _follow_ups(plan: Plan) -> Iterator[_Letters]:
    """Follow-ups that do not leave by themselves, and, in a preview, those that would."""
    routing = plan.routing
    if plan.snapshot.business.sending == "preview" and _would_leave(plan):
        yield _letters("would", "Follow-ups that would go out", _would_leave(plan))
    if routing.waiting:
        yield _letters("waiting", "Waiting for a decision in Follow-ups", routing.waiting)
    if routing.by_hand:
        yield _letters("by-hand", "To be done by hand", routing.by_hand)
    if routing.held:
        yield _letters("held", "Held until something is mended", routing.held)


def _letters(place: str, title: str, follow_ups: Sequence[FollowUp]) -> _Letters:
    return _Letters(place, f"{title}: {len(follow_ups)}", tuple(map(_of_follow_up, follow_ups)))


def _of_follow_up(one: FollowUp) -> _Letter:
    to = f"{one.to_name} <{one.to}>" if one.to else f"{one.to_name} (no address)"
    about = f" (about {one.client_name})" if one.audience == "team" else ""
    return _Letter(to + about, one.subject, (one.why,), one.body, one.held)


def _alike(changes: Iterable[CellChange]) -> list[str]:
    """One line for the day of the look, which is the same for every client."""
    counts = Counter(_text(one.new) for one in changes if one.heading == _SAME_FOR_ALL)
    return [
        f"{_SAME_FOR_ALL} becomes {value} for {many(count, 'client')}."
        for value, count in counts.items()
    ]


def _cells(plan: Plan) -> Iterator[_Cells]:
    """The other changes: by client in the order of Clients, then by tab."""
    changes = [one for one in plan.cells if one.heading != _SAME_FOR_ALL]
    clients = plan.book.tables["Clients"].layout.rows
    tabs = {tab.name: at for at, tab in enumerate(TABS)}
    named = sorted(
        ((_client_of(plan, change), change) for change in changes),
        key=lambda one: (
            clients.get(one[0], len(clients) + 10**7),
            tabs[one[1].tab],
            plan.book.layout[one[1].tab].rows[one[1].key],
        ),
    )
    for (client, tab), group in groupby(named, lambda one: (one[0], one[0] or one[1].tab)):
        name, more = _client(plan, client) if client else (tab, "not about one client")
        yield _Cells(name, more, tuple(_parts(plan, [change for _, change in group])))


def _client_of(plan: Plan, change: CellChange) -> str:
    """Key of the client that a change is about, blank if it is about none."""
    if change.tab == "Clients":
        return change.key
    if change.tab == "Steps":
        return str(plan.book.tables["Steps"].frame.at[change.key, "client"])
    return ""


def _client(plan: Plan, key: str) -> tuple[str, str]:
    name = str(plan.book.tables["Clients"].frame.at[key, "Client"])
    if key.startswith(NO_KEY):
        return name or "(no name)", f"row {plan.book.layout['Clients'].rows[key]}"
    return name or key, key if folded(key) != folded(name) else ""


def _parts(plan: Plan, changes: Iterable[CellChange]) -> Iterator[_Part]:
    for (tab, key), group in groupby(changes, lambda change: (change.tab, change.key)):
        yield _Part(_about(plan, tab, key), tuple(_change(plan, change) for change in group))


def _about(plan: Plan, tab: str, key: str) -> str:
    table = plan.book.tables[tab]
    if tab == "Clients":
        return ""
    if tab == "Steps":
        return f"Step: {table.frame.at[key, 'Step']!s}"
    return f"Row {table.layout.rows[key]}" if key.startswith(NO_KEY) else key


def _change(plan: Plan, change: CellChange) -> _Change:
    cell = plan.book.tables[change.tab].cell_of(change.key, change.heading)
    return _Change(change.heading, f"{change.tab}!{cell}", _text(change.old), _text(change.new))


def _text(value: object) -> str:
    return shown_whole(value) if value is not None else ""  # type: ignore[arg-type] # changes hold cell values only


def _rows(rows: Sequence[NewRow]) -> Iterator[_Rows]:
    """Rows by tab. The text of a follow-up stands with the follow-ups, or left in an earlier mail,
    and is not repeated here."""
    for tab, group in groupby(rows, key=lambda row: row.tab):
        found = list(group)
        named = "Client" if tab == "Steps" else ""
        headings = tuple(
            heading
            for heading in dict.fromkeys(heading for row in found for heading in row.values)
            if heading not in _NOT_IN_ROWS and heading != named
        )
        parts = groupby(found, key=lambda row: _text(row.values.get(named)))
        yield _Rows(
            tab=tab,
            more=many(len(found), "row"),
            headings=headings,
            parts=tuple(_RowPart(about, _values(part, headings)) for about, part in parts),
        )


def _values(rows: Iterable[NewRow], headings: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_text(row.values.get(heading)) for heading in headings) for row in rows)
