"""The scheduler: looks every few minutes. The same as `sheetops serve`."""

import sys

from sheetops.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
