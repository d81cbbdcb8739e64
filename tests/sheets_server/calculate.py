"""What all cells of a spreadsheet show: formulas evaluated, arrays expanded over blank cells."""

from __future__ import annotations

from tests.sheets_server.arrays import Array, Problem, Value
from tests.sheets_server.book import Cell, Fault, Scalar, Sheet, Spreadsheet
from tests.sheets_server.evaluate import Evaluator, index_of
from tests.sheets_server.parse import tree
from tests.sheets_server.ranges import Area, cell_name, from_json
from tests.sheets_server.tokens import NotAFormula, Reference, decimal_comma

Place = tuple[int, int, int]
"""Sheet id, row and column of a formula."""
CIRCULAR = (
    "Circular dependency detected. To resolve with iterative calculation, see File > Settings."
)


class Calculation:
    """What the cells show at one moment."""

    def __init__(self, book: Spreadsheet) -> None:
        self.book = book
        self.version = book.version
        self.computed: dict[Place, Scalar] = {}
        self.spilled: dict[int, dict[int, dict[int, Scalar]]] = {s.id: {} for s in book.sheets}
        self.busy: set[Place] = set()
        self.formulas: dict[Place, Cell] = {
            (sheet.id, number, column): cell
            for sheet in book.sheets
            for number, row in enumerate(sheet.grid)
            for column, cell in row.items()
            if cell.formula
        }
        self.formula_rows = {(sheet, row) for sheet, row, _ in self.formulas}
        self.arrays: dict[Area, Array] = {}
        self.indexes: dict[Area, dict[tuple[int, object], int]] = {}
        for place in self.formulas:
            self.settle(place)

    def value(self, sheet: Sheet, row: int, column: int) -> Scalar:
        """What a cell shows."""
        cell = sheet.cell(row, column)
        if cell.formula:
            return self.computed[sheet.id, row, column]
        if cell.value is not None:
            return cell.value
        return self.spilled[sheet.id].get(row, {}).get(column)

    def settle(self, place: Place) -> None:
        """Evaluate the formula of a place, unless that was done."""
        if place in self.computed:
            return
        if place in self.busy:
            raise Problem("REF", CIRCULAR)
        self.busy.add(place)
        result = self._result(place)
        self.computed[place] = self._placed(place, result) if isinstance(result, Array) else result
        self.busy.discard(place)

    def _result(self, place: Place) -> Value:
        number, row, column = place
        source = _Source(self, self.book.sheet(number))
        try:
            node = tree(self.formulas[place].formula, self.book.locale)
            result = Evaluator(source, row, column).value(node)
        except NotAFormula:
            return Fault("ERROR", "Formula parse error.")
        except Problem as problem:
            return problem.fault
        if isinstance(result, Array) and not (result.rows and result.rows[0]):
            return Fault("N_A", "The array is empty.")
        return result

    def _placed(self, place: Place, array: Array) -> Scalar:
        """Expand an array from its place; what stands there then, or #REF! where it has no room."""
        number, top, left = place
        sheet = self.book.sheet(number)
        height, width = array.shape
        for word, missing in (
            ("rows", top + height - sheet.rows),
            ("columns", left + width - sheet.columns),
        ):
            if missing > 0:
                words = (
                    f"Result was not automatically expanded, please insert more {word} ({missing})."
                )
                return Fault("REF", words)
        taken = self._taken(sheet, Area(number, top, left, top + height, left + width))
        if taken:
            words = f"Array result was not expanded because it would overwrite data in {taken}."
            return Fault("REF", words)
        spilled = self.spilled[number]
        for down, values in enumerate(array.rows):
            for across, value in enumerate(values):
                if value is not None and (down or across):
                    spilled.setdefault(top + down, {})[left + across] = value
        return array.rows[0][0]

    def _taken(self, sheet: Sheet, area: Area) -> str:
        """The first cell of an area, but its own first one, that holds something."""
        assert area.bottom is not None
        assert area.right is not None
        spilled = self.spilled[sheet.id]
        columns = range(area.left, area.right)
        for row in range(area.top, area.bottom):
            cells = sheet.grid[row] if row < len(sheet.grid) else {}
            more = spilled.get(row, ())
            for column in columns:
                taken = column in more or (column in cells and cells[column].filled)
                if taken and (row, column) != (area.top, area.left):
                    return cell_name(row, column)
        return ""


class _Source:
    """The other cells, as the formula of one cell of a sheet sees them."""

    def __init__(self, whole: Calculation, sheet: Sheet) -> None:
        self.whole, self.sheet = whole, sheet
        self.comma = decimal_comma(whole.book.locale)

    def resolve(self, ref: Reference) -> Area:
        sheet = self.sheet if ref.title is None else self.whole.book.titled(ref.title)
        if sheet is None:
            raise Problem("REF", f"Unresolved sheet name '{ref.title}'.")
        area = Area(sheet.id, ref.area.top, ref.area.left, ref.area.bottom, ref.area.right)
        return self._on(sheet, area)

    def _on(self, sheet: Sheet, area: Area) -> Area:
        cut = area.within(sheet.rows, sheet.columns)
        if cut.rows < 1 or cut.columns < 1:
            raise Problem("REF", "Reference does not exist")
        return cut

    def named(self, name: str) -> Area:
        for one in self.whole.book.named:
            if one["name"].lower() == name.lower():
                area = from_json(one["range"])
                return self._on(self.whole.book.sheet(area.sheet), area)
        raise Problem("NAME", f"Unknown range name: '{name.upper()}'.")

    def array(self, area: Area) -> Array:
        if area not in self.whole.arrays:
            self._settle_in(area)
            self.whole.arrays[area] = Array(shown(self.whole, area))
        return self.whole.arrays[area]

    def lookup(self, area: Area) -> dict[tuple[int, object], int]:
        if area not in self.whole.indexes:
            self.whole.indexes[area] = index_of(self.array(area).rows)
        return self.whole.indexes[area]

    def _settle_in(self, area: Area) -> None:
        """Evaluate first what may show in an area: formulas in it, or above and left of its end."""
        assert area.bottom is not None
        assert area.right is not None
        for place in self.whole.formulas:
            number, row, column = place
            if number != area.sheet or row >= area.bottom or column >= area.right:
                continue
            inside = row >= area.top and column >= area.left
            if inside or place not in self.whole.busy:
                self.whole.settle(place)


def shown(whole: Calculation, area: Area) -> list[list[Scalar]]:
    """The rows of an area as they show."""
    assert area.bottom is not None
    assert area.right is not None
    sheet = whole.book.sheet(area.sheet)
    columns = range(area.left, area.right)
    blank: list[Scalar] = [None] * len(columns)
    spilled = whole.spilled[sheet.id]
    rows: list[list[Scalar]] = []
    for number in range(area.top, area.bottom):
        row = sheet.grid[number] if number < len(sheet.grid) else {}
        more = spilled.get(number)
        if (sheet.id, number) in whole.formula_rows:
            rows.append([whole.value(sheet, number, column) for column in columns])
        elif row or more:
            cells: list[Scalar] = [
                row[column].value if column in row else None for column in columns
            ]
            rows.append(_with_spilled(cells, more, area.left) if more else cells)
        else:
            rows.append(list(blank))
    return rows


def _with_spilled(cells: list[Scalar], spilled: dict[int, Scalar], left: int) -> list[Scalar]:
    for column, value in spilled.items():
        if 0 <= column - left < len(cells):
            cells[column - left] = value
    return cells


def calculated(book: Spreadsheet) -> Calculation:
    """What the cells show now; evaluated anew only where something changed."""
    latest = book.latest
    if not isinstance(latest, Calculation) or latest.version != book.version:
        latest = book.latest = Calculation(book)
    return latest
