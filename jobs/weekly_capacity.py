"""The weekly capacity report: what a scheduler starts. The same as `sheetops capacity --apply`."""

import sys

from sheetops.cli import main

if __name__ == "__main__":
    main(["capacity", "--apply", *sys.argv[1:]])
