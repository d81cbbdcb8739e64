"""The day's follow-ups with the durable ledger against a bare smtplib loop.

    python -m tests.benchmarks.sending [--count 1000] [--rounds 5] [--json] [--folder DIR]

Both send the same bytes to the same people over one connection to one aiosmtpd server, which runs
in a process of its own; they take turns, and medians are shown. The bare loop is given the finished
bytes and remembers nothing. Ours is `apply.send` as a run calls it: the claim, each mail put
together as bytes and read back, two durable steps of the ledger for each, and what became of it.
`--folder` is where the ledgers lie; durable writing is as quick as the disk below it.
"""

from __future__ import annotations

import argparse
import json
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sheetops import apply, run
from sheetops.apply import Tools
from sheetops.ledger import Ledger
from sheetops.mail import Envelope
from sheetops.mail.message import envelope
from sheetops.mail.smtp import SmtpTransport
from sheetops.plan import Plan
from sheetops.settings import MailSettings
from tests.run.small import ROWS, Business
from tests.smtp_servers import SmtpServer

FRIDAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
AIM = 0.8


def plan_of(folder: Path, count: int) -> Plan:
    """The plan of a business in which `count` clients are due a follow-up."""
    like = ROWS["Clients"][0]
    clients = [
        {**like, "Client ID": f"C{n}", "Client": f"Client {n}", "Email": f"client{n}@example.com"}
        for n in range(count)
    ]
    settings = {"Mails per day at most": str(2 * count)}
    plan = run.preview(Business(folder, {**ROWS, "Clients": clients}, settings).request())
    assert sum(mail.purpose == "follow-up" for mail in plan.mails) == count
    return plan


def envelopes_of(plan: Plan) -> list[Envelope]:
    business = plan.morning.business
    return [
        envelope(
            mail,
            sender=business.sender,
            business=business.name,
            postal=business.postal_address,
            zone=business.calendar.zone,
        )
        for mail in plan.mails
    ]


def bare(port: int, ready: list[Envelope]) -> float:
    """Seconds of the loop that anybody would write."""
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "[127.0.0.1]") as smtp:
        for one in ready:
            smtp.sendmail(one.sender, [one.to], one.content)
    return time.perf_counter() - began


def ours(port: int, plan: Plan, folder: Path) -> float:
    """Seconds of `apply.send`, from the claim to the last reply."""
    settings = MailSettings(transport="smtp", host="127.0.0.1", port=port, security="none")
    with tempfile.TemporaryDirectory(dir=folder) as place:
        business = Business(Path(place))
        with (
            Ledger.open(Path(place) / "small.ledger", "small") as ledger,
            SmtpTransport(settings) as transport,
        ):
            name = ledger.begin_run("daily", plan.today, NOW)
            tools = Tools(run.store_of(business.settings), ledger, transport, lambda: NOW)
            began = time.perf_counter()
            sending = apply.send(plan, name, tools)
            transport.close()
            took = time.perf_counter() - began
            assert len(sending.accepted) == len(plan.mails)
            ledger.end_run(name, "done", {}, at=NOW)
    return took


@contextmanager
def server() -> Iterator[int]:
    """The server in a process of its own; its port."""
    command = [sys.executable, "-m", "tests.benchmarks.sending", "--serve"]
    with subprocess.Popen(  # noqa: S603 # our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate("")  # the end of its input ends it


def _serve() -> None:
    with SmtpServer() as running:
        print(running.port, flush=True)
        sys.stdin.read()


def measure(count: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Rates in mails a second: the medians, every round, and their ratio."""
    plan = plan_of(folder, count)
    ready = envelopes_of(plan)
    taken: dict[str, list[float]] = {"bare": [], "ours": []}
    with server() as port:
        ways: dict[str, Callable[[], float]] = {
            "bare": lambda: bare(port, ready),
            "ours": lambda: ours(port, plan, folder),
        }
        for number in range(rounds):
            for way in sorted(ways, reverse=bool(number % 2)):
                taken[way].append(ways[way]())
    rates = {way: len(ready) / statistics.median(seconds) for way, seconds in taken.items()}
    pairs = [b / o for b, o in zip(taken["bare"], taken["ours"], strict=True)]
    return {
        "mails": len(ready),
        "rounds": rounds,
        "bare_per_second": round(rates["bare"], 1),
        "ours_per_second": round(rates["ours"], 1),
        "ratio": round(rates["ours"] / rates["bare"], 3),
        "ratio_of_each_round": [round(one, 3) for one in pairs],
        "aim": AIM,
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve()
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        results = measure(given.count, given.rounds, Path(folder))
    if given.json:
        json.dump(results, sys.stdout, indent=2)
        return
    print(f"{results['mails']} mails, {results['rounds']} rounds, medians")
    print(f"bare smtplib loop  {results['bare_per_second']:8.1f} mails a second")
    print(f"durable ledger     {results['ours_per_second']:8.1f} mails a second")
    print(f"ratio              {results['ratio']:8.3f} (aim: at least {AIM})")


if __name__ == "__main__":
    main()
