"""The command line of the crash programme."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.crash import long, short
from tests.crash.databases import postgres
from tests.crash.world import Verdict

_MEMORY = Path("/dev/shm")  # noqa: S108 # a death of the process needs no disk, and this is quicker


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the programme and print what it found; 1 if a requirement is broken."""
    asked = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="sheetops-crash-", dir=_quick_place()))
    try:
        found = _found(asked, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _print(json.dumps(found, indent=2) if asked.json else "\n".join(_table(found)))
    return 0 if found["ok"] else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--long", action="store_true", help="random deaths over 60-day ladders too")
    parser.add_argument("--deaths", type=int, default=10_000, help="how many of them (10000)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed to draw them from (0)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--workers", type=int, default=min(2, os.cpu_count() or 1))
    return parser


def _quick_place() -> Path | None:
    return _MEMORY if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) else None


def _found(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="sheetops-pg-") as place:
        home = Path(place)
        home.chmod(0o755)  # as root, the server runs as somebody else
        with postgres(home, asked.workers) as (urls, why):
            brief = short.run(folder / "short", urls, asked.workers)
            found = _short_figures(brief, why)
            if asked.long:
                order = long.Order(asked.deaths, asked.workers, asked.seed)
                drawn = long.run(folder / "long", urls, order, _progress)
                found["long"] = _long_figures(drawn)
                _sum_up(found, drawn.tally.verdict)
    return found


def _progress(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def _short_figures(brief: short.Short, why: str) -> dict[str, Any]:
    verdict = brief.verdict
    return {
        "ok": brief.is_clean,
        "points": brief.points,
        **_figures(verdict),
        "mutants": len(brief.caught),
        "mutants_caught": sum(brief.caught.values()),
        "mutants_missed": [name for name, caught in brief.caught.items() if not caught],
        "deaths": brief.deaths,
        "skipped": why,
        "seconds": round(brief.seconds, 1),
        "notes": verdict.notes[:50],
    }


def _figures(verdict: Verdict) -> dict[str, int]:
    return {
        "runs": verdict.runs,
        "duplicates": verdict.duplicates,
        "losses": verdict.losses,
        "doubts": verdict.doubts,
        "doubts_shown": verdict.doubts_shown,
    }


def _long_figures(drawn: long.Long) -> dict[str, Any]:
    tally = drawn.tally
    return {
        **_figures(tally.verdict),
        "deaths": tally.deaths,
        "seeds": sorted(drawn.seeds),
        "ladders": tally.ladders,
        "messages": tally.arrived,
        "points": len(tally.struck),
        "struck": dict(sorted(tally.struck.items())),
        "befell": dict(sorted(tally.befell.items())),
        "seconds": round(drawn.seconds, 1),
        "notes": tally.verdict.notes[:50],
    }


def _sum_up(found: dict[str, Any], verdict: Verdict) -> None:
    """The figures at the top are those of both forms."""
    for name, number in _figures(verdict).items():
        found[name] += number
    found["ok"] = found["ok"] and verdict.is_clean


def _table(found: dict[str, Any]) -> list[str]:
    lines = [
        f"points        {found['points']}",
        f"runs          {found['runs']}",
        f"duplicates    {found['duplicates']}",
        f"losses        {found['losses']}",
        f"doubts        {found['doubts']}, shown {found['doubts_shown']}",
        f"mutants       {found['mutants']}, caught {found['mutants_caught']}",
        *(f"  not caught: {name}" for name in found["mutants_missed"]),
        *(f"deaths        {number} ({where})" for where, number in found["deaths"].items()),
        f"seconds       {found['seconds']}",
        *([f"skipped       {found['skipped']}"] if found["skipped"] else []),
        *found["notes"],
    ]
    if "long" in found:
        lines += ["", *_long_table(found["long"])]
    return [*lines, "All requirements hold." if found["ok"] else "A REQUIREMENT IS BROKEN."]


def _long_table(drawn: dict[str, Any]) -> list[str]:
    return [
        f"long form: {drawn['deaths']} deaths, {drawn['runs']} runs, {drawn['ladders']} ladders",
        f"  messages that arrived: {drawn['messages']}; {drawn['seconds']} seconds",
        f"  duplicates {drawn['duplicates']}, losses {drawn['losses']}, "
        f"doubts {drawn['doubts']}, shown {drawn['doubts_shown']}",
        *(f"  {number:6} x {what}" for what, number in drawn["befell"].items()),
        *drawn["notes"],
    ]


def _print(words: str) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
