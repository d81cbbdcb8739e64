"""Races: a member of staff is at the sheet before any request of a run.

Every status that is written says whose it is, so a look at the sheet shows whether one stands
against another row. Every cell of the staff's says which row it belongs to, so none can get lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetops.errors import GoogleError
from sheetops.stores.google import GoogleStore, prepare
from sheetops.stores.google.read import contract_tab
from sheetops.workbook import headers as headings
from sheetops.workbook.changes import CellChange, Changes, NewRow, TabLayout
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.raw import CellError, RawTab, Value
from tests.sheets_server.book import Cell
from tests.sheets_server.errors import ApiError
from tests.sheets_server.running import Running
from tests.sheets_server.service import Request
from tests.sheets_server.staff import Staff
from tests.stores.google import making

CLIENTS = ("C1", "C2", "C3", "C4")
STEPS = ("Form", "Call")


def _rows_of(*middle: Value) -> list[list[Value]]:
    return [[key, f"Name {key}", *middle, f"note {key}"] for key in CLIENTS]


def _step_rows() -> list[list[Value]]:
    return [[f"Name {key}", "Form", "", f"step note {key}"] for key in CLIENTS]


TABS: making.Tabs = {
    "Clients": [
        ["Client ID", "Client", "Offer", "Status", "Start date", "Notes", "Flag"],
        *_rows_of("Coaching", "Active", 46336),
    ],
    "Offer steps": [
        ["Offer", "Order", "Step", "Waiting on", "Working days"],
        ["Coaching", 1, "Form", "Client", 3],
        ["Coaching", 2, "Call", "Team", 5],
    ],
    "Steps": [
        ["Client", "Step", "Done", "Notes", "Flag"],
        *_step_rows(),
    ],
    "Follow-ups": [
        ["Decision", "Subject", "Body", "Follow-up ID", "Client", "Outcome"],
        ["Send", "about F1", "body F1", "F1"],
    ],
}
FOLLOW_UPS = ("F1", "F2", "F3")
HEADINGS = ("Client ID", "Client", "Step", "Follow-up ID", "Body", "Flag", "Outcome")
SHOWN = ("Flag", "Outcome")
RENAMED = {"Clients": "Customers", "Steps": "Client steps", "Follow-ups": "Followups"}
COLUMNS = {"Clients": 7, "Steps": 5, "Follow-ups": 6}


@dataclass(frozen=True)
class Act:
    """What staff do, before which request of the run (from 0)."""

    before: int
    kind: str
    tab: str
    one: int
    other: int


def _sort(staff: Staff, tab: str, one: int, other: int) -> None:
    staff.sorts(tab, 1 + one % COLUMNS[tab], down=bool(other % 2))


def _edit(staff: Staff, tab: str, one: int, other: int) -> None:
    column = {"Clients": "BF", "Steps": "CD", "Follow-ups": "AB"}[tab][other % 2]
    staff.types(f"'{tab}'!{column}{2 + one % 4}", ["x", "Hold"][tab == "Follow-ups"])


def _filter(staff: Staff, tab: str, one: int, other: int) -> None:
    staff.filters(tab, 1 + one % COLUMNS[tab], [str(other)])


def _delete_ours(staff: Staff, tab: str, _one: int, _other: int) -> None:
    """Our own hidden tab goes: only the owner of the sheet may."""
    if staff.book.titled(f"_sheetops {tab}"):
        Staff(staff.book, staff.book.owner).deletes_tab(f"_sheetops {tab}")


ACTS: dict[str, Callable[[Staff, str, int, int], None]] = {
    "sort": _sort,
    "insert rows": lambda s, tab, one, other: s.inserts_rows(tab, 2 + one % 5, 1 + other % 3),
    "delete a row": lambda s, tab, one, _: s.deletes_rows(tab, 2 + one % 4),
    "move a row": lambda s, tab, one, other: s.moves_rows(tab, 2 + one % 4, 2 + other % 5),
    "edit": _edit,
    "filter": _filter,
    "insert a column": lambda s, tab, one, _: s.inserts_columns(tab, 1 + one % COLUMNS[tab]),
    "move a column": lambda s, tab, one, other: s.moves_columns(
        tab, 1 + one % 4, 1 + other % COLUMNS[tab]
    ),
    "rename": lambda s, tab, _one, _other: s.renames(tab, RENAMED[tab]),
    "move a tab": lambda s, tab, one, _: s.moves_tab(tab, one % 4),
    "delete a column": lambda s, tab, one, _: s.deletes_columns(tab, 1 + one % COLUMNS[tab]),
    "delete a tab": lambda s, tab, _one, _other: s.deletes_tab(tab),
    "delete ours": _delete_ours,
}
OF_COLUMNS = {"insert a column", "move a column", "delete a column"}
TAKES = {"delete a row", "edit", "delete a column", "delete a tab"}
"""Acts by which staff take something of their own away."""
BREAKS = {"delete a column", "delete a tab", "delete ours"}
"""Acts after which the sheet must be prepared again."""


@dataclass
class Track:
    """A prepared sheet, raced over again and again from the same start."""

    google: Running
    store: GoogleStore = field(init=False)
    staff: Staff = field(init=False)

    def __post_init__(self) -> None:
        self.google.strict = False
        self.book, self.store = making.make(self.google, TABS, rows=14)
        self.staff = Staff(self.book)
        self._keep_few()
        self.start = self.book.kept()
        self._grids: dict[str, tuple[int, list[list[str]]]] = {}
        self._look_up_no_proxy_again()

    def _keep_few(self) -> None:
        """Leave only the formulas that are looked at: the others take most of the time."""
        for tab, columns in COLUMNS.items():
            there = self.book.titled(tab)
            if there is not None and there.columns > columns + 4:
                there.columns = columns + 4
        for sheet in self.book.sheets:
            for row, column, cell in list(sheet.filled()):
                kept = not cell.formula or any(f'"{name}"' in cell.formula for name in SHOWN)
                if not kept or column >= sheet.columns:
                    sheet.put(row, column, Cell())
        self.book.touched()

    def _look_up_no_proxy_again(self) -> None:
        """Take the proxy from the environment once, and not for each of ten thousand requests."""
        session = self.store.client.session
        session.proxies = {"https": self.google.proxy}
        session.verify = str(self.google.ca_file)
        session.trust_env = False

    def race(self, acts: Sequence[Act]) -> list[str]:
        """One run with staff at it and one without; what was wrong, in words."""
        self.book.back_to(self.start.kept())
        self.google.no_hooks()
        self._lost: Counter[str] = Counter()
        met = _Hook(self, acts)
        self.google.before_request(met)
        told = ""
        try:
            run(self.store)
        except GoogleError as error:
            told = str(error)
        self.google.no_hooks()
        for act in met.left():  # what was to come later comes before the quiet run
            self.act(act)
        wrong = [f"raced: {one}" for one in self._strangers()]
        run(self.store)
        if any(act.kind in BREAKS for act in acts):
            wrong += [f"quiet: {one}" for one in self._strangers()]
            prepare.prepare(self.store, small=True, rows=14)
            self._keep_few()
            run(self.store)
        missing = list(self._missing(acts, told))
        if missing:
            run(self.store)  # of names that came to be shared, or no more
            missing = list(self._missing(acts, told))
        wrong += [f"quiet: {one}" for one in (*self._strangers(), *missing)]
        if told and any(act.kind == "delete ours" for act in acts):
            return wrong  # what was noted of rows that came astray may be gone with our tab
        return [*wrong, *self._misread(told)]

    def act(self, act: Act) -> None:
        """Let staff do something; what the sheet does not let them, they leave."""
        takes = act.kind in TAKES
        before = Counter(self._cells(act.tab)) if takes else Counter[str]()
        try:  # a batch that is refused has done nothing
            if self.book.titled(act.tab):
                ACTS[act.kind](self.staff, act.tab, act.one, act.other)
        except ApiError:
            return
        if takes:
            self._lost += before - Counter(self._cells(act.tab))

    def _grid(self, tab: str) -> list[list[str]]:
        title = next((one for one in (tab, RENAMED[tab]) if self.book.titled(one)), "")
        if not title:
            return []
        version, grid = self._grids.get(tab, (-1, []))
        if version != self.book.version:
            version, grid = self.book.version, self.staff.reads(f"'{title}'")
            self._grids[tab] = version, grid
        return grid

    def _cells(self, tab: str) -> Iterator[str]:
        """The notes and texts of staff's, each of which is there once."""
        for row in self._grid(tab)[1:]:
            yield from filter(_is_kept, row)

    def _rows(self, tab: str) -> Iterator[dict[str, str]]:
        head, *rows = self._grid(tab) or [[]]
        for row in rows:
            found = dict(zip(head, [*row, *[""] * len(head)], strict=False))
            yield dict.fromkeys(HEADINGS, "") | found

    def _strangers(self) -> Iterator[str]:
        """Statuses that stand against another row."""
        for row in self._rows("Clients"):
            mine = row["Client ID"] or row["Client"].removeprefix("Name ")
            yield from _not_of(row, mine, "Flag")
        for row in self._rows("Steps"):
            yield from _not_of(row, f"{row['Client']}/{row['Step']}", "Flag")
        for row in self._rows("Follow-ups"):
            yield from _not_of(row, row["Follow-up ID"], "Outcome")

    def _misread(self, told: str) -> Iterator[str]:
        """Texts that a later run would take for another's, or for what they are not."""
        raw = self.store.read()
        for grid in raw.tabs.values():
            if _ours(grid.name) != "Follow-ups":
                continue
            table = _Table("Follow-ups", grid)
            for key in table.rows:
                mine, body = table.cell(key, "Follow-up ID"), table.cell(key, "Body")
                if mine in FOLLOW_UPS and body not in {
                    f"body {mine}",
                    "Hold",
                    None,
                    CellError("#MOVED!"),
                }:
                    yield f"{mine} reads {body} ({told})"
        shown = {row["Follow-up ID"]: row["Body"] for row in self._rows("Follow-ups")}
        for mine in FOLLOW_UPS:
            if "about" in shown.get(mine, "") and not raw.troubles:
                yield f"{mine} shows {shown[mine]}, and nobody says so ({told})"

    def _missing(self, acts: Sequence[Act], told: str) -> Iterator[str]:
        """What is not right after the quiet run; and what of the staff's got lost."""
        for row in self._rows("Clients"):
            if row["Client ID"] and not row["Flag"]:
                yield f"{row['Client ID']} shows no flag"
        if any(act.kind == "delete a column" for act in acts):
            return  # a row without its key is nobody's any more
        steps = Counter((row["Client"], row["Step"]) for row in self._rows("Steps"))
        names = {row["Client"] for row in self._rows("Clients")} - {"", "x"}
        wanted = ((name, step) for name in names for step in STEPS)
        yield from (f"{pair} is missing" for pair in wanted if not steps[pair])
        if not any(act.kind in OF_COLUMNS for act in acts):
            yield from (f"{one} stands twice" for one, n in steps.items() if n > 1 and one[0])
            listed = Counter(row["Follow-up ID"] for row in self._rows("Follow-ups"))
            wanted_ids = FOLLOW_UPS[1:] if self._grid("Follow-ups") else ()
            yield from (f"{one}: {listed[one]} times" for one in wanted_ids if listed[one] != 1)
        every = Counter(cell for tab in COLUMNS for cell in self._cells(tab)) + self._lost
        kept = (str(cell) for tab in COLUMNS for row in TABS[tab][1:] for cell in row)
        yield from (f"lost: {one} ({told})" for one in kept if _is_kept(one) and not every[one])


def _is_kept(text: str) -> bool:
    """Whether a text is the staff's own, which is there once."""
    return text.startswith(("note ", "step note ", "body "))


def _not_of(row: dict[str, str], mine: str, *headings: str) -> Iterator[str]:
    """Statuses of a row that are not its own."""
    for heading in headings:
        if row[heading] not in {"", "#REF!", f"{heading} {mine}"}:
            yield f"{mine} shows {row[heading]}"


class _Hook:
    """Plays the acts, each before its request."""

    def __init__(self, track: Track, acts: Sequence[Act]) -> None:
        self.track, self.acts, self.count = track, sorted(acts, key=lambda act: act.before), 0

    def __call__(self, _request: Request) -> None:
        while self.acts and self.acts[0].before <= self.count:
            self.track.act(self.acts.pop(0))
        self.count += 1

    def left(self) -> list[Act]:
        """Those whose request never came."""
        return self.acts


def run(store: GoogleStore) -> None:
    """Read, decide what every row shall say of itself and which are missing, write."""
    raw = store.read()
    tables = {tab: _Table(tab, grid) for grid in raw.tabs.values() if (tab := _ours(grid.name))}
    cells = [cell for table in tables.values() for cell in table.own_words()]
    rows = [*_missing_steps(tables), *_missing_follow_ups(tables)]
    layout = {name: table.layout for name, table in tables.items()}
    store.write(Changes(cells, rows, layout, raw.fingerprint))


def _ours(title: str) -> str:
    tab = contract_tab(title)
    return tab.name if tab is not None and tab.name in COLUMNS else ""


class _Table:
    """One tab as it was read. A row's key is its number, as nothing but the store looks at it."""

    def __init__(self, tab: str, raw: RawTab) -> None:
        found = headings.find(BY_NAME[tab], raw)
        self.tab, self.columns = tab, found.columns
        self.rows = {str(at): row for at, row in enumerate(raw.rows[found.row :], found.row + 1)}
        places = {key: int(key) for key in self.rows}
        self.layout = TabLayout(raw.name, found.row, found.columns, places)

    def cell(self, key: str, heading: str) -> Value:
        row, at = self.rows[key], self.columns.get(heading, 0)
        return row[at - 1] if 0 < at <= len(row) else None

    def column(self, heading: str) -> list[str]:
        return [str(self.cell(key, heading) or "") for key in self.rows]

    def own_words(self) -> Iterator[CellChange]:
        """Let every row say whose status it is; one that is nobody's, or two's, nothing."""
        heading = "Outcome" if self.tab == "Follow-ups" else "Flag"
        if heading not in self.columns:
            return
        names = [self._name(key) for key in self.rows]
        for key, name in zip(self.rows, names, strict=True):
            new = f"{heading} {name}" if name and names.count(name) == 1 else None
            if self.cell(key, heading) != new:
                yield CellChange(self.tab, key, heading, self.cell(key, heading), new)

    def _name(self, key: str) -> str:
        if self.tab == "Steps":
            name = f"{self.cell(key, 'Client') or ''}/{self.cell(key, 'Step') or ''}"
            return "" if name == "/" else name
        if self.tab == "Clients":
            name = str(self.cell(key, "Client") or "").removeprefix("Name ")
            return str(self.cell(key, "Client ID") or name)
        return str(self.cell(key, "Follow-up ID") or "")


def _missing_steps(tables: Mapping[str, _Table]) -> Iterator[NewRow]:
    steps = tables.get("Steps")
    if steps is None or "Clients" not in tables or not {"Client", "Step"} <= steps.columns.keys():
        return
    there = set(zip(steps.column("Client"), steps.column("Step"), strict=True))
    names = [name for name in tables["Clients"].column("Client") if name not in {"", "x"}]
    for name, step in ((name, step) for name in names for step in STEPS):
        if (name, step) not in there:
            values = {"Client": name, "Step": step, "Flag": f"Flag {name}/{step}"}
            yield NewRow("Steps", f"{name}/{step}", values)


def _missing_follow_ups(tables: Mapping[str, _Table]) -> Iterator[NewRow]:
    if "Follow-ups" not in tables or "Follow-up ID" not in tables["Follow-ups"].columns:
        return
    listed = tables["Follow-ups"].column("Follow-up ID")
    for one in FOLLOW_UPS[1:]:
        if one not in listed:
            values = {"Subject": f"about {one}", "Body": f"body {one}", "Follow-up ID": one}
            yield NewRow("Follow-ups", one, {**values, "Outcome": f"Outcome {one}"})
