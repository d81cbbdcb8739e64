"""What a formula gives: its tree walked, with ARRAYFORMULA taking whole columns at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tests.sheets_server.arrays import (
    Array,
    Problem,
    Value,
    as_number,
    as_truth,
    first_of,
    guarded,
    plain_number,
    rows_of,
    spread,
)
from tests.sheets_server.book import Fault, Scalar
from tests.sheets_server.functions import (
    NOT_AVAILABLE,
    WHOLE,
    compare,
    each,
    operate,
    rank,
    whole,
    wildcard,
)
from tests.sheets_server.parse import Braces, Call, Cells, Constant, Name, Node, Sign
from tests.sheets_server.ranges import Area
from tests.sheets_server.tokens import Reference
from tests.sheets_server.words import ASKING, EACH


class Source(Protocol):
    """Where a formula finds other cells. `comma`: numbers turn into text with a decimal comma."""

    comma: bool

    def resolve(self, ref: Reference) -> Area:
        """The area, with its ends; Problem where the sheet is gone."""
        ...

    def named(self, name: str) -> Area:
        """The area of a named range; Problem where there is none."""
        ...

    def array(self, area: Area) -> Array:
        """What the cells show."""
        ...

    def lookup(self, area: Area) -> dict[tuple[int, object], int]:
        """Row number in the area by `rank` of its first column, first ones win."""
        ...


class Evaluator:
    """Evaluates the formula of one cell."""

    def __init__(self, source: Source, row: int, column: int) -> None:
        self.source, self.row, self.column = source, row, column
        self.special: dict[str, Callable[[tuple[Node, ...], bool], Value]] = {
            "ARRAYFORMULA": lambda nodes, _many: self.value(nodes[0], many=True),
            "IF": self._if,
            "IFS": self._ifs,
            "IFERROR": self._if_error,
            "IFNA": self._if_na,
            "ROW": self._row,
            "COLUMN": self._column,
            "ROWS": lambda nodes, _many: self.area(nodes[0]).rows,
            "COLUMNS": lambda nodes, _many: self.area(nodes[0]).columns,
            "VLOOKUP": self._vlookup,
            "XLOOKUP": self._xlookup,
            "SUMPRODUCT": self._sumproduct,
            "HYPERLINK": lambda nodes, many: self.value(nodes[-1], many),
        }

    def value(self, node: Node, many: bool = False) -> Value:
        """What a node gives; in `many` mode whole ranges, else the cell beside."""
        match node:
            case Constant(constant):
                return constant
            case Cells() | Name():
                return self._cells(self.area(node), many)
            case Braces(rows):
                made = [[first_of(self.value(one, many)) for one in row] for row in rows]
                return Array(made)
            case Sign():
                return self._sign(node, many)
            case Call():
                return self._call(node, many)

    def area(self, node: Node) -> Area:
        """The cells that a node refers to."""
        match node:
            case Cells(ref):
                return self.source.resolve(ref)
            case Name(name):
                return self.source.named(name)
        raise Problem("N_A", "Argument must be a range.")

    def _cells(self, area: Area, many: bool) -> Value:
        if not many and (area.rows > 1 or area.columns > 1):
            area = self._beside(area)
        array = self.source.array(area)
        return first_of(array) if array.shape == (1, 1) else array

    def _beside(self, area: Area) -> Area:
        """The one cell of a range in the formula's own row or column."""
        row, column = area.top, area.left
        if area.columns == 1 and area.bottom and area.top <= self.row < area.bottom:
            row = self.row
        elif area.rows == 1 and area.right and area.left <= self.column < area.right:
            column = self.column
        else:
            raise Problem("VALUE", "An array value could not be found.")
        return Area(area.sheet, row, column, row + 1, column + 1)

    def _sign(self, node: Sign, many: bool) -> Value:
        if node.right is None and node.left is not None:
            return spread(guarded(lambda v: whole(as_number(v) / 100)), self.value(node.left, many))
        assert node.right is not None
        right = self.value(node.right, many)
        if node.left is None:
            factor = -1 if node.sign == "-" else 1
            return spread(guarded(lambda v: as_number(v) * factor), right)
        sign = node.sign
        left = self.value(node.left, many)
        if sign == "&" and self.source.comma:
            left, right = spread(_with_comma, left), spread(_with_comma, right)
        return spread(guarded(lambda a, b: operate(sign, a, b)), left, right)

    def _call(self, node: Call, many: bool) -> Value:
        try:
            return self._function(node, many)
        except Problem as problem:
            return problem.fault
        except (TypeError, IndexError):
            return Fault("N_A", f"Wrong number of arguments to {node.name}.")
        except (OverflowError, ValueError) as error:
            return Fault("NUM", str(error))

    def _function(self, node: Call, many: bool) -> Value:
        if node.name in self.special:
            return self.special[node.name](node.arguments, many)
        if node.name in WHOLE:
            return WHOLE[node.name](*(self.value(one, many=True) for one in node.arguments))
        values = [self.value(one, many) for one in node.arguments]
        if node.name in EACH:
            return spread(guarded(EACH[node.name]), *values)
        if node.name in ASKING:
            return spread(ASKING[node.name], *values)
        raise Problem("NAME", f"Unknown function: '{node.name}'.")

    def _if(self, nodes: tuple[Node, ...], many: bool) -> Value:
        condition = self.value(nodes[0], many)
        if not isinstance(condition, Array):
            if isinstance(condition, Fault):
                return condition
            chosen = 1 if as_truth(condition) else 2
            return self.value(nodes[chosen], many) if chosen < len(nodes) else False
        yes = self.value(nodes[1], many)
        no: Value = self.value(nodes[2], many) if len(nodes) > 2 else False
        return spread(guarded(_chosen), condition, yes, no)

    def _ifs(self, nodes: tuple[Node, ...], many: bool) -> Value:
        result: Value = NOT_AVAILABLE
        for condition, then in reversed(list(zip(nodes[::2], nodes[1::2], strict=True))):
            tested, given = self.value(condition, many), self.value(then, many)
            result = spread(guarded(_chosen), tested, given, result)
        return result

    def _if_error(self, nodes: tuple[Node, ...], many: bool) -> Value:
        other = self.value(nodes[1], many) if len(nodes) > 1 else None
        return spread(
            lambda v, o: o if isinstance(v, Fault) else v, self.value(nodes[0], many), other
        )

    def _if_na(self, nodes: tuple[Node, ...], many: bool) -> Value:
        other = self.value(nodes[1], many) if len(nodes) > 1 else None
        value = self.value(nodes[0], many)
        return spread(
            lambda v, o: o if isinstance(v, Fault) and v.kind == "N_A" else v, value, other
        )

    def _row(self, nodes: tuple[Node, ...], many: bool) -> Value:
        if not nodes:
            return self.row + 1
        area = self.area(nodes[0])
        if not many or area.rows == 1:
            return area.top + 1
        return Array([[row + 1] for row in range(area.top, area.top + area.rows)])

    def _column(self, nodes: tuple[Node, ...], many: bool) -> Value:
        if not nodes:
            return self.column + 1
        area = self.area(nodes[0])
        if not many or area.columns == 1:
            return area.left + 1
        return Array([[column + 1 for column in range(area.left, area.left + area.columns)]])

    def _vlookup(self, nodes: tuple[Node, ...], many: bool) -> Value:
        keys, number = self.value(nodes[0], many), self.value(nodes[2], many)
        approximate = as_truth(first_of(self.value(nodes[3]))) if len(nodes) > 3 else True
        if isinstance(nodes[1], Cells | Name):
            area = self.area(nodes[1])
            table, index = self.source.array(area).rows, self.source.lookup(area)
        else:
            table = rows_of(self.value(nodes[1], many=True))
            index = index_of(table)
        find = _below(table) if approximate else _exactly(table, index)

        def one(key: Scalar, column: Scalar) -> Scalar:
            across = int(as_number(column))
            if across < 1 or across > len(table[0]):
                raise Problem(
                    "REF" if across > 0 else "VALUE", "VLOOKUP evaluates to an out of bounds range."
                )
            row = find(key)
            return NOT_AVAILABLE if row is None else table[row][across - 1]

        return spread(guarded(one), keys, number)

    def _xlookup(self, nodes: tuple[Node, ...], many: bool) -> Value:
        keys = self.value(nodes[0], many)
        table = rows_of(self.value(nodes[1], many=True))
        given = rows_of(self.value(nodes[2], many=True))
        missing: Scalar = first_of(self.value(nodes[3])) if len(nodes) > 3 else NOT_AVAILABLE
        find = _exactly(table, index_of(table))

        def one(key: Scalar) -> Scalar:
            row = find(key)
            return missing if row is None else given[row][0]

        return spread(guarded(one), keys)

    def _sumproduct(self, nodes: tuple[Node, ...], _many: bool) -> Value:
        columns = [list(each((self.value(node, many=True),))) for node in nodes]
        total: float = 0
        for cells in zip(*columns, strict=True):
            product: float = 1
            for cell in cells:
                product *= 0 if isinstance(cell, str) else as_number(cell)
            total += product
        return whole(total)


def _with_comma(value: Scalar) -> Scalar:
    """A number with decimals as `&` takes it where these have a comma."""
    return plain_number(value).replace(".", ",") if isinstance(value, float) else value


def _chosen(condition: Scalar, yes: Scalar, no: Scalar) -> Scalar:
    if condition is True:
        return yes
    if condition is False:
        return no
    return yes if as_truth(condition) else no


def index_of(table: list[list[Scalar]]) -> dict[tuple[int, object], int]:
    """Row number by `rank` of the first column; of two the first, blanks left out."""
    index: dict[tuple[int, object], int] = {}
    for number, row in enumerate(table):
        if row[0] is not None:
            index.setdefault(rank(row[0]), number)
    return index


def _exactly(
    table: list[list[Scalar]], index: dict[tuple[int, object], int]
) -> Callable[[Scalar], int | None]:
    def find(key: Scalar) -> int | None:
        if isinstance(key, Fault):
            raise Problem(key.kind, key.message)
        if isinstance(key, str) and any(sign in key for sign in "*?~"):
            pattern = wildcard(key)
            texts = ((number, row[0]) for number, row in enumerate(table))
            return next((n for n, v in texts if isinstance(v, str) and pattern.fullmatch(v)), None)
        return None if key is None else index.get(rank(key))

    return find


def _below(table: list[list[Scalar]]) -> Callable[[Scalar], int | None]:
    def find(key: Scalar) -> int | None:
        found = None
        for number, row in enumerate(table):
            if row[0] is None or rank(row[0])[0] != rank(key)[0]:
                continue
            if compare(row[0], key) > 0:
                break
            found = number
        return found

    return find
