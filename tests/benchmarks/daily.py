"""The whole daily job against the obvious script, at 1,000, 10,000 and 100,000 step rows.

    python -m tests.benchmarks.daily [--rows 1000 10000 100000] [--rounds 3] [--json]

Each measurement is a process of its own, so that its peak memory is its own; ours and the obvious
script take turns. The obvious script is what a capable person would write in an afternoon:
pandas.read_excel, a loop over the rows, openpyxl to write the same columns back and save.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 20)
_STEPS = 10
_PARTS = ("read", "parse", "think", "write")


def rows_of(count: int) -> dict[str, list[dict[str, Any]]]:
    """A business with `count` step rows: ten steps a client, half of the clients not finished."""
    names = [f"Step {n}" for n in range(1, _STEPS + 1)]
    offer_steps = [
        {
            "Offer": offer,
            "Order": n,
            "Step": name,
            "Stage": "Work",
            "Waiting on": ("Client", "Team", "Third party")[n % 3],
            "Working days": 3 + n % 4,
        }
        for offer in ("Coaching", "Bookkeeping", "Accounts")
        for n, name in enumerate(names, 1)
    ]
    clients, steps = [], []
    for at in range(count // _STEPS):
        start = TODAY - timedelta(days=14 + at % 90)
        done = _STEPS if at % 2 else at % _STEPS
        clients.append(
            {
                "Client ID": f"C{at:06d}",
                "Client": f"Client {at:06d}",
                "First name": "Anna",
                "Email": f"client{at}@example.com",
                "Offer": ("Coaching", "Bookkeeping", "Accounts")[at % 3],
                "Owner": ("Aoife", "Tomasz", "Mei")[at % 3],
                "Status": "Finished" if done == _STEPS else "Active",
                "Start date": start,
            }
        )
        for n, name in enumerate(names):
            ended = min(start + timedelta(days=2 * n + 2), TODAY - timedelta(days=1))
            steps.append(
                {
                    "Client": f"Client {at:06d}",
                    "Step": name,
                    "Waiting on": ("Team", "Third party", "Client")[n % 3],
                    "Owner": ("Aoife", "Tomasz", "Mei")[at % 3],
                    "Started": start + timedelta(days=2 * n) if n <= done else None,
                    "Done": ended if n < done else None,
                    "Notes": "Spoke with them; all is well." if n % 5 == 0 else None,
                }
            )
    team = [{"Name": n, "Email": f"{n.lower()}@example.com"} for n in ("Aoife", "Tomasz", "Mei")]
    offers = [{"Offer": offer} for offer in ("Coaching", "Bookkeeping", "Accounts")]
    return {
        "Clients": clients,
        "Steps": steps,
        "Offer steps": offer_steps,
        "Offers": offers,
        "Team": team,
    }


def ours(path: Path) -> dict[str, float]:
    """The daily job by the project's own code: seconds of each part."""
    from sheetops.jobs.open_store import open_store  # noqa: PLC0415 # each script pays for its own imports
    from sheetops.model.history import History  # noqa: PLC0415
    from sheetops.plan.plan import make_plan  # noqa: PLC0415
    from sheetops.settings import Settings, WorkbookSettings  # noqa: PLC0415
    from sheetops.workbook import book  # noqa: PLC0415

    marks = [time.perf_counter()]
    where = WorkbookSettings(path=path, copies=path.parent / "copies")
    store = open_store(Settings(workbook=where))
    raw = store.read()
    marks.append(time.perf_counter())
    found = book.read(raw)
    marks.append(time.perf_counter())
    plan = make_plan(found, History(), TODAY)
    marks.append(time.perf_counter())
    receipt = store.write(plan.changes)
    marks.append(time.perf_counter())
    spans = dict(zip(_PARTS, (b - a for a, b in itertools.pairwise(marks)), strict=True))
    return {**spans, "total": marks[-1] - marks[0], "cells": receipt.cells}


def obvious(path: Path) -> dict[str, float]:
    """The same work as a script of an afternoon."""
    import numpy as np  # noqa: PLC0415 # each script pays for its own imports
    import pandas as pd  # noqa: PLC0415
    from openpyxl import load_workbook  # noqa: PLC0415

    marks = [time.perf_counter()]
    tabs = pd.read_excel(path, sheet_name=["Clients", "Steps", "Offer steps"], dtype=object)
    marks.append(time.perf_counter())
    rules = {(r["Offer"], r["Step"]): r for r in tabs["Offer steps"].to_dict("records")}
    clients = {r["Client"]: r for r in tabs["Clients"].to_dict("records")}
    waiting: dict[str, dict[str, Any]] = {}
    last_done: dict[str, Any] = {}
    flags: dict[int, tuple[str, str, int, Any]] = {}
    for at, row in tabs["Steps"].iterrows():
        client = clients[row["Client"]]
        if not pd.isna(row["Done"]):
            last_done[row["Client"]] = row["Done"]
            continue
        if row["Client"] in waiting or client["Status"] == "Finished":
            continue
        rule = rules[client["Offer"], row["Step"]]
        since = row["Started"]
        if pd.isna(since):
            since = last_done.get(row["Client"], client["Start date"])
        start = np.datetime64(since, "D")
        age = int(np.busday_count(start, TODAY))
        due = np.busday_offset(start, rule["Working days"], roll="forward")
        flag = "Stalled" if age > rule["Working days"] else "On track"
        why = f"Waiting {age} working days for {row['Step']}; {rule['Working days']} are allowed."
        flags[int(str(at)) + 2] = (flag, why, age, due.item())
        waiting[row["Client"]] = {"flag": flag, "why": why, "step": row["Step"], "age": age}
    marks.append(time.perf_counter())
    workbook = load_workbook(path)
    cells = _obvious_write(workbook, flags, waiting)
    workbook.save(path)
    marks.append(time.perf_counter())
    spans = [b - a for a, b in itertools.pairwise(marks)]
    names = ("read", "think", "write")
    return {**dict(zip(names, spans, strict=True)), "total": marks[-1] - marks[0], "cells": cells}


def _obvious_write(workbook: Any, flags: dict[int, Any], waiting: dict[str, Any]) -> int:
    cells = 0
    sheet = workbook["Steps"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, values in flags.items():
        for heading, value in zip(("Flag", "Why", "Days waiting", "Due by"), values, strict=True):
            sheet.cell(row, columns[heading]).value = value
            cells += 1
    sheet = workbook["Clients"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, columns["Checked at"]).value = TODAY
        cells += 1
        found = waiting.get(sheet.cell(row, columns["Client"]).value)
        if found is None:
            continue
        for heading, key in (
            ("Flag", "flag"),
            ("Why", "why"),
            ("Current step", "step"),
            ("Days waiting", "age"),
        ):
            sheet.cell(row, columns[heading]).value = found[key]
            cells += 1
    return cells


WAYS: dict[str, Callable[[Path], dict[str, float]]] = {"ours": ours, "obvious": obvious}


def _measure_one(way: str, path: Path) -> None:
    figures = WAYS[way](path)
    figures["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump(figures, sys.stdout)


def _measure(way: str, template: Path, folder: Path) -> dict[str, float]:
    path = folder / f"{way}.xlsx"
    shutil.copyfile(template, path)
    command = [sys.executable, "-m", "tests.benchmarks.daily", "--one", way, "--path", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 # our own module
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def run(sizes: list[int], rounds: int) -> dict[str, Any]:
    """Medians by size and way, their ratio, and the exponent with which each grows."""
    from sheetops.template import build  # noqa: PLC0415 # not needed by the measured processes

    results: dict[str, Any] = {"rows": {}}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            build(folder / "template.xlsx", rows=rows_of(size))
            found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
            for _ in range(rounds):
                for way in WAYS:
                    found[way].append(_measure(way, folder / "template.xlsx", folder))
        medians = {
            way: {key: statistics.median(one[key] for one in runs) for key in runs[0]}
            for way, runs in found.items()
        }
        entry: dict[str, Any] = dict(medians)
        entry["ratio"] = medians["obvious"]["total"] / medians["ours"]["total"]
        results["rows"][str(size)] = entry
    if len(sizes) > 1:
        first, last = (results["rows"][str(size)] for size in (sizes[0], sizes[-1]))
        results["growth"] = {
            way: math.log(last[way]["total"] / first[way]["total"]) / math.log(sizes[-1] / sizes[0])
            for way in WAYS
        }
    return results


def _print(results: dict[str, Any]) -> None:
    for size, entry in results["rows"].items():
        print(f"{int(size):,} step rows")
        for way in WAYS:
            figures = entry[way]
            parts = "  ".join(f"{p} {figures[p]:.3f}" for p in _PARTS if p in figures)
            print(
                f"  {way:8} {figures['total']:8.3f} s  {figures['megabytes']:6.0f} MB   {parts}"
                f"   {figures['cells']:,.0f} cells"
            )
        print(f"  ratio    {entry['ratio']:8.1f}")
    if "growth" in results:
        print("growth exponent: " + ", ".join(f"{w} {g:.2f}" for w, g in results["growth"].items()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--one", choices=list(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _measure_one(given.one, given.path)
        return
    results = run(given.rows, given.rounds)
    if given.json:
        json.dump(results, sys.stdout, indent=2)
    else:
        _print(results)


if __name__ == "__main__":
    main()
