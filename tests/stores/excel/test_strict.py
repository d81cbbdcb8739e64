"""The strict judge sees each fault that it is there for, and our writes bring none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sheetops.stores.excel import edit
from sheetops.workbook.raw import Value
from tests.benchmarks import lossless
from tests.stores.excel.build import MAIN, RELATIONS, build, members_of, sheet, table, zipped
from tests.stores.excel.oracle import judge
from tests.stores.excel.strict import faults, new_faults

HEAD = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
ROWS = (
    '<row r="2" spans="1:3"><c r="A2" t="inlineStr"><is><t>Ann</t></is></c><c r="B2"><v>2</v></c>'
    '<c r="C2"><f t="shared" ref="C2:C3" si="0">B2</f><v>2</v></c></row>'
    '<row r="3"><c r="C3"><f t="shared" si="0"/><v>0</v></c></row>'
)
MERGES = '<mergeCells><mergeCell ref="E1:F2"/><mergeCell ref="E3:F4"/></mergeCells>'
SHARED = "<si><t>Name</t></si><si><t>Due</t></si>"
IGNORED = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="r"'


def whole(path: Path) -> Path:
    """A workbook with everything that has to be kept right, and no fault."""
    tab = sheet(HEAD + ROWS, before='<dimension ref="A1:F4"/>', after=MERGES)
    tab = tab.replace("<worksheet ", f"<worksheet {IGNORED} ")
    build(path, {"T": tab}, shared=SHARED, tables={"table1.xml": table("A1:B3", ["Name", "Due"])})
    parts = members_of(path)
    link = f'<Relationship Id="c" Type="{RELATIONS}/calcChain" Target="calcChain.xml"/></R'
    rels = parts["xl/_rels/workbook.xml.rels"].replace(b"</R", link.encode(), 1)
    chain = f'<calcChain xmlns="{MAIN}"><c r="C2" i="1"/><c r="C3"/></calcChain>'
    return zipped(path, {**parts, "xl/_rels/workbook.xml.rels": rels, "xl/calcChain.xml": chain})


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('<row r="3">', '<row r="2">', "rows not ascending"),
        ('<c r="B2">', '<c r="A2">', "cells not ascending"),
        ('<c r="B2">', '<c r="B9">', "a cell outside its row"),
        ("<v>1</v>", "<v>2</v>", "a value that is none (s)"),
        ("<v>2</v>", "<v>two</v>", "a value that is none (n)"),
        (' ref="C2:C3"', "", "a shared formula without its master"),
        ('ref="C2:C3"', 'ref="C2"', "a shared formula outside its master's area"),
        ('ref="E3:F4"', 'ref="F2:F4"', "merges overlap"),
        ('ref="E3:F4"', 'ref="B3:C4"', "a merge in a table"),
        ('spans="1:3"', 'spans="1:2"', "a cell outside its row's spans"),
        ('dimension ref="A1:F4"', 'dimension ref="A1:B4"', "cells outside the dimension"),
        ('Ignorable="r"', 'Ignorable="r x14ac"', "undeclared prefix x14ac"),
        ('<c r="B2">', '<c r="B2" s="7">', "a style that is not there"),
        ("<t>Ann</t>", f"<t>{'x' * 32_768}</t>", "a text too long"),
        ("<t>Name</t>", "<t>Names</t>", "a heading is not the name of its column"),
        ('ref="A1:B3"', 'ref="A1:C3"', "a table's columns are not as many as its area is wide"),
        ('<autoFilter ref="A1:B3"', '<autoFilter ref="A1:B2"', "a table's filter is not over"),
        ('name="Due"', 'name="name"', "two columns of a table have one name"),
        ('<c r="C3"/>', '<c r="B2"/>', "calcChain names a cell without a formula"),
        ("</mergeCells>", "", "not well-formed"),
        ("calcChain.xml", "gone.xml", "leads to xl/gone.xml"),
    ],
)
def test_each_fault_is_seen(tmp_path: Path, old: str, new: str, fault: str) -> None:
    right = whole(tmp_path / "right.xlsx")
    assert not faults(right)
    parts = {n: c.replace(old.encode(), new.encode()) for n, c in members_of(right).items()}
    wrong = zipped(tmp_path / "wrong.xlsx", parts)
    assert any(fault in found for _, found in new_faults(right, wrong))


def test_our_writes_bring_no_fault(tmp_path: Path) -> None:
    path, copy = whole(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    cells: dict[str, Value] = {"B2": 7.5, "H9": "x", "D2": "=1"}
    edit(path, {"T": cells}, out=copy)
    assert not new_faults(path, copy)
    assert not judge(path, copy, {"T": cells}).harm
    edit(path, {}, out=copy, append={"T": [{"A": "Ben"}, {"A": "Cy", "B": 3}]})
    assert not new_faults(path, copy)


def test_a_far_cell_does_not_end_the_benchmark(tmp_path: Path) -> None:
    far = '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"/></row>'
    build(tmp_path / "far.xlsx", {"T": sheet(far)})
    whole(tmp_path / "whole.xlsx")
    tally = lossless.run(tmp_path, compare=False)["sheetops"]
    assert (tally.written, tally.harmed, tally.harm) == (2, 0, {})


def test_a_crash_or_harm_in_one_file_is_counted_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        whole(tmp_path / f"{name}.xlsx")

    def harmful(path: Path, cells: object, out: Path) -> object:
        if path.stem == "b":
            raise ZeroDivisionError
        parts = members_of(path)
        if path.stem == "c":
            parts["xl/styles.xml"] = b"<styleSheet/>"
        zipped(out, parts)
        return edit(path, {}, out=tmp_path / "other")

    monkeypatch.setattr(lossless, "edit", harmful)
    tally = lossless.run(tmp_path, compare=False)["sheetops"]
    assert tally.harmed == 3
    assert "crashed: ZeroDivisionError" in tally.harm["b.xlsx"][0]
    assert "xl/styles.xml" in " ".join(tally.harm["c.xlsx"])
