"""`python -m sheetops.template [PATH] [--small]` makes `workbook_template.xlsx` anew."""

from __future__ import annotations

import argparse
from pathlib import Path

from sheetops.template import build

TEMPLATE = Path(__file__).resolve().parents[2] / "workbook_template.xlsx"


def main(arguments: list[str] | None = None) -> None:
    """Write the template at PATH (the top of the repository if none is given)."""
    parser = argparse.ArgumentParser(prog="python -m sheetops.template", description=__doc__)
    parser.add_argument("path", nargs="?", type=Path, default=TEMPLATE, metavar="PATH")
    parser.add_argument("--small", action="store_true", help="only the three tabs that are needed")
    given = parser.parse_args(arguments)
    build(given.path, small=given.small)


if __name__ == "__main__":
    main()
