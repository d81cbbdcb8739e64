"""What a spreadsheet holds: sheets, their cells as entered, and what lies over them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.sheets_server.errors import bad
from tests.sheets_server.ranges import Area

Json = dict[str, Any]
MAX_CELLS = 10_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """An error in a cell, such as #N/A; `kind` is Google's name of it (N_A, REF, VALUE …)."""

    kind: str
    message: str = ""

    @property
    def text(self) -> str:
        """As the cell shows it."""
        return SHOWN[self.kind]


SHOWN = {
    "ERROR": "#ERROR!",
    "NULL_VALUE": "#NULL!",
    "DIVIDE_BY_ZERO": "#DIV/0!",
    "VALUE": "#VALUE!",
    "REF": "#REF!",
    "NAME": "#NAME?",
    "NUM": "#NUM!",
    "N_A": "#N/A",
}

Scalar = str | float | bool | Fault | None
"""What a cell can show. Numbers are int or float; None is a blank cell."""


class Cell(NamedTuple):
    """A cell as entered, never changed but replaced. `look` is the userEnteredFormat."""

    value: str | float | bool | None = None
    formula: str = ""
    look: Json | None = None
    note: str = ""
    rule: Json | None = None

    @property
    def filled(self) -> bool:
        """Whether a person would say that something stands in it."""
        return bool(self.formula) or self.value is not None

    def with_value(self, value: str | float | bool | None, formula: str = "") -> Cell:
        """The same cell with another content: format, note and dropdown stay."""
        return Cell(value, formula, self.look, self.note, self.rule)


def copied_json(value: Any) -> Any:
    """A copy of JSON, all the way down; several times as fast as `deepcopy`."""
    if isinstance(value, dict):
        return {name: copied_json(one) for name, one in value.items()}
    return [copied_json(one) for one in value] if isinstance(value, list) else value


EMPTY = Cell()
Row = dict[int, Cell]


@dataclass
class Sheet:
    """One tab. `grid` holds the rows that hold anything; rows below are blank."""

    id: int
    title: str
    rows: int = 1000
    columns: int = 26
    grid: list[Row] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    grid_properties: Json = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    protected: list[Json] = field(default_factory=list)
    conditional: list[Json] = field(default_factory=list)
    banded: list[Json] = field(default_factory=list)
    tables: list[Json] = field(default_factory=list)
    filter_views: list[Json] = field(default_factory=list)
    basic_filter: Json | None = None
    metadata: list[Json] = field(default_factory=list)
    line_metadata: list[Json] = field(default_factory=list)
    """Developer metadata of rows and columns."""
    groups: dict[str, list[Json]] = field(default_factory=lambda: {"ROWS": [], "COLUMNS": []})
    sizes: dict[str, dict[int, Json]] = field(default_factory=lambda: {"ROWS": {}, "COLUMNS": {}})

    @property
    def area(self) -> Area:
        """All of its cells."""
        return Area(self.id, 0, 0, self.rows, self.columns)

    def cell(self, row: int, column: int) -> Cell:
        """The cell as entered, blank where nothing was."""
        return self.grid[row].get(column, EMPTY) if row < len(self.grid) else EMPTY

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell; one that is wholly blank leaves no trace."""
        if cell == EMPTY:
            if row < len(self.grid):
                self.grid[row].pop(column, None)
            return
        while len(self.grid) <= row:
            self.grid.append({})
        self.grid[row][column] = cell

    def filled(self) -> Iterator[tuple[int, int, Cell]]:
        """Row, column and cell of all that holds anything, in no certain order of columns."""
        for number, row in enumerate(self.grid):
            for column, cell in row.items():
                yield number, column, cell

    def copied(self) -> Sheet:
        """A copy that changes of this one do not reach; cells are shared, as they never change."""
        twin = copy.copy(self)
        twin.grid = [dict(row) for row in self.grid]
        for name in ("merges",):
            setattr(twin, name, list(getattr(self, name)))
        for name in (
            *("properties", "grid_properties", "protected", "conditional", "banded", "tables"),
            *("filter_views", "basic_filter", "metadata", "line_metadata", "groups", "sizes"),
        ):
            setattr(twin, name, copied_json(getattr(self, name)))
        return twin


@dataclass
class Spreadsheet:
    """A spreadsheet file: its sheets in order, and who may do what with it.

    `people` is role by e-mail address: owner, writer or reader; `anyone` is a role or "".
    `office` marks an .xlsx that was opened in Drive, which the Sheets API refuses.
    """

    id: str
    title: str
    owner: str
    sheets: list[Sheet] = field(default_factory=list)
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    properties: Json = field(default_factory=dict)
    named: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    anyone: str = ""
    office: bool = False
    parent: str = "root"
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))
    version: int = 0
    latest: object = None
    """What `calculate` made last, with the version that it was made of."""

    def sheet(self, number: int) -> Sheet:
        """The sheet of that id.

        Raises:
            ApiError: 400, there is none.
        """
        for sheet in self.sheets:
            if sheet.id == number:
                return sheet
        raise bad(f"No grid with id: {number}")

    def titled(self, title: str) -> Sheet | None:
        """The sheet of that title, whatever its case."""
        wanted = title.lower()
        return next((s for s in self.sheets if s.title.lower() == wanted), None)

    def role(self, email: str) -> str:
        """owner, writer, reader, or "" for somebody with whom it is not shared."""
        if email == self.owner:
            return "owner"
        return self.people.get(email) or self.anyone

    def may_write(self, email: str) -> bool:
        """Whether somebody may edit it at all."""
        return self.role(email) in ("owner", "writer", "fileOrganizer", "organizer")

    def touched(self) -> None:
        """Something changed: note the time; what was calculated is out of date."""
        self.version += 1
        self.modified = datetime.now(UTC)

    def kept(self) -> Spreadsheet:
        """A copy to go back to when a batch fails."""
        twin = copy.copy(self)
        twin.sheets = [sheet.copied() for sheet in self.sheets]
        for name in ("properties", "named", "metadata", "people"):
            setattr(twin, name, copied_json(getattr(self, name)))
        return twin

    def back_to(self, kept: Spreadsheet) -> None:
        """Undo all changes since `kept`."""
        version = self.version
        self.__dict__.update(kept.__dict__)
        self.version = version + 1

    def room_for(self, cells: int) -> None:
        """Refuse to grow beyond Google's ten million cells.

        Raises:
            ApiError: 400, it would.
        """
        if sum(s.rows * s.columns for s in self.sheets) + cells > MAX_CELLS:
            raise bad(
                "This action would increase the number of cells in the workbook above the limit "
                f"of {MAX_CELLS} cells."
            )
