"""The day's follow-ups with the durable ledger against a bare smtplib loop.

    python -m tests.benchmarks.sending [--count 1000] [--rounds 5] [--json] [--folder DIR]

All send the same mails to the same people over one connection each to an aiosmtpd server that runs
in a process of its own. They take turns, and medians are shown, each as a share of the bare loop's
rate:

- the bare loop is given the finished bytes, calls `smtplib.sendmail` and remembers nothing;
- with one fsync it also appends a few bytes to a file and waits for the disk, once for each mail:
  no ledger that survives a power cut can do less;
- with mails to make it puts each together with `EmailMessage`, as a loop that anybody would write
  has to;
- ours is `send_day` as a run calls it: the threads, the claim, each mail put together as bytes
  and read back, MAIL, RCPT and DATA, `handing` durable before the body, and what became of it. It
  begins with nothing kept in memory of earlier mails. Planning and writing the sheet are not in it;
- ours with PIPELINING is the same against a server that offers it, as nearly all do and aiosmtpd by
  itself does not: the three commands go out in one write. smtplib never does that.

`--folder` is where the ledgers lie; durable writing is as quick as the disk below it. A busy
machine shows itself in rounds that differ: each wait for a reply or for the disk then waits for a
processor too.
"""

from __future__ import annotations

import argparse
import json
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sheetops.jobs import daily
from sheetops.jobs.context import JobContext
from sheetops.jobs.send import send_day
from sheetops.ledger import Ledger
from sheetops.mail import Envelope, addresses, message
from sheetops.mail.message import envelope
from sheetops.mail.smtp import SmtpTransport
from sheetops.plan.plan import Plan
from sheetops.settings import MailSettings
from tests.jobs.small import ROWS, Business
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
    plan = daily.preview(Business(folder, {**ROWS, "Clients": clients}, settings).request())
    assert sum(mail.purpose == "follow-up" for mail in plan.mails) == count
    return plan


def envelopes_of(plan: Plan) -> list[Envelope]:
    business = plan.snapshot.business
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


def with_fsync(port: int, ready: list[Envelope], folder: Path) -> float:
    """Seconds of that loop if it writes each mail down first, and waits for the disk."""
    began = time.perf_counter()
    with (
        tempfile.TemporaryFile(dir=folder, buffering=0) as file,
        smtplib.SMTP("127.0.0.1", port, "[127.0.0.1]") as smtp,
    ):
        for one in ready:
            file.write(one.key.encode())
            os.fsync(file.fileno())
            smtp.sendmail(one.sender, [one.to], one.content)
    return time.perf_counter() - began


def with_making(port: int, ready: list[Envelope]) -> float:
    """Seconds of that loop if it makes each mail, of the words that ours has."""
    words = [_words(one.content) for one in ready]
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, "[127.0.0.1]") as smtp:
        for headers, plain, html in words:
            mail = EmailMessage()
            for name, value in headers:
                mail[name] = value
            mail.set_content(plain)
            mail.add_alternative(html, subtype="html")
            smtp.send_message(mail)
    return time.perf_counter() - began


def _words(content: bytes) -> tuple[list[tuple[str, str]], str, str]:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    parts = [part.get_content() for part in found.iter_parts() if isinstance(part, EmailMessage)]
    own = {"mime-version", "content-type"}
    headers = [(name, str(value)) for name, value in found.items() if name.lower() not in own]
    return headers, parts[0], parts[1]


def ours(port: int, plan: Plan, folder: Path) -> float:
    """Seconds of `send_day`, from the claim to the last reply."""
    settings = MailSettings(transport="smtp", host="127.0.0.1", port=port, security="none")
    for kept in (addresses.address, addresses._at_domain, message._read, message._mailbox):
        kept.cache_clear()  # a run begins with none
    with tempfile.TemporaryDirectory(dir=folder) as place:
        business = Business(Path(place))
        with (
            Ledger.open(Path(place) / "small.ledger", "small") as ledger,
            SmtpTransport(settings) as transport,
        ):
            name = ledger.begin_run("daily", plan.today, NOW)
            request = business.request()
            context = JobContext(request, name, request.store(), ledger, transport, NOW)
            began = time.perf_counter()
            sending = send_day(plan, context)
            transport.close()
            took = time.perf_counter() - began
            assert len(sending.accepted) == len(plan.mails)
            ledger.end_run(name, "done", {}, at=NOW)
    return took


@contextmanager
def server(*, pipelining: bool = False) -> Iterator[int]:
    """The server in a process of its own; its port."""
    command = [sys.executable, "-m", "tests.benchmarks.sending", "--serve"]
    command += ["--pipelining"] if pipelining else []
    with subprocess.Popen(  # noqa: S603 # our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.communicate("")  # the end of its input ends it


def _serve(*, pipelining: bool) -> None:
    with SmtpServer(pipelining=pipelining) as running:
        print(running.port, flush=True)
        sys.stdin.read()


def measure(count: int, rounds: int, folder: Path) -> dict[str, Any]:
    """Rates in mails a second: the medians, every round, and their shares of the bare loop's."""
    plan = plan_of(folder, count)
    ready = envelopes_of(plan)
    with server() as port, server(pipelining=True) as other:
        ways: dict[str, Callable[[], float]] = {
            "bare": lambda: bare(port, ready),
            "bare_with_fsync": lambda: with_fsync(port, ready, folder),
            "bare_with_mails_to_make": lambda: with_making(port, ready),
            "ours": lambda: ours(port, plan, folder),
            "ours_with_pipelining": lambda: ours(other, plan, folder),
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds):
            for way in sorted(ways, reverse=bool(number % 2)):
                taken[way].append(ways[way]())
    medians = {way: statistics.median(seconds) for way, seconds in taken.items()}
    return {
        "mails": len(ready),
        "rounds": rounds,
        "per_second": {way: round(len(ready) / took, 1) for way, took in medians.items()},
        "ratio": {way: round(medians["bare"] / took, 3) for way, took in medians.items()},
        "ratio_of_each_round": {
            way: [round(b / o, 3) for b, o in zip(taken["bare"], seconds, strict=True)]
            for way, seconds in taken.items()
        },
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
    parser.add_argument("--pipelining", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        _serve(pipelining=given.pipelining)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        results = measure(given.count, given.rounds, Path(folder))
    if given.json:
        json.dump(results, sys.stdout, indent=2)
        return
    print(f"{results['mails']} mails, {results['rounds']} rounds, medians; aim for ours: {AIM}")
    for way, rate in results["per_second"].items():
        ratio, each = results["ratio"][way], results["ratio_of_each_round"][way]
        name = way.replace("_", " ")
        print(f"{name:<24}{rate:8.1f} a second {ratio:7.3f}  ({min(each):.2f} to {max(each):.2f})")


if __name__ == "__main__":
    main()
