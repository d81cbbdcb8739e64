"""The fast engine against the general one: the same bytes, or the same refusal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.errors import SheetopsError, WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.scanner import scan
from sheetops.stores.excel.ooxml.strings import SharedStrings
from sheetops.stores.excel.ooxml.styles import Styles
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write import stream
from sheetops.stores.excel.write.cell_xml import Target, Writer
from sheetops.stores.excel.write.column_xml import Tails
from sheetops.stores.excel.write.editor import load
from sheetops.stores.excel.write.splice import splice_cells
from sheetops.stores.excel.write.stream import Stream, Unusual
from sheetops.stores.excel.write.targets import Targets
from sheetops.workbook.raw import Value, column_letters
from tests.examples import examples
from tests.stores.excel.build import STYLES, build, part, sheet

SHARED = b"<sst><si><t>On track</t></si><si><t>Stalled</t></si></sst>"
CONTENT = ["/>", "><v>1.5</v></c>", ' t="s"><v>1</v></c>', ' s="1"><v>45000</v></c>',
           ' t="inlineStr"><is><t>in</t></is></c>', ' t="b"><v>1</v></c>', "></c>",
           ' s="2" t="str"><v>a&amp;b</v></c>']  # fmt: skip
NEW: list[Value] = ["Stalled", "On track", 1.5, 2.0, True, None, date(2026, 1, 2), "in", "a&b"]


def target(cells: dict[int, dict[int, Value]]) -> Target:
    styles = Styles(STYLES.encode())
    for style in range(3):  # new styles are numbered as they come up, which may differ
        styles.for_date(style, date(2026, 1, 2))
    return Target("T", Targets.by_row(cells), styles, SharedStrings(lambda: SHARED))


def by_stream(xml: bytes, wanted: Target, size: int = 700) -> tuple[bytes, int]:
    """The fast engine's XML, fed in pieces of `size` bytes."""
    pieces: list[bytes] = []
    chunks = iter([xml[i : i + size] for i in range(0, len(xml), size)])
    done = Stream(wanted).run(chunks, pieces.append)
    return done.head + b"".join(pieces), done.cells


@st.composite
def long_tabs(draw: st.DrawFn) -> bytes:
    """A usual tab of up to 60 rows, some missing, each with some of its cells."""
    rows = ""
    alike = draw(st.booleans())
    kind = draw(st.sampled_from(CONTENT[:4]))
    for number in range(1, draw(st.integers(0, 60)) + 1):
        if not alike and draw(st.integers(0, 9)) == 0:
            continue
        columns = range(1, 5) if alike else sorted(draw(st.sets(st.integers(1, 6), max_size=4)))
        cells = "".join(
            f'<c r="{column_letters(c)}{number}"{kind if alike else draw(st.sampled_from(CONTENT))}'
            for c in columns
        )
        spans = ' spans="1:4"' if number % 2 else ""
        spans += ' s="1" customFormat="1"' if number % 7 == 0 else ""
        rows += f'<row r="{number}"{spans}>{cells}</row>' if cells else f'<row r="{number}"/>'
    return sheet(rows, before='<dimension ref="A1:D9"/>').encode()


@examples(0.5)
@given(
    long_tabs(),
    st.sets(st.integers(1, 6), min_size=1, max_size=3),
    st.tuples(st.integers(1, 30), st.integers(0, 40)),
    st.lists(st.sampled_from(NEW), min_size=1, max_size=7),
)
@pytest.mark.parametrize("piece", [700, 1 << 20])
def test_both_engines_write_the_same_bytes(
    piece: int, xml: bytes, columns: set[int], rows: tuple[int, int], values: list[Value]
) -> None:
    cells = {
        row: {column: values[(row * 3 + column) % len(values)] for column in columns}
        for row in range(rows[0], rows[0] + rows[1] + 1)
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_PIECE", piece)
        patch.setattr(stream, "_RUN", 2)
        new, count = by_stream(xml, target(cells), piece)
    slow = splice_cells(xml, target(cells))
    assert new == slow.xml
    assert count == len(slow.cells)


@pytest.mark.parametrize(
    "odd",
    [
        "<!-- x -->", "<?x y?>", '<row r="1"><c><v>1</v></c></row>', "<row><c/></row>",
        '<row spans="1:1" r="1"/>', '<row r="2"/><row r="1"/>',
        '<row r="1"><c s="1" r="A1"/></row>', '<row r="1"><c r="A1" t=\'n\'><v>1</v></c></row>',
    ],
)  # fmt: skip
def test_unusual_tabs_are_left_to_the_general_engine(odd: str) -> None:
    with pytest.raises(Unusual):
        by_stream(sheet(odd).encode(), target({1: {1: "x", 2: "y"}}))


def test_the_general_engine_takes_over(tmp_path: Path) -> None:
    path = build(tmp_path / "a.xlsx", {"T": sheet('<!-- --><row r="1"/>')})
    edit(path, {"T": {"A1": "x"}})
    assert read(path).tabs["T"].rows == [["x"]]
    assert "<!-- -->" in part(path)


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize(("column", "step"), [("A", "tail_over"), ("D", "tail")])
def test_a_wrong_splice_is_caught_before_it_replaces_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, column: str, step: str
) -> None:
    """Each text is made by the writer; see below for numbers, which are made in bulk."""
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="B{n}"><v>2</v></c></row>'
        for n in range(1, rows + 1)
    )
    path = build(tmp_path / "a.xlsx", {"T": sheet(cells)})
    before = path.read_bytes()
    honest = getattr(Writer, step)

    def eats_its_neighbour(*given: object) -> bytes | None:
        new = honest(*given)
        return None if new is None else new + b'<c r="Z9"><v>6</v></c>'

    monkeypatch.setattr(Writer, step, eats_its_neighbour)
    with pytest.raises(WriteRefused, match="did not pass its check"):
        edit(path, {"T": {f"{column}{n}": "nine" for n in range(1, rows + 1)}})
    assert path.read_bytes() == before


@pytest.mark.parametrize(("column", "step"), [("A", "tail_over"), ("D", "tail")])
def test_a_wrong_value_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, step: str
) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 41))
    path = build(tmp_path / "a.xlsx", {"T": sheet(cells)})
    honest = getattr(Writer, step)
    monkeypatch.setattr(
        Writer,
        step,
        lambda *given: (honest(*given) or b"").replace(b">nine<", b">none<"),
    )
    with pytest.raises(WriteRefused, match="did not pass its check"):
        edit(path, {"T": {f"{column}{n}": "nine" for n in range(1, 41)}})


@pytest.mark.parametrize("column", ["A", "D"])
@pytest.mark.parametrize("wrong", [b"<v>8</v></c>", b'<v>9</v></c><c r="Z9"/>', b"<v>9</v></x>"])
def test_a_wrong_number_among_many_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str, wrong: bytes
) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 41))
    path = build(tmp_path / "a.xlsx", {"T": sheet(cells)})
    before = path.read_bytes()
    honest = Tails._of_numbers

    def one_is_wrong(*given: Any) -> list[bytes]:
        *first, last = honest(*given)
        return [*first, last.replace(b"<v>9</v></c>", wrong)]

    monkeypatch.setattr(Tails, "_of_numbers", one_is_wrong)
    with pytest.raises(WriteRefused, match="did not pass its check"):
        edit(path, {"T": {f"{column}{n}": 9 for n in range(1, 41)}})
    assert path.read_bytes() == before


@pytest.mark.long
def test_both_engines_agree_on_every_sample(samples: Path) -> None:
    compared = 0
    for path in sorted(samples.iterdir()):
        try:
            parts = load(path.name, path.read_bytes())
            tabs = {s.name: parts.read(s.part) for s in parts.sheets.values() if s.is_grid}
        except SheetopsError:
            continue
        compared += sum(_agree(xml, name) for name, xml in tabs.items() if len(xml) < 3_000_000)
    assert compared > 100


def _agree(xml: bytes, tab: str) -> int:
    try:
        grid = scan(xml, tab)
    except SheetopsError:
        return 0
    rows = sorted(grid.rows)[:200]
    cells: dict[int, dict[int, Value]] = {n: {n % 7 + 1: "x", 40: 1.5} for n in [*rows, 5000]}
    results: list[bytes | str] = []
    for engine in (by_stream, lambda x, t: (splice_cells(x, t).xml, 0)):
        try:
            wanted = Target(tab, Targets.by_row(cells), Styles(STYLES.encode()), _Any())
            results.append(engine(xml, wanted)[0])
        except Unusual:
            return 0
        except SheetopsError as error:
            results.append(type(error).__name__)
    assert results[0] == results[1], tab
    return 1


class _Any(SharedStrings):
    """Shared strings that hold any index."""

    def __init__(self) -> None:
        super().__init__(None)

    def __getitem__(self, index: int) -> str:
        return f"text {index}"
