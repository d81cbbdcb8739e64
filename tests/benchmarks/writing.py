"""How long does a write take? `python -m tests.benchmarks.writing [--rows 10000 100000] [--json]`

A workbook of N rows x 15 columns is edited in child processes, the measures taken in turn
(so that all suffer alike from what else the machine does). Medians are printed: three columns of
every row (over what is there, and new), 200 scattered cells, and reading, against openpyxl's load,
edit and save, and against the floor: inflating and deflating that sheet with the same compressor.
Then how the time for 100,000 rows grows with the workbook. The limits are raised for it: by default
a workbook may have 20 MB (and expand to 200 MB), which is some 200,000 such rows.

Workbooks are made once and kept in the system's temporary folder. Beyond 100,000 rows each measure
is taken once, and openpyxl's (five minutes and 8 GB for a million) is reckoned from the largest
size that was measured, as growing with the rows, and marked so.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

COLUMNS = 15
LARGE = 100_000  # rows beyond which a measure takes minutes
NAMES = ("seconds", "peak_mb", "processor_seconds")
Found = dict[str, dict[str, float]]
WORDS = ("Coaching", "Audit", "Course", "White glove")

MEASURE = """
import json, resource, sys, time
kind, path, out, rows = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
cells = {}
if "columns" in kind:
    letters = "PQR" if "new" in kind else "KLM"
    cells = {
        f"{letter}{row}": float(row) if letter in "LQ" else ("On track", "Stalled: 5 days")[row % 2]
        for row in range(2, rows + 2) for letter in letters
    }
elif "cells" in kind:
    cells = {f"K{2 + i * rows // 200}": "Stalled: 5 days" for i in range(200)}
if kind.startswith("sheetops"):
    from sheetops.stores.excel import Limits, Options, edit
    options = Options(limits=Limits(packed=2**31, expanded=2**32))
    start, used = time.perf_counter(), time.process_time()
    edit(path, {"Clients": cells}, out=out, options=options)
elif kind.startswith("openpyxl"):
    import openpyxl
    start, used = time.perf_counter(), time.process_time()
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book["Clients"][address] = value
    book.save(out)
elif kind.startswith("floor"):
    import zipfile
    from sheetops.stores.excel.pack import LEVEL
    from zlib_ng import zlib_ng
    with zipfile.ZipFile(path) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
    start, used = time.perf_counter(), time.process_time()
    with open(path, "rb") as file:
        file.seek(info.header_offset)
        head = file.read(30)
        file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
        packed = file.read(info.compress_size)
    inflater = zlib_ng.decompressobj(-15)
    deflater = zlib_ng.compressobj(LEVEL, 8, -15)
    size = 0
    for at in range(0, len(packed), 1 << 17):
        size += len(deflater.compress(inflater.decompress(packed[at : at + (1 << 17)])))
    deflater.flush()
elif kind == "read sheetops":
    from sheetops.stores.excel import Limits
    from sheetops.stores.excel.read.read import read
    start, used = time.perf_counter(), time.process_time()
    read(path, limits=Limits(packed=2**31, expanded=2**32, trusted=2**32))
elif kind == "read calamine":
    from python_calamine import CalamineWorkbook
    start, used = time.perf_counter(), time.process_time()
    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
seconds, processor = time.perf_counter() - start, time.process_time() - used
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
if sys.platform == "linux":  # ru_maxrss would count the parent's memory from before exec
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps([seconds, peak, processor]))
"""

KINDS = (
    "sheetops columns", "sheetops new columns", "sheetops cells", "floor", "openpyxl columns",
    "openpyxl cells", "read sheetops", "read calamine",
)  # fmt: skip


def make(path: Path, rows: int) -> None:
    """A workbook as Excel would save it: shared strings, a date column, spans."""
    chance = random.Random(1)  # noqa: S311 - sample data
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Clients")
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, [f"Heading {number}" for number in range(1, COLUMNS + 1)])
    for row in range(1, rows + 1):
        texts = [f"C{row:07}", f"Client {row} & Sons", f"person{row}@example.org", WORDS[row % 4]]
        sheet.write_row(row, 0, [*texts, chance.random() * 10_000])
        sheet.write_datetime(row, 5, date(2026, 1, 1) + timedelta(days=row % 300), day)
        figures = [chance.randrange(100), "Active", chance.random(), chance.randrange(10**6)]
        sheet.write_row(row, 6, [*figures, "Yes", round(chance.random(), 2), "ok", WORDS[row % 3]])
        sheet.write_number(row, 14, row % 17)
    book.close()


def kept(rows: int) -> Path:
    """The workbook of so many rows, made if it is not there yet."""
    folder = Path(tempfile.gettempdir()) / "sheetops-benchmark"
    folder.mkdir(exist_ok=True)
    path = folder / f"{rows}x{COLUMNS}.xlsx"
    if not path.exists():
        unfinished = folder / f"{os.getpid()}-{path.name}"
        make(unfinished, rows)
        unfinished.replace(path)
    return path


def measure(rows: int, rounds: int, kinds: Sequence[str]) -> Found:
    """Medians of seconds, peak megabytes and processor seconds, the kinds taken in turn."""
    taken: dict[str, list[list[float]]] = {kind: [] for kind in kinds}
    path = kept(rows)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.xlsx"
        for number in range(rounds if rows <= LARGE else 1):
            for kind in kinds:
                if number and kind.startswith("openpyxl") and rows >= LARGE:
                    continue  # half a minute each: once is enough to compare
                command = [sys.executable, "-c", MEASURE, kind, str(path), str(out), str(rows)]
                done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
                taken[kind].append(json.loads(done.stdout))
    return {
        kind: {
            name: round(statistics.median(found), 2)
            for name, found in zip(NAMES, zip(*runs, strict=True), strict=True)
        }
        for kind, runs in taken.items()
    }


def reckoned(found: Found, rows: int, of: int) -> Found:
    """openpyxl's measures of another size, as they would be if they grew with the rows."""
    return {
        kind: {name: round(value * rows / of, 2) for name, value in values.items()}
        | {"reckoned_from_rows": of}
        for kind, values in found.items()
        if kind.startswith("openpyxl")
    }


def _print_size(rows: int, found: Found) -> None:
    print(f"{rows:,} rows x {COLUMNS} columns")
    for kind, values in found.items():
        print(f"  {kind.ljust(22)}", *(f"{k} {v:>8}" for k, v in values.items()), sep="  ")
    for kind in ("columns", "new columns", "cells"):
        ours = found[f"sheetops {kind}"]["seconds"]
        words = [f"{ours / found['floor']['seconds']:.1f} times the floor"]
        theirs = found.get(f"openpyxl {kind.split()[-1]}")
        if theirs is not None:
            words.append(f"openpyxl takes {theirs['seconds'] / ours:.1f} times as long")
        print(f"  {kind}: {', '.join(words)}")


def growth(results: Mapping[int, Found]) -> dict[str, dict[int, float]]:
    """Processor seconds for 100,000 rows, by kind and size: the same if growth is linear."""
    kinds = dict.fromkeys(kind for found in results.values() for kind in found)
    return {
        kind: {
            rows: round(found[kind]["processor_seconds"] / rows * 100_000, 2)
            for rows, found in results.items()
            if kind in found and "reckoned_from_rows" not in found[kind]
        }
        for kind in kinds
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--without", default="", help="leave out kinds that begin with this")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    kinds = tuple(k for k in KINDS if not chosen.without or not k.startswith(chosen.without))
    results: dict[int, Found] = {}
    for rows in sorted(chosen.rows):
        compared = [size for size in results if size <= LARGE]
        reckon = rows > LARGE and compared
        measured = [k for k in kinds if not (reckon and k.startswith("openpyxl"))]
        results[rows] = measure(rows, chosen.rounds, measured)
        if reckon:
            results[rows] |= reckoned(results[compared[-1]], rows, compared[-1])
        if not chosen.json:
            _print_size(rows, results[rows])
    grown = growth(results)
    if chosen.json:
        print(json.dumps({**results, "growth": grown}, indent=1))
    elif len(results) > 1:
        print(f"Processor seconds for 100,000 rows, at {', '.join(f'{r:,}' for r in results)} rows")
        for kind, seconds in grown.items():
            print(f"  {kind.ljust(22)}", *(f"{value:>8}" for value in seconds.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
