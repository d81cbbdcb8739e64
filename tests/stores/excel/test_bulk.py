"""Many cells at once must be read, found and written as they are one by one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.errors import WorkbookUnreadable, WriteRefused
from sheetops.stores.excel import edit
from sheetops.stores.excel.ooxml.cells import parse_address
from sheetops.stores.excel.ooxml.strings import SharedStrings
from sheetops.stores.excel.read.read import read
from sheetops.stores.excel.write.stream import Stream
from sheetops.stores.excel.write.targets import COLUMNS, Targets
from sheetops.workbook.raw import Value, address
from tests.examples import examples
from tests.stores.excel.build import build, part, sheet

PLACES = st.tuples(st.integers(1, 1_048_576), st.integers(1, 16_384))


@examples(1)
@given(st.dictionaries(PLACES, st.integers(0, 9), max_size=30))
def test_addresses_mean_the_same_in_any_number_and_order(cells: dict[tuple[int, int], int]) -> None:
    edits = {address(*place): float(value) for place, value in cells.items()}
    wanted = Targets.at(edits)
    assert list(wanted.places) == sorted(row * COLUMNS + column for row, column in cells)
    assert [*wanted] == sorted({row for row, _ in cells})
    for text, value in edits.items():
        row, column = parse_address(text)
        assert wanted[row][column] == value == wanted.cells[wanted.find(row, column)]


@pytest.mark.parametrize("wrong", ["A0", "1A", "A1048577", "XFE1", "A1\nB2", "A1 ", "", "A", "Ä1"])
def test_one_wrong_address_among_many_is_named(wrong: str) -> None:
    edits: dict[str, Value] = {f"B{row}": 1 for row in range(1, 50)}
    with pytest.raises(WriteRefused, match="is not the address of a cell"):
        Targets.at({**edits, wrong: 1})


def test_the_last_of_two_values_for_a_cell_counts() -> None:
    wanted = Targets.at({"B2": 1, "A1": 2, "$b$2": 3})
    assert wanted == {1: {1: 2}, 2: {2: 3}}
    assert wanted.also({(1, 1): 5, (3, 1): 6}) == {1: {1: 5}, 2: {2: 3}, 3: {1: 6}}
    assert wanted.find(2, 1) == -1


@examples(0.4)
@given(st.lists(st.text("ab<&! ", max_size=3) | st.just("x" * 5000), min_size=1, max_size=300))
@pytest.mark.parametrize("comment", ["", "<!-- <si> -->"])
def test_each_shared_text_is_found(comment: str, texts: list[str]) -> None:
    escaped = [text.replace("&", "&amp;").replace("<", "&lt;") for text in texts]
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in escaped)
    shared = SharedStrings(f"<sst>{comment}{items}</sst>".encode)
    assert [shared[at] for at in range(len(texts))] == texts
    assert len(shared) == len(texts)
    assert shared.longest >= max(map(len, escaped))
    shared.forget()
    assert shared[0] == texts[0]
    with pytest.raises(WorkbookUnreadable, match="refers to a text"):
        shared[len(texts)]


CELLS = {
    "usual": '<c r="A{n}"><v>7</v></c><c r="B{n}"><v>1E-05</v></c>',
    "text": '<c r="A{n}" t="inlineStr"><is><t>Clock "C" Cc</t></is></c><c r="B{n}"><v>1</v></c>',
    "address second": '<c r="A{n}"/><c t="n" r="D{n}"><v>7</v></c>',
    "out of order": '<c r="B{n}"/><c r="A{n}"/>',
}


@pytest.mark.parametrize("kind", ["usual", "text"])
@pytest.mark.parametrize("after", ["", '<c r="F{n}" s="1"/>'])
def test_blank_columns_fill_alike_in_any_row(tmp_path: Path, kind: str, after: str) -> None:
    """Row 20 lacks everything, row 21 is not there."""
    rows = "".join(
        f'<row r="{n}" spans="1:2">{(CELLS[kind] + after).format(n=n)}</row>'
        if n != 20
        else f'<row r="{n}"/>'
        for n in range(1, 61)
        if n != 21
    )
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    values: dict[str, Value] = {f"D{n}": n / 2 for n in range(1, 61)}
    values |= {f"C{n}": "Stalled" if n % 3 else "" for n in range(1, 61)}
    edit(path, {"T": values})
    found = read(path).tabs["T"].rows
    assert [row[3] for row in found] == [n / 2 for n in range(1, 61)]
    assert [row[2] for row in found] == ["Stalled" if n % 3 else None for n in range(1, 61)]
    assert 'r="1" spans="1:4"' in part(path)
    before = path.read_bytes()
    edit(path, {"T": values})
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["address second", "out of order"])
def test_a_cell_whose_address_is_hidden_is_never_doubled(tmp_path: Path, kind: str) -> None:
    rows = "".join(f'<row r="{n}">{CELLS[kind].format(n=n)}</row>' for n in range(1, 41))
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    wanted: dict[str, Value] = {f"D{n}": 9 for n in range(1, 41)}
    if kind == "out of order":
        with pytest.raises(WriteRefused, match="out of order"):
            edit(path, {"T": wanted})
        return
    edit(path, {"T": wanted})
    assert part(path).count('r="D') == 40
    assert [row[3] for row in read(path).tabs["T"].rows] == [9] * 40


def test_what_was_written_yesterday_is_written_as_fast_today(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our own texts stay inline until Excel saves the workbook."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(1, 41))
    path = build(tmp_path / "a.xlsx", {"T": sheet(rows)})
    edit(path, {"T": {f"A{n}": "On track & <well>" for n in range(1, 41)}})
    monkeypatch.delattr(Stream, "_alone")
    report = edit(
        path, {"T": {f"A{n}": "Stalled" if n % 2 else "On track & <well>" for n in range(1, 41)}}
    )
    assert report.cells == {"T": 20}
    assert read(path).tabs["T"].rows == [["Stalled"], ["On track & <well>"]] * 20
