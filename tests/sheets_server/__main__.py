"""Start the server and its proxy in the foreground, for programs that are run beside it.

    python -m tests.sheets_server --port 8765 --ca ca.pem --credentials service_account.json

Then, in another shell:

    HTTPS_PROXY=http://127.0.0.1:8765 REQUESTS_CA_BUNDLE=ca.pem NO_PROXY= gspread-program
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from tests.sheets_server.book import Sheet, Spreadsheet
from tests.sheets_server.running import OWNER, Running


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A Google Sheets of our own, for tests.")
    parser.add_argument("--port", type=int, default=0, help="of the proxy; 0 takes any free one")
    parser.add_argument("--ca", type=Path, required=True, help="where to write the CA certificate")
    parser.add_argument(
        "--credentials", type=Path, required=True, help="where to write the key file"
    )
    parser.add_argument(
        "--private-sheet", action="append", default=[], help="an id that exists and is not shared"
    )
    chosen = parser.parse_args(arguments)
    running = Running(chosen.port, chosen.ca, chosen.credentials)
    for number in chosen.private_sheet:
        book = Spreadsheet(number, "Private", OWNER, [Sheet(0, "Sheet1")])
        running.service.files.books[number] = book
    running.create("A spreadsheet that was there before", {"Sheet1": []})
    done = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        done.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with running:
        print(running.proxy, flush=True)  # noqa: T201 # a program's output
        done.wait()
        wrong = list(running.misfits())
        running.misfits().clear()
        running.forget_refused()
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if wrong else os.EX_OK


if __name__ == "__main__":
    sys.exit(main())
