"""The daily job: what a scheduler starts. The same as `sheetops daily --apply`."""

import sys

from sheetops.cli import main

if __name__ == "__main__":
    main(["daily", "--apply", *sys.argv[1:]])
