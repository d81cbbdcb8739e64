"""`python -m tests.simulate_year --seeds N [--first K] [--json]`: what so many years show.

Ends with status 1 if a day was missed or doubled, a report doubled, a loop died, or a trouble was
not told, or told twice.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing import Pool
from pathlib import Path

from tests.simulate_year.year import Year, lived


def year_of(seed: int) -> tuple[int, Year]:
    """The year with these dice."""
    fast = Path("/dev/shm")  # noqa: S108 # a ledger of a year makes many small files
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        return seed, lived(seed, Path(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """Live the years; 0 if nothing is to be said against them."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate_year", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    total = Year()
    with Pool() as pool:
        for seed, year in pool.imap_unordered(
            year_of, range(asked.first, asked.first + asked.seeds)
        ):
            total = total.plus(year)
            if year.faults:
                sys.stderr.write(f"seed {seed}: {year}\n")
    if asked.json:
        sys.stdout.write(json.dumps({"seeds": asked.seeds, **vars(total)}) + "\n")
    else:
        told = "".join(f"\n  {name} {count}" for name, count in vars(total).items())
        sys.stdout.write(f"{asked.seeds} years:{told}\n")
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
