"""From the sheet to the reader and over several mornings: threads, and what staff decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from sheetops.jobs import daily as run
from sheetops.jobs.results import Applied
from sheetops.settings import MailSettings
from tests.jobs.small import ROWS, Business
from tests.smtp_servers import SmtpServer

RUNGS = {"First": date(2026, 11, 19), "Second": date(2026, 11, 23), "Third": date(2026, 11, 25)}
"""On which mornings the rungs of Anna's ladder are due: after 2, 4 and 6 working days."""
LADDER = {
    **ROWS,
    "Clients": [{**ROWS["Clients"][0], "Start date": date(2026, 11, 17)}],
    "Messages": [
        {
            "Message": name,
            "To": "client",
            "When": f"waiting {days} days",
            "Subject": f"{name} word on {{{{Step}}}}",
            "Body": f"Hello {{{{First name|there}}}},\n\n{name}: {{{{Step}}}} waits.",
        }
        for name, days in zip(RUNGS, (2, 4, 6), strict=True)
    ],
}
WORDS = "Liebe Anna,\n\n.ein Punkt am Anfang\n\n- eins = 1\n- zwei\n\nGrüße aus Köln, 20 % \u2026"


class Snapshot:
    """Runs that leave by a folder or by a real server, and what arrived."""

    def __init__(self, business: Business, server: SmtpServer | None) -> None:
        self.business = business
        self._server = server

    def run(self, day: date) -> Applied:
        request = self.business.request(day)
        if self._server is None:
            return run.daily(request)
        mail = MailSettings(
            transport="smtp", host="127.0.0.1", port=self._server.port, security="none", timeout=5
        )
        settings = request.settings.model_copy(update={"mail": mail})
        return run.daily(replace(request, settings=settings, all_at_once=True))

    def arrived(self) -> dict[str, EmailMessage]:
        """What reached Anna, by its subject."""
        if self._server is None:
            contents = [path.read_bytes() for path in self.business.outbox.glob("*.eml")]
        else:
            contents = [one.content for one in self._server.delivered]
        found = [message_from_bytes(content, policy=policy.default) for content in contents]
        return {str(one["Subject"]): one for one in found if "anna@example.com" in str(one["To"])}


@contextmanager
def folder(business: Business) -> Iterator[Snapshot]:
    yield Snapshot(business, None)


@contextmanager
def smtp(business: Business) -> Iterator[Snapshot]:
    with SmtpServer(pipelining=True) as server:
        yield Snapshot(business, server)


OWNED = {"Owner's address": "owner@example.org"}
Way = Callable[[Business], AbstractContextManager[Snapshot]]


@pytest.mark.parametrize("way", [folder, smtp])
def test_a_ladder_is_one_thread_over_three_mornings(tmp_path: Path, way: Way) -> None:
    with way(Business(tmp_path, LADDER, OWNED)) as snapshot:
        for day in RUNGS.values():
            snapshot.run(day)
        arrived = snapshot.arrived()
    assert sorted(arrived) == [f"{name} word on Form" for name in sorted(RUNGS)]
    first, second, third = (arrived[f"{name} word on Form"] for name in RUNGS)
    names = [str(one["Message-ID"]) for one in (first, second, third)]
    assert len(set(names)) == 3
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert (str(second["In-Reply-To"]), str(second["References"])) == (names[0], names[0])
    assert str(third["In-Reply-To"]) == names[1]
    assert str(third["References"]).split() == names[:2]


def test_what_staff_wrote_arrives_exactly_and_what_they_decided_is_done(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={**OWNED, "Sending": "ask"})
    with smtp(business) as snapshot:
        snapshot.run(date(2026, 11, 20))
        assert snapshot.arrived() == {}
        business.type_in("Follow-ups", 2, "Subject", "Über das Formular: 50 %, „bitte“")
        business.type_in("Follow-ups", 2, "Body", WORDS)
        snapshot.run(date(2026, 11, 23))
        assert snapshot.arrived() == {}, "without a decision nothing leaves"
        business.type_in("Follow-ups", 2, "Decision", "Send")
        business.type_in("Follow-ups", 3, "Decision", "Skip")
        done = snapshot.run(date(2026, 11, 24))
        arrived = snapshot.arrived()
    assert {mail.to for mail in done.sending.accepted if mail.client} == {"anna@example.com"}
    assert list(arrived) == ["Über das Formular: 50 %, „bitte“"]
    (one,) = arrived.values()
    part = one.get_body(("plain",))
    assert isinstance(part, EmailMessage)
    assert part.get_content().replace("\r\n", "\n") == f"{WORDS}\n"
    outcomes = [row["Outcome"] for row in business.rows("Follow-ups")]
    assert outcomes == ["Sent", "Skipped", "Waiting for approval"]
