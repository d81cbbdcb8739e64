"""Does a write harm a workbook? `python -m tests.benchmarks.lossless FOLDER [--json]`

A status column of 1 to 50 cells is written into a copy of every workbook of the folder, by sheetops
and by openpyxl's load and save, and two independent readers compare before with after.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.utils import get_column_letter

from sheetops.errors import SheetopsError, WorkbookUnreadable
from sheetops.stores.excel import edit
from sheetops.stores.excel.read.read import read
from sheetops.workbook.raw import Value
from tests.stores.excel.oracle import Verdict, judge, judge_values, members, sheet_parts
from tests.stores.excel.strict import new_faults

SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xls", ".xlsb", ".ods", ".csv"}
_CELL = re.compile(rb"<(?:[\w.\-]+:)?c\s[^>]*?\br=[\"']([A-Z]+)([0-9]+)[\"']")
_MERGE = re.compile(rb"<(?:[\w.\-]+:)?mergeCell\s[^>]*?\bref=[\"'][A-Z]+[0-9]+:([A-Z]+)([0-9]+)")
_BOXES = re.compile(rb"<(?:[\w.\-]+:)?(?:table|location)\s[^>]*?\bref=[\"'][A-Z0-9]+:([A-Z]+)")
_WORDS = (
    "On track",
    "Stalled: waiting 5 days on the client",
    "A & B <C>",
    "=1+1",
    "  spaced  ",
    "Ü",
)


@dataclass
class Tally:
    """What happened over all files."""

    opened: int = 0
    refused: int = 0
    written: int = 0
    harmed: int = 0
    parts_changed: int = 0
    seconds: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)
    harm: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {**vars(self), "seconds": round(self.seconds, 2), "reasons": dict(self.reasons)}


def status_column(path: Path, size: int) -> dict[str, dict[str, Value]]:
    """Cells for the first tab of the file, in the column right of everything on it."""
    content = members(path)
    tabs = sheet_parts(content)
    for tab, part in tabs.items():
        xml = content[part][1]
        if b"sheetData" not in xml and b"s\0h\0e\0e\0t\0D" not in xml:
            continue
        tables = b"".join(c for n, (_, c) in content.items() if "able" in n and n.endswith(".xml"))
        letters = [m[0] for m in _CELL.findall(xml)] + [m[0] for m in _MERGE.findall(xml)]
        letters += _BOXES.findall(tables)
        column = max(
            (openpyxl.utils.column_index_from_string(x.decode()) for x in letters), default=0
        )
        if column >= 16_384:
            column = 8_000
        rows = sorted({int(m[1]) for m in _CELL.findall(xml)}) or [1]
        step = max(1, len(rows) // size)
        letter = get_column_letter(column + 1)
        return {tab: {f"{letter}{row}": _value(i) for i, row in enumerate(rows[::step][:size])}}
    return {}


def _value(index: int) -> Value:
    return float(index) + 0.1 if index % 4 == 3 else _WORDS[index % len(_WORDS)]


def run(folder: Path, *, compare: bool = True) -> dict[str, Tally]:
    """Write into a copy of every workbook of the folder."""
    tallies = {"sheetops": Tally(), "openpyxl": Tally()}
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
    with tempfile.TemporaryDirectory() as place:
        for number, path in enumerate(files):
            copy = Path(place) / f"copy{path.suffix}"
            size = 1 + (number * 7) % 50
            with_sheetops(path, copy, size, tallies["sheetops"])
            copy.unlink(missing_ok=True)
            if compare:
                with_openpyxl(path, copy, size, tallies["openpyxl"])
                copy.unlink(missing_ok=True)
    return tallies


def with_sheetops(path: Path, copy: Path, size: int, tally: Tally) -> None:
    """One file by sheetops."""
    try:
        cells = status_column(path, size)
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        IndexError,
        KeyError,
        OSError,
        NotImplementedError,
    ):
        cells = {}
    start = time.perf_counter()
    try:
        if not cells:
            read(path)  # says why
        report = edit(path, cells, out=copy)
    except SheetopsError as error:
        tally.opened += not isinstance(error, WorkbookUnreadable)
        tally.refused += 1
        tally.reasons[f"{type(error).__name__}: {_general(error, path)}"] += 1
        return
    except Exception as error:  # a crash on one file must not hide what happens to the others
        tally.harmed += 1
        tally.harm[path.name] = [f"crashed: {error!r}"]
        return
    finally:
        tally.seconds += time.perf_counter() - start
    tally.opened += 1
    tally.written += 1
    tally.parts_changed += len(report.parts)
    try:
        harm = [*judge(path, copy, cells).harm, *map(str, new_faults(path, copy))]
    except Exception as error:
        harm = [f"cannot be judged: {error!r}"]
    if harm:
        tally.harmed += 1
        tally.harm[path.name] = harm[:5]


def _general(error: SheetopsError, path: Path) -> str:
    return error.what.replace(path.name, "FILE")[:160]


def with_openpyxl(path: Path, copy: Path, size: int, tally: Tally) -> None:
    """One file by openpyxl's load and save, judged by values, saved results and parts lost."""
    start = time.perf_counter()
    try:
        cells = status_column(path, size)
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
            for tab, values in cells.items():
                for address, value in values.items():
                    book[tab][address] = value if isinstance(value, float) else str(value)
            book.save(copy)
    except Exception as error:
        tally.refused += 1
        tally.reasons[type(error).__name__] += 1
        return
    finally:
        tally.seconds += time.perf_counter() - start
    tally.opened += 1
    tally.written += 1
    harm, changed = _compare_openpyxl(path, copy, cells)
    tally.parts_changed += changed
    if harm:
        tally.harmed += 1
        tally.harm[path.name] = harm[:5]


def _compare_openpyxl(
    path: Path, copy: Path, cells: dict[str, dict[str, Value]]
) -> tuple[list[str], int]:
    verdict = Verdict()
    try:
        # openpyxl writes "=1+1" as a formula: that is what it was asked to do, and not counted
        safe = {t: {a: v for a, v in c.items() if v != "=1+1"} for t, c in cells.items()}
        judge_values(path, copy, safe, verdict)
    except (KeyError, OSError, ValueError) as error:
        verdict.harm.append(f"unreadable after: {error}")
    old, new = members(path), members(copy)
    lost = [n for n in old if n not in new and re.search(r"drawing|media|ctrlProp|customXml|slicer|"
            r"queryTable|persons|threadedComment|webextension|pivotCache", n)]  # fmt: skip
    verdict.harm += [f"lost {name}" for name in lost]
    return verdict.harm, sum(content != new[n][1] for n, (_, content) in old.items() if n in new)


def main(arguments: list[str] | None = None) -> int:
    """Print the table (or JSON); 1 if sheetops harmed a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", action="store_true", help="leave openpyxl out")
    chosen = parser.parse_args(arguments)
    tallies = run(chosen.folder, compare=not chosen.only)
    if chosen.json:
        print(json.dumps({name: tally.as_json() for name, tally in tallies.items()}, indent=1))
    else:
        for name, tally in tallies.items():
            shown = {k: v for k, v in tally.as_json().items() if k not in ("reasons", "harm")}
            print(name.ljust(10), *(f"{key} {value}" for key, value in shown.items()), sep="  ")
        for reason, count in tallies["sheetops"].reasons.most_common():
            print(f"  refused {count} x {reason}")
        for name, harm in tallies["sheetops"].harm.items():
            print(f"  HARMED {name}: {'; '.join(harm)}")
    return int(tallies["sheetops"].harmed > 0)


if __name__ == "__main__":
    sys.exit(main())
