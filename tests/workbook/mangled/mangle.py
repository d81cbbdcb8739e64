"""The ways in which staff mangle a workbook, each on a grid in memory and each from a seed.

A mangling says which cells it has spoilt so that a problem must name exactly them; where nobody can
see that something was spoilt, it only must do no harm.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sheetops.workbook.contract import BY_NAME, Column, Kind, Tab
from sheetops.workbook.headers import folded
from sheetops.workbook.raw import NO_VALUE, CellError, RawBook, RawTab, Value, address
from sheetops.workbook.values import day_text

Grid = list[list[Value]]
Merge = tuple[int, int, int, int]


@dataclass
class Desk:
    """The workbook while somebody works on it: its tabs as grids whose first row are headings.

    `above` is how many rows of title will stand above the headings once it is read.
    `named` are the cells that a problem must name, by tab, row and column as they stand now;
    `ahead` those that only today's date shows to be wrong.
    """

    dice: random.Random
    tabs: dict[str, Grid]
    titles: dict[str, str]
    merges: dict[str, list[Merge]] = field(default_factory=dict)
    above: dict[str, int] = field(default_factory=dict)
    named: list[tuple[str, int, int]] = field(default_factory=list)
    ahead: list[tuple[str, int, int]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def some_tab(self) -> Tab:
        """A tab that has rows, the everyday ones more often."""
        names = [name for name, rows in self.tabs.items() if len(rows) > 1 and name != "Settings"]
        often = [name for name in names if name in {"Clients", "Steps", "Offer steps", "Messages"}]
        return BY_NAME[self.dice.choice(names + 2 * often)]

    def place(self, tab: Tab, *kinds: Kind) -> tuple[int, int, Column] | None:
        """A filled staff cell of one of the kinds: its row and column, counted from 0."""
        found = [
            (row, at, column)
            for at, column in self.columns(tab).items()
            if column.kind in kinds and not column.is_tool
            for row, cells in enumerate(self.tabs[tab.name])
            if row and cells[at] not in {None, ""}
        ]
        return self.dice.choice(found) if found else None

    def columns(self, tab: Tab) -> dict[int, Column]:
        """The columns that still have their own heading, by place; of two alike, the first."""
        texts = [folded(str(text)) for text in self.tabs[tab.name][0]]
        found = {column.heading: column for column in tab if folded(column.heading) in texts}
        return {texts.index(folded(heading)): column for heading, column in found.items()}

    def type_over(self, tab: Tab, row: int, at: int, value: Value, *, is_seen: bool = True) -> None:
        self.tabs[tab.name][row][at] = value
        if is_seen:
            self.named.append((tab.name, row, at))

    def raw(self) -> RawBook:
        tabs = {self.titles[name]: self._tab(name) for name in self.tabs}
        return RawBook("mangled.xlsx", tabs, "mangled")

    def _tab(self, name: str) -> RawTab:
        down = self.above.get(name, 0)
        title: list[Value] = ["Last changed by Aoife", date(2026, 11, 1), "Client"]
        rows = [*([title] * down), *self.tabs[name]]
        merges = tuple((r + down, c, r2 + down, c2) for r, c, r2, c2 in self.merges.get(name, ()))
        return RawTab(self.titles[name], rows, merges=merges)

    def addresses(self, *, with_ahead: bool = True) -> set[str]:
        return {
            f"{name}!{address(row + 1 + self.above.get(name, 0), at + 1)}"
            for name, row, at in (*self.named, *(self.ahead if with_ahead else ()))
        }


def _blank_rows(desk: Desk) -> None:
    tab = desk.some_tab()
    rows = desk.tabs[tab.name]
    for _ in range(desk.dice.randint(1, 4)):
        below = desk.dice.randint(1, len(rows))
        rows.insert(below, [None] * len(rows[0]))


def _title_rows(desk: Desk) -> None:
    desk.above[desk.some_tab().name] = desk.dice.randint(1, 3)


def _shuffled_columns(desk: Desk) -> None:
    tab = desk.some_tab()
    rows = desk.tabs[tab.name]
    order = list(range(len(rows[0])))
    desk.dice.shuffle(order)
    desk.tabs[tab.name] = [[row[at] if at < len(row) else None for at in order] for row in rows]


def _aliases(desk: Desk) -> None:
    tab = desk.some_tab()
    for at, column in desk.columns(tab).items():
        if column.aliases:
            word = desk.dice.choice(column.aliases)
            form = desk.dice.choice((str.upper, str.lower, "  {} ".format))
            desk.tabs[tab.name][0][at] = form(word)


def _misspelt_heading(desk: Desk) -> None:
    tab = desk.some_tab()
    long = [(at, c) for at, c in desk.columns(tab).items() if not c.is_tool]
    at, column = desk.dice.choice(long)
    letters = list(column.heading)
    slip = desk.dice.randrange(len(letters) - 1)
    letters[slip], letters[slip + 1] = letters[slip + 1], letters[slip]
    if folded("".join(letters)) == folded(column.heading):
        return
    desk.type_over(tab, 0, at, "".join(letters))


def _doubled_heading(desk: Desk) -> None:
    tab = desk.some_tab()
    staff = [at for at, c in desk.columns(tab).items() if not c.is_tool]
    kept, lost = desk.dice.sample(staff, 2)
    heading = desk.tabs[tab.name][0][kept]
    desk.tabs[tab.name][0][lost] = heading
    desk.named.append((tab.name, 0, max(kept, lost)))


def _copied_column(desk: Desk) -> None:
    tab = desk.some_tab()
    at = desk.dice.choice([at for at, c in desk.columns(tab).items() if not c.is_tool])
    for row in desk.tabs[tab.name]:
        row.append(row[at])
    desk.named.append((tab.name, 0, len(desk.tabs[tab.name][0]) - 1))


def _clear_dates(desk: Desk) -> None:
    """Dates typed as text that can mean one day only: they are read as well as any."""
    tab = desk.some_tab()
    forms: tuple[Callable[[date], str], ...] = (
        date.isoformat,
        day_text,
        lambda day: f"{day:%d.%m.%Y}" if day.day > 12 else day_text(day),
    )
    for row in desk.tabs[tab.name][1:]:
        for at, column in desk.columns(tab).items():
            value = row[at] if at < len(row) else None
            if column.is_date and isinstance(value, date) and desk.dice.random() < 0.4:
                row[at] = desk.dice.choice(forms)(value)


def _bad_date(desk: Desk) -> None:
    bad: tuple[Value, ...] = (
        "03/04/2026", "next tuesday", "soon", "31/02/2026", "2026", 46000.0, date(1926, 5, 1), True,
    )  # fmt: skip
    tab = BY_NAME[desk.dice.choice(("Clients", "Steps"))]
    if place := desk.place(tab, Kind.DATE):
        desk.type_over(tab, *place[:2], desk.dice.choice(bad))


def _future_done(desk: Desk) -> None:
    tab = BY_NAME["Steps"]
    if place := desk.place(tab, Kind.DONE):
        desk.type_over(tab, *place[:2], date(2027, 3, 1), is_seen=False)
        desk.ahead.append((tab.name, *place[:2]))


def _wrong_choice(desk: Desk) -> None:
    tab = desk.some_tab()
    words = ("Actve", "?", "maybe", "客户", "in Arbeit", "🙂", "tbd")
    if place := desk.place(tab, Kind.CHOICE):
        desk.type_over(tab, *place[:2], desk.dice.choice(words))


def _wrong_name(desk: Desk) -> None:
    tab = BY_NAME[desk.dice.choice(("Clients", "Steps", "Offer steps"))]
    place = desk.place(tab, Kind.NAME)
    if place is not None and place[2].heading != "Step":
        word = str(desk.tabs[tab.name][place[0]][place[1]])
        desk.type_over(tab, *place[:2], desk.dice.choice((word + "x", word[1:] + "q", "Zebulon")))


def _not_a_number(desk: Desk) -> None:
    tab = desk.some_tab()
    words: tuple[Value, ...] = ("about 9", "1e3", "-5", "12,5,1", True, 1e18)
    place = desk.place(tab, Kind.WHOLE)
    if place is not None and place[2].least is not None:
        value = desk.dice.choice(words[:5] if place[2].most is None else words)
        desk.type_over(tab, *place[:2], value)


def _error_cells(desk: Desk) -> None:
    tab = desk.some_tab()
    kinds = tuple(kind for kind in Kind if kind is not Kind.ANY)
    for _ in range(desk.dice.randint(1, 3)):
        if place := desk.place(tab, *kinds):
            error = desk.dice.choice((CellError("#N/A"), CellError("#REF!"), NO_VALUE))
            desk.type_over(tab, *place[:2], error)


def _merged(desk: Desk) -> None:
    tab = BY_NAME[desk.dice.choice(("Clients", "Steps"))]
    rows = desk.tabs[tab.name]
    at = desk.dice.choice([at for at, c in desk.columns(tab).items() if not c.is_tool])
    top = desk.dice.randint(1, len(rows) - 3)
    bottom = top + desk.dice.randint(1, 2)
    desk.merges.setdefault(tab.name, []).append((top + 1, at + 1, bottom + 1, at + 1))
    for row in range(top + 1, bottom + 1):
        rows[row][at] = None
        if any(value not in {None, ""} for value in rows[row]):
            desk.named.append((tab.name, row, at))


def _odd_text(desk: Desk) -> None:
    """Long text, other scripts and emoji where free text is welcome: nothing is wrong with it."""
    words = (
        "é" * 20_000, "顧客は元気です", "🎂 שלום", "a\n\nb", "=1+1", "\u202eevil", "{{x}}",
    )  # fmt: skip
    for name, heading in (("Clients", "Notes"), ("Steps", "Notes"), ("Notes", "What they said")):
        rows = desk.tabs.get(name, [[]])
        for at, column in desk.columns(BY_NAME[name]).items() if rows[0] else ():
            if column.heading == heading:
                filled = [row for row in rows[1:] if any(row)]
                for row in desk.dice.sample(filled, min(5, len(filled))):
                    row[at] = desk.dice.choice(words)


def _doubled_row(desk: Desk) -> None:
    tab = BY_NAME["Clients"]
    rows = desk.tabs["Clients"]
    row = desk.dice.randrange(1, len(rows))
    at = next((at for at, c in desk.columns(tab).items() if c.heading == "Client ID"), None)
    if at is not None and rows[row][at] not in {None, ""}:
        rows.append([*rows[row]])
        desk.named += [("Clients", row, at), ("Clients", len(rows) - 1, at)]


def _missing_tab(desk: Desk) -> None:
    spare = ("Notes", "Offers", "Messages", "Questions", "Answers", "Segments", "Team", "Time off")
    desk.tabs.pop(desk.dice.choice(spare), None)


def _renamed_tab(desk: Desk) -> None:
    tab = desk.some_tab()
    if tab.aliases:
        desk.titles[tab.name] = desk.dice.choice((tab.name.upper(), f" {tab.aliases[0]}"))


SHAPES: tuple[Callable[[Desk], None], ...] = (
    _missing_tab, _renamed_tab, _title_rows, _blank_rows, _shuffled_columns, _aliases,
    _copied_column,
)  # fmt: skip
SPOILT: tuple[Callable[[Desk], None], ...] = (
    _misspelt_heading, _doubled_heading, _clear_dates, _bad_date, _future_done, _wrong_choice,
    _wrong_name, _not_a_number, _error_cells, _merged, _odd_text, _doubled_row,
)  # fmt: skip
EVERY = (*SHAPES, *SPOILT)


def mangled(
    tabs: dict[str, Grid], seed: int, ways: Sequence[Callable[[Desk], None]] | None = None
) -> Desk:
    """A copy of the workbook, mangled in one to four ways, or in all of `ways`.

    Every way comes up by the seed. What moves cells comes first, so that the addresses of what is
    spoilt hold.
    """
    dice = random.Random(seed)  # noqa: S311 - a test, the same every time
    copy = {name: [[*row] for row in rows] for name, rows in tabs.items()}
    desk = Desk(dice, copy, {name: name for name in copy})
    chosen = {EVERY[seed % len(EVERY)], *dice.sample(EVERY, dice.randint(0, 3))}
    for mangle in EVERY:
        if mangle in (chosen if ways is None else ways):
            mangle(desk)
            desk.done.append(mangle.__name__.strip("_").replace("_", " "))
    return desk
