"""A workbook seen through its mapping: their tabs as the contract's.

Context: the whole house reads tabs and headings by the contract, and a tracker that nobody made for
us has neither. Decision: what a store has read is put into the form of the contract before anything
sees it: headings renamed, totals cut off, words put into ours, and tabs that are missing made from
those that are (the steps of a wide sheet, the path of its columns). Consequence: no system knows of
mappings; real cells keep their places, so that what is written goes where it belongs, and made tabs
have no tool columns, so that nothing is ever written to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import replace

from sheetops.adopt.detect.roles import stand_once
from sheetops.adopt.detect.wide import names_of
from sheetops.adopt.language import dates, status_words
from sheetops.adopt.language.headings import STATUS_OF_STEP, plain
from sheetops.adopt.locate import Found, Locator
from sheetops.adopt.translate import translated
from sheetops.workbook.contract import BY_NAME
from sheetops.workbook.headers import find, tab_called
from sheetops.workbook.mapping import Mapping, StepColumns, sheet_of
from sheetops.workbook.raw import RawBook, RawTab, Trouble, Value, address

Row = dict[str, Value]
Origin = tuple[int, int]


def seen(raw: RawBook, mapping: Mapping) -> RawBook:
    """The workbook as the contract's: every table with a role, and what can be made from them.

    A table whose headings are gone is left out, and is then missing like any other tab.
    """
    if not mapping:
        return raw
    ours = {title: tab for title, tab in raw.tabs.items() if title not in mapping.tabs}
    known = {name for key in mapping.tabs for name in (key, sheet_of(key))}
    others = tuple(title for title in raw.other_tabs if title not in known)
    path = next((title for title in ours if tab_called(title) == "Offer steps"), "")
    if path:  # declared by hand, before the sheet was adopted or since
        ours[path] = _of_one_offer(ours[path], mapping.offer)
    reader = _Reader(raw, mapping, has_path=bool(path))
    tabs = {**ours, **reader.tabs()}
    return replace(
        raw, tabs=tabs, other_tabs=others, fills_ids=False,
        troubles=(*raw.troubles, *reader.troubles),
    )  # fmt: skip


class _Reader:
    """Puts the tables of one workbook into the contract's form."""

    def __init__(self, raw: RawBook, mapping: Mapping, *, has_path: bool) -> None:
        self.mapping = mapping
        self.has_path = has_path
        locator = Locator(raw, mapping)
        self.found = {table.role: table for table in locator.tables()}
        self.troubles = locator.troubles

    def tabs(self) -> dict[str, RawTab]:
        tabs: dict[str, RawTab] = {}
        clients = self.found.get("Clients")
        for role, table in self.found.items():
            if role not in {"Clients", "Steps"}:
                tabs[table.key] = self._renamed(table, self._rows(table))
        if clients is not None and self.mapping.steps.get(clients.key):
            tabs |= self._wide(clients)
        else:
            tabs |= self._long(clients, self.found.get("Steps"))
        if "Offer steps" not in self.found and not self.has_path:
            tabs |= self._path(tabs)
            self._unsaid()
        elif "Offer steps" in self.found and "Offer" not in self.found["Offer steps"].columns:
            tabs |= self._path_for_all(tabs)
        return {f"{tab.name} as {tab.role}": tab for tab in tabs.values()}

    def _unsaid(self) -> None:
        """A problem for each tab in which nothing says whom its steps wait on."""
        clients, steps = self.found.get("Clients"), self.found.get("Steps")
        step_columns = self.mapping.steps.get(clients.key, {}) if clients is not None else {}
        silent = [f'"{step}"' for step, columns in step_columns.items() if not columns.waiting_on]
        if clients is not None and silent:
            what = f"nothing says whom {', '.join(silent)} wait on."
            mend = "Run sheetops adopt again and answer, or say it in sheetops.toml (waiting_on)."
            self.troubles.append(Trouble(clients.region.sheet, "", what, mend))
        elif steps is not None and "Waiting on" not in steps.columns:
            what = "nothing says whom its steps wait on."
            mend = 'Add a column "Waiting on" (Client, Team or Third party), and adopt again.'
            self.troubles.append(Trouble(steps.region.sheet, "", what, mend))

    # -- tables of theirs ---------------------------------------------------------------------

    def _rows(self, table: Found) -> dict[int, Row]:
        """Their rows by our headings, in our words."""
        grid = table.region.grid
        words, order = self.mapping.words, self.mapping.dates
        rows: dict[int, Row] = {}
        fills = table.role == "Steps" and self._stand_once(table)
        name_above: Value = None
        for at in table.region.rows:
            row: Row = {}
            for ours, places in table.columns.items():
                column = BY_NAME[table.role].by_heading.get(ours)
                values = [grid.value(at, place) for place in places]
                if ours == "Client" and table.role == "Steps":
                    values = [grid.shown(at, places[0])]  # merged over the rows of a client
                value = values[0] if len(values) == 1 else _joined(values)
                row[ours] = translated(column, value, words, order) if column else value
            if fills:
                name_above = row["Client"] = row.get("Client") or name_above
            rows[at] = row
        return rows

    @staticmethod
    def _stand_once(table: Found) -> bool:
        """Whether a client's name stands only in the first of the client's rows."""
        name = next(n for n, at in table.region.columns.items() if at == table.columns["Client"][0])
        return stand_once(table.region, name)

    def _renamed(self, table: Found, rows: Map[int, Row], needed: Sequence[str] = ()) -> RawTab:
        """The table under our headings: every column stays where it stands. Those of `needed` for
        which there is no column stand beyond the last."""
        raw = table.region.grid.raw
        end = table.region.grid.last_column
        known = BY_NAME[table.role].by_heading
        at = {ours: places[-1] for ours, places in table.columns.items() if ours in known}
        absent = (ours for ours in needed if ours not in table.columns)
        at |= {ours: end + number for number, ours in enumerate(absent, 1)}
        width = max(at.values(), default=end)
        grid: list[list[Value]] = [[None] * width]
        for ours, column in at.items():
            grid[0][column - 1] = ours
        first = table.region.row
        for sheet_row in range(first + 1, max(rows, default=first) + 1):
            line: list[Value] = [None] * width
            for ours, value in rows.get(sheet_row, {}).items():
                if ours in at:
                    line[at[ours] - 1] = value
            grid.append(line)
        return replace(raw, rows=grid, first_row=first, first_column=1, merges=(), role=table.role)

    # -- the wide shape -----------------------------------------------------------------------

    def _wide(self, table: Found) -> dict[str, RawTab]:
        steps = self._in_order(table)
        rows = self._rows(table)
        step_rows: list[tuple[Row, Origin]] = []
        for at, row in rows.items():
            of_client = list(self._steps_of(table, at, row, steps))
            step_rows += of_client
            self._complete(row, [step for step, _ in of_client])
        clients = self._renamed(table, rows, _COMPLETED)
        headings = ("Client", "Step", "Waiting on", "Owner", "Due", "Done")
        return {"Clients": clients, "Steps": _made("Steps", table, headings, step_rows)}

    def _in_order(self, table: Found) -> list[tuple[str, StepColumns]]:
        """The steps whose columns are there, in the order of the sheet."""
        at = table.region.columns
        steps = self.mapping.steps[table.key]
        placed = [(step, place) for step, place in steps.items() if place.done in at]
        return sorted(placed, key=lambda step: at[step[1].done])

    def _steps_of(
        self, table: Found, at: int, row: Row, steps: Sequence[tuple[str, StepColumns]]
    ) -> Iterator[tuple[Row, Origin]]:
        """The steps of the client in a row: each column, but for those that are not needed."""
        columns = table.region.columns
        name = row.get("Client ID") or row.get("Client")
        if name is None:
            return
        for step, place in steps:
            cells = {
                name: table.region.grid.value(at, columns[name])
                for name in names_of(place)
                if name in columns
            }
            words = {**self.mapping.words.get("Done", {}), **self.mapping.words.get(step, {})}
            done, party = self._done(cells.get(place.done), cells.get(place.mark), words)
            if party == status_words.NOT_NEEDED:
                continue
            due = dates.read(cells.get(place.due), self.mapping.dates)
            row_of_step: Row = {
                "Client": name, "Step": step, "Waiting on": party or None,
                "Owner": cells.get(place.owner), "Due": due, "Done": done,
            }  # fmt: skip
            yield row_of_step, (at, columns[place.done])

    def _done(self, cell: Value, mark: Value, words: Map[str, str]) -> tuple[Value, str]:
        """When a step was done (or a tick), and whom it waits on where the mark says that.

        What is not understood stays as it is: the contract then says that it is no date or tick.
        """
        day = dates.read(cell, self.mapping.dates)
        if not isinstance(day, str | bool | int | float) and day is not None:
            return day, ""
        said = mark if day is None and mark is not None else day
        meaning = status_words.mark_of(said, words)
        if meaning == status_words.DONE:
            return True, ""
        if meaning in {status_words.CLIENT, status_words.TEAM, status_words.NOT_NEEDED}:
            return None, meaning
        return (None if meaning == status_words.OPEN or said is None else said), ""

    def _complete(self, row: Row, steps: Sequence[Row]) -> None:
        """What a sheet without the column says of a client all the same."""
        if row.get("Offer") is None:
            row["Offer"] = self.mapping.offer
        if "Status" not in self.found["Clients"].columns and row.get("Client") is not None:
            is_open = any(step["Done"] is None for step in steps) or not steps
            row["Status"] = "Active" if is_open else "Finished"

    # -- the long shape -----------------------------------------------------------------------

    def _long(self, clients: Found | None, steps: Found | None) -> dict[str, RawTab]:
        tabs: dict[str, RawTab] = {}
        step_rows: dict[int, Row] = {}
        if steps is not None:
            step_rows = dict(self._step_rows(steps))
            tabs["Steps"] = self._renamed(steps, step_rows, ("Waiting on", "Done"))
        by_client: dict[str, list[tuple[int, Row]]] = {}
        for at, row in step_rows.items():
            by_client.setdefault(plain(str(row.get("Client") or "")), []).append((at, row))
        if clients is not None:
            rows = self._rows(clients)
            for row in rows.values():
                of_client = by_client.get(plain(str(row.get("Client"))), [])
                self._complete(row, [step for _, step in of_client])
            renamed = self._renamed(clients, rows, _COMPLETED)
            tabs["Clients"] = replace(renamed, statuses=_words_of(clients, "Status"))
        elif steps is not None:
            tabs["Clients"] = self._clients_from(steps, by_client)
        if steps is None and clients is not None:
            tabs["Steps"] = _made("Steps", clients, ("Client", "Step", "Done"), [])
        return tabs

    def _step_rows(self, table: Found) -> Iterator[tuple[int, Row]]:
        words = self.mapping.words.get("Done", {})
        grid = table.region.grid
        places = table.columns.get("Done", ())
        status = table.columns.get(STATUS_OF_STEP, ())
        for at, row in self._rows(table).items():
            cell = grid.value(at, places[0]) if places else None
            mark = grid.value(at, status[0]) if status else None
            done, party = self._done(cell, mark, words)
            if party == status_words.NOT_NEEDED:
                continue
            row["Done"] = done
            if party and row.get("Waiting on") is None:
                row["Waiting on"] = party
            yield at, row

    def _clients_from(self, table: Found, by_client: Map[str, Sequence[tuple[int, Row]]]) -> RawTab:
        """Clients that only their steps name: they began with the first of them."""
        clients: list[tuple[Row, Origin]] = []
        for steps in by_client.values():
            at, first = steps[0]
            if first.get("Client") is None:
                continue
            starts = [row["Started"] for _, row in steps if _is_day(row.get("Started"))]
            is_open = any(row["Done"] is None for _, row in steps)
            clients.append((
                {"Client": first["Client"], "Offer": self.mapping.offer,
                 "Status": "Active" if is_open else "Finished",
                 "Start date": min(map(str, starts), default=None)},
                (at, table.columns["Client"][0]),
            ))  # fmt: skip
        return _made("Clients", table, ("Client", "Offer", "Status", "Start date"), clients)

    # -- the path -----------------------------------------------------------------------------

    def _path(self, tabs: Map[str, RawTab]) -> dict[str, RawTab]:
        """The path of each offer: the columns of a wide sheet in their order, or the steps that
        several clients have, in the order in which they first stand there."""
        clients = self.found.get("Clients")
        source = clients or self.found.get("Steps")
        if source is None:
            return {}
        if clients is not None and self.mapping.steps.get(clients.key):
            steps = [
                (step, place, (source.region.row, source.region.columns[place.done]))
                for step, place in self._in_order(clients)
            ]
        else:
            steps = self._repeated(tabs.get("Steps"))
        offers = _offers_of(tabs["Clients"]) or [self.mapping.offer]
        rows: list[tuple[Row, Origin]] = [
            (
                {
                    "Offer": offer,
                    "Order": order,
                    "Step": step,
                    "Waiting on": place.waiting_on or None,
                    "Working days": place.days,
                },
                origin,
            )
            for offer in offers
            for order, (step, place, origin) in enumerate(steps, 1)
        ]
        return {"Offer steps": _made("Offer steps", source, _PATH, rows)}

    def _repeated(self, steps: RawTab | None) -> list[tuple[str, StepColumns, Origin]]:
        """The steps that more than one client has, if most steps are such."""
        if steps is None:
            return []
        heads = list(steps.rows[0])
        client, step = heads.index("Client"), heads.index("Step")
        by_step: dict[str, set[str]] = {}
        first: dict[str, tuple[str, Origin]] = {}
        for at, row in enumerate(steps.rows[1:], steps.first_row + 1):
            if row[step] is None:
                continue
            name = plain(str(row[step]))
            by_step.setdefault(name, set()).add(str(row[client]))
            first.setdefault(name, (str(row[step]).strip(), (at, step + steps.first_column)))
        repeated = [name for name, clients in by_step.items() if len(clients) > 1]
        if 2 * len(repeated) < len(by_step):
            return []
        return [(first[name][0], StepColumns(""), first[name][1]) for name in repeated]

    def _path_for_all(self, tabs: Map[str, RawTab]) -> dict[str, RawTab]:
        """A path that names no offer is that of every offer."""
        table = self.found["Offer steps"]
        offers = _offers_of(tabs["Clients"]) if "Clients" in tabs else []
        rows: list[tuple[Row, Origin]] = []
        for offer in offers or [self.mapping.offer]:
            for order, (at, row) in enumerate(self._rows(table).items(), 1):
                origin = (at, table.columns.get("Step", (1,))[0])
                rows.append(({"Order": order, **row, "Offer": offer}, origin))
        return {table.key: _made("Offer steps", table, (*_PATH, "Owner"), rows)}


def _of_one_offer(path: RawTab, offer: str) -> RawTab:
    """A declared path; where it leaves the offer blank, it is that of the sheet's one offer."""
    headings = find(BY_NAME["Offer steps"], path)
    at, step = (headings.columns.get(name, 0) - path.first_column for name in ("Offer", "Step"))
    if at < 0 or step < 0:
        return path
    rows = [list(row) for row in path.rows]
    for row in rows[headings.row - path.first_row + 1 :]:
        if len(row) > max(at, step) and row[step] is not None and row[at] is None:
            row[at] = offer
    return replace(path, rows=rows)


_PATH = ("Offer", "Order", "Step", "Waiting on", "Working days")
_COMPLETED = ("Offer", "Status", "Start date")
"""What is said of every client, whether the sheet has a column for it or not."""


def _words_of(table: Found, heading: str) -> dict[int, str]:
    """By row, what staff have typed under the heading of theirs that is ours."""
    grid, places = table.region.grid, table.columns.get(heading, ())
    typed = {at: _joined([grid.value(at, place) for place in places]) for at in table.region.rows}
    return {at: str(words) for at, words in typed.items() if words is not None}


def _joined(values: Sequence[Value]) -> Value:
    return " ".join(str(value).strip() for value in values if value is not None) or None


def _is_day(value: Value) -> bool:
    return value is not None and not isinstance(value, str | bool | int | float)


def _offers_of(clients: RawTab) -> list[str]:
    """The offers that clients have, each once, as the first client has it."""
    heads = list(clients.rows[0])
    if "Offer" not in heads:
        return []
    at = heads.index("Offer")
    named: dict[str, str] = {}
    for row in clients.rows[1:]:
        if row[at] is not None:
            named.setdefault(plain(str(row[at])), str(row[at]).strip())
    return list(named.values())


def _made(
    role: str, source: Found, headings: Sequence[str], rows: Sequence[tuple[Row, Origin]]
) -> RawTab:
    """A tab that is made from another, and where each of its rows comes from."""
    lines: list[list[Value]] = [list(headings)]
    lines += [[row.get(heading) for heading in headings] for row, _ in rows]
    origins = {at: address(*origin) for at, (_, origin) in enumerate(rows, 2)}
    return RawTab(source.region.sheet, lines, role=role, origins=origins)
