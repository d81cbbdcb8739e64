"""Who may send, when, and how carefully: computers, ledgers, hours, first runs, retries, doubts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheetops import failpoints
from sheetops.errors import AnotherRun, ConfigError, UnsafeRun
from sheetops.jobs import daily, outbox, session
from sheetops.jobs.context import Request
from sheetops.jobs.results import Applied
from sheetops.ledger import Ledger
from sheetops.mail import Envelope, Handed, Outcome
from sheetops.mail.folder import FolderTransport
from sheetops.settings import LedgerSettings, MailSettings
from tests.command_line import Command
from tests.jobs.small import FRIDAY, Business

SATURDAY, MONDAY, TUESDAY = FRIDAY + timedelta(1), FRIDAY + timedelta(3), FRIDAY + timedelta(4)
OWNER = {"Owner's address": "owner@example.org"}
Answers = Callable[[Envelope], Handed | None]


class Server(FolderTransport):
    """Stands for a mail server: it really sends, and answers as it is told."""

    answers: Answers = staticmethod(lambda _envelope: None)

    def hand_over(self, envelope: Envelope, before_body: Callable[[], None]) -> Handed:
        answer = type(self).answers(envelope)
        if answer is None:
            return super().hand_over(envelope, before_body)
        before_body()
        return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    """What the runs send by; its answers may be set."""

    class Mine(Server):
        pass

    @contextmanager
    def transport_of(settings: MailSettings, _per_minute: int) -> Iterator[Server]:
        yield Mine(settings.outbox)

    monkeypatch.setattr(session, "transport_of", transport_of)
    return Mine


def live(business: Business, day: date, *, hour: int = 8, minute: int = 0, **more: Any) -> Applied:
    """A run that really sends, at an hour of the day."""
    mail = MailSettings(transport="smtp", host="localhost", outbox=business.outbox)
    settings = business.settings.model_copy(update={"mail": mail})
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    return daily.daily(Request(settings, day, clock=lambda: moment, **more))


def at_computer(business: Business, name: str, day: date = FRIDAY) -> Request:
    """The request of another computer, with a ledger and an outbox of its own."""
    settings = business.settings.model_copy(
        update={
            "mail": MailSettings(outbox=business.folder / name / "outbox", computer=name),
            "ledger": LedgerSettings(path=business.folder / name / "ledger" / "x.ledger"),
        }
    )
    return replace(business.request(day), settings=settings)


def without_runs(business: Business) -> Business:
    """The business after somebody has deleted the tab Runs."""
    workbook = openpyxl.load_workbook(business.path)
    del workbook["Runs"]
    workbook.save(business.path)
    return business


def to_clients(done: Applied) -> list[str]:
    return sorted(mail.to for mail in done.sending.accepted if mail.purpose == "follow-up")


# ---- the careful first runs


@pytest.mark.usefixtures("server")
def test_the_first_live_run_goes_to_the_owner_the_next_to_one_then_to_all(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=OWNER)
    first = live(business, FRIDAY)
    assert {mail.to for mail in first.sending.accepted} == {"owner@example.org"}
    assert any("anna@example.com" in mail.subject for mail in first.sending.accepted)
    summary = next(mail for mail in first.sending.accepted if mail.purpose == "summary")
    assert "first one every mail comes to you alone" in summary.body
    assert business.rows("Follow-ups") == []

    second = live(business, MONDAY)
    assert len(to_clients(second)) == 1
    assert "one client gets a mail" in next(
        mail.body for mail in second.sending.accepted if mail.purpose == "summary"
    )
    third = live(business, MONDAY, minute=30)
    assert len(to_clients(third)) == 2


@pytest.mark.usefixtures("server")
def test_the_careful_runs_may_be_passed_over(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=OWNER)
    assert len(to_clients(live(business, FRIDAY, all_at_once=True))) == 3
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        assert ledger.stage == "all"


@pytest.mark.usefixtures("server")
def test_without_the_owners_address_the_first_live_run_sends_nothing(tmp_path: Path) -> None:
    business = Business(tmp_path)
    done = live(business, FRIDAY)
    assert done.sending.accepted == ()
    assert any("Owner's address is blank" in problem.found for problem in done.plan.problems)


# ---- hours


def test_on_a_day_off_nothing_leaves_and_the_run_says_so(tmp_path: Path) -> None:
    business = Business(tmp_path)
    done = business.daily(SATURDAY)
    assert done.sending.accepted == ()
    assert "day off" in done.plan.waits
    assert business.rows("Clients")[0]["Flag"] == "Stalled"
    assert len(business.daily(MONDAY).sending.accepted) == 4


@pytest.mark.parametrize(("hour", "leaves"), [(5, False), (6, True), (19, True), (21, False)])
@pytest.mark.usefixtures("server")
def test_mail_leaves_in_the_mail_hours_only(tmp_path: Path, hour: int, leaves: bool) -> None:
    business = Business(tmp_path)
    done = live(business, FRIDAY, hour=hour, minute=30, all_at_once=True)
    assert bool(done.sending.accepted) is leaves
    assert bool(done.plan.waits) is not leaves


def test_into_a_folder_the_day_s_mail_goes_at_any_hour_and_without_a_tab_runs(
    tmp_path: Path,
) -> None:
    business = without_runs(Business(tmp_path))
    moment = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    done = daily.daily(replace(business.request(), clock=lambda: moment))
    assert len(done.sending.accepted) == 4
    assert not done.plan.problems


@pytest.mark.usefixtures("server")
def test_without_a_tab_runs_nothing_really_leaves(tmp_path: Path) -> None:
    done = live(without_runs(Business(tmp_path)), FRIDAY, all_at_once=True)
    assert not done.sending.accepted
    assert "There is no tab Runs" in str(done.plan.problems)


# ---- computers and ledgers


def test_only_the_sending_computer_sends(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={"Sending computer": "Office"})
    done = daily.daily(at_computer(business, "LAPTOP"))
    assert done.sending.accepted == ()
    assert "Only Office sends" in done.plan.waits
    assert business.rows("Clients")[0]["Flag"] == "Stalled"
    assert business.rows("Runs")[0]["Ledger"] is None
    assert len(daily.daily(at_computer(business, "OFFICE")).sending.accepted) == 4
    again = daily.daily(at_computer(business, "LAPTOP", MONDAY))
    assert [row["Outcome"] for row in business.rows("Follow-ups")] == ["Sent"] * 3
    assert again.sending.accepted == ()


def test_another_ledger_flags_and_sends_nothing_until_it_adopts(tmp_path: Path) -> None:
    business = Business(tmp_path)
    daily.daily(at_computer(business, "OLD"))
    sent_at = [row["Sent at"] for row in business.rows("Follow-ups")]
    new = at_computer(business, "NEW")
    done = daily.daily(new)
    assert done.sending.accepted == ()
    assert any("outbox adopt" in problem.found for problem in done.plan.problems)
    assert [row["Sent at"] for row in business.rows("Follow-ups")] == sent_at

    assert outbox.adopt(new).follow_ups == 3
    done = daily.daily(new)
    assert to_clients(done) == []
    assert done.plan.waits == ""
    assert [row["Outcome"] for row in business.rows("Follow-ups")] == ["Sent"] * 3
    assert daily.daily(at_computer(business, "OLD", MONDAY)).sending.accepted == ()


def test_an_older_copy_of_the_ledger_sends_nothing(tmp_path: Path) -> None:
    business = Business(tmp_path)
    place = business.folder / "ledger" / "small.ledger"
    business.daily()
    old = place.read_bytes()
    business.type_in("Clients", 2, "Pause until", date(2026, 12, 1))
    business.daily(MONDAY)
    place.write_bytes(old)
    done = business.daily(TUESDAY)
    assert done.sending.accepted == ()
    assert "older than the run" in done.plan.waits


def test_while_another_computer_works_with_the_workbook_a_run_stops(tmp_path: Path) -> None:
    business = Business(tmp_path)
    mark = business.folder / ".clients.xlsx.sheetops-run"
    mark.write_text("0123\nLAPTOP\n2026-11-20T08:00\n", encoding="utf-8")
    with pytest.raises(AnotherRun, match=r"LAPTOP .* since 2026-11-20T08:00.*delete"):
        business.daily()
    assert business.mails() == []
    mark.unlink()
    business.daily()
    assert not mark.exists()


def test_what_a_dead_run_of_this_ledger_left_is_taken_over(tmp_path: Path) -> None:
    business = Business(tmp_path)
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        mark = business.folder / ".clients.xlsx.sheetops-run"
        mark.write_text(f"{ledger.id}\nOFFICE\n", encoding="utf-8")
    assert len(business.daily().sending.accepted) == 4
    assert not mark.exists()


# ---- trying again


def test_a_mail_put_off_goes_at_its_time_and_no_second_one_that_day(
    tmp_path: Path, server: type[Server]
) -> None:
    business = Business(tmp_path)
    later = Handed(Outcome.DEFERRED, "451 later")
    server.answers = staticmethod(lambda one: later if one.to.startswith("anna") else None)
    first = live(business, FRIDAY, all_at_once=True)
    assert to_clients(first) == ["bert@example.com", "cleo@example.com"]
    server.answers = staticmethod(lambda _one: None)
    assert to_clients(live(business, FRIDAY, minute=10)) == []
    again = live(business, FRIDAY, minute=20)
    assert to_clients(again) == ["anna@example.com"]
    assert to_clients(live(business, FRIDAY, minute=50)) == []


def test_a_mail_put_off_that_is_no_longer_due_never_goes(
    tmp_path: Path, server: type[Server]
) -> None:
    business = Business(tmp_path)
    later = Handed(Outcome.DEFERRED, "451 later")
    server.answers = staticmethod(lambda one: later if one.to.startswith("anna") else None)
    live(business, FRIDAY, all_at_once=True)
    server.answers = staticmethod(lambda _one: None)
    business.type_in("Clients", 2, "Do not mail", "x")
    assert to_clients(live(business, MONDAY)) == []
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        assert [one.reply for one in ledger.entries("cancelled")] == ["it is no longer due"]


# ---- a guard rail's alarm


FEW = {**OWNER, "Mails per day at most": "2"}


def alarms(business: Business) -> list[str]:
    """The alarms in any outbox, by subject and first line."""
    found = [path.read_text("utf-8") for path in business.folder.rglob("*.eml")]
    return [words for words in found if "sheetops stopped" in words]


def is_stopped(business: Business, computer: str, day: date = FRIDAY) -> bool:
    """Whether a guard rail stops a run of a computer, by a server."""
    request = at_computer(business, computer, day)
    mail = request.settings.mail.model_copy(update={"transport": "smtp", "host": "localhost"})
    settings = request.settings.model_copy(update={"mail": mail})
    try:
        daily.daily(replace(request, settings=settings, all_at_once=True))
    except UnsafeRun:
        return True
    return False


@pytest.mark.usefixtures("server")
def test_of_two_computers_one_tells_the_owner_and_once_a_day(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=FEW)
    assert is_stopped(business, "OFFICE")
    (line,) = business.rows("Runs")
    assert (line["Computer"], line["Result"]) == ("OFFICE", "refused for safety")
    assert not any(row["Flag"] for row in business.rows("Clients"))
    assert not is_stopped(business, "LAPTOP")  # it flags, and has no mail that could be too many
    assert is_stopped(business, "OFFICE")
    assert len(alarms(business)) == 1
    assert is_stopped(business, "OFFICE", MONDAY)
    assert not is_stopped(business, "LAPTOP", MONDAY)
    assert len(alarms(business)) == 2


@pytest.mark.usefixtures("server")
def test_another_trouble_of_the_same_day_is_told_too(tmp_path: Path) -> None:
    business = Business(tmp_path, settings=FEW)
    assert is_stopped(business, "OFFICE")
    business.edit("Clients", lambda sheet, _columns: sheet.delete_rows(3, 1))
    assert is_stopped(business, "OFFICE")  # the same trouble with another figure
    assert len(alarms(business)) == 1
    with Ledger.open(at_computer(business, "OFFICE").settings.ledger_at("small"), "small") as one:
        moment = datetime(2026, 11, 24, 8, tzinfo=UTC)
        name = one.begin_run("daily", TUESDAY, moment)
        one.end_run(name, "done", {"clients": 2, "steps": 2}, at=moment)
    assert is_stopped(business, "OFFICE")  # and now the clock has gone back, too
    assert len(alarms(business)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="the death is a fork, which Windows has not")
@pytest.mark.parametrize(
    "point",
    ["run: claimed to tell the owner", "send: mail built", "folder: renamed", "run: owner told"],
)
@pytest.mark.usefixtures("server")
def test_the_alarm_of_a_run_that_died_goes_out_once(tmp_path: Path, point: str) -> None:
    business = Business(tmp_path, settings=FEW)
    child = os.fork()
    if not child:
        failpoints.reach = failpoints.dying_at(point)
        is_stopped(business, "OFFICE")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == failpoints.STATUS
    assert is_stopped(business, "OFFICE")
    assert is_stopped(business, "OFFICE")
    assert len(alarms(business)) == 1
    assert [row["Computer"] for row in business.rows("Runs")] == ["OFFICE"]


@pytest.mark.usefixtures("server")
def test_a_computer_that_does_not_send_tells_nobody(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={**FEW, "Sending computer": "OFFICE"})
    assert not is_stopped(business, "LAPTOP")
    assert alarms(business) == []
    assert is_stopped(business, "OFFICE")
    assert len(alarms(business)) == 1


@pytest.mark.usefixtures("server")
def test_a_computer_that_does_not_send_is_silent_on_a_day_without_mail_too(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={**OWNER, "Sending computer": "OFFICE"})
    laptop = at_computer(business, "LAPTOP", TUESDAY)
    with Ledger.open(laptop.settings.ledger_at("small"), "small") as one:
        moment = datetime(2026, 11, 24, 8, tzinfo=UTC)
        name = one.begin_run("daily", TUESDAY, moment)
        one.end_run(name, "done", {"clients": 3, "steps": 3}, at=moment)
    business.edit("Messages", lambda sheet, _columns: sheet.delete_rows(2, 20))
    assert is_stopped(business, "LAPTOP")  # its clock has gone back
    assert alarms(business) == []


# ---- in doubt


def test_a_doubt_is_shown_every_day_until_it_is_settled(
    tmp_path: Path, server: type[Server]
) -> None:
    business = Business(tmp_path, settings=OWNER)
    doubt = Handed(Outcome.IN_DOUBT, "no answer")
    server.answers = staticmethod(lambda one: doubt if one.to.startswith("anna") else None)
    live(business, FRIDAY, all_at_once=True)
    server.answers = staticmethod(lambda _one: None)
    row = next(row for row in business.rows("Follow-ups") if row["Client"] == "Anna Amber")
    assert row["Outcome"] == "In doubt"
    assert "sheetops outbox resolve" in row["Why"]
    done = live(business, MONDAY)
    summary = next(mail.body for mail in done.sending.accepted if mail.purpose == "summary")
    assert "In doubt: did it arrive?" in summary
    assert "anna@example.com" not in to_clients(done)

    one = outbox.resolve(business.request(), row["Follow-up ID"][:8], sent=True)
    assert one.state == "accepted"
    done = live(business, TUESDAY)
    assert not any("in doubt" in problem.found for problem in done.plan.problems)
    row = next(row for row in business.rows("Follow-ups") if row["Client"] == "Anna Amber")
    assert (row["Outcome"], "resolve" in row["Why"]) == ("Sent", False)
    with pytest.raises(ConfigError, match="not in doubt"):
        outbox.resolve(business.request(), one.key, sent=True)


# ---- limits, addresses, threads, figures


@pytest.mark.usefixtures("server")
def test_the_cap_counts_the_last_24_hours(tmp_path: Path) -> None:
    business = Business(tmp_path, settings={**OWNER, "Mails per day at most": "6"})
    live(business, FRIDAY, hour=19, all_at_once=True)
    business.type_in("Steps", 7, "Done", date(2026, 11, 20))
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        assert ledger.accepted_since(datetime(2026, 11, 19, 20, tzinfo=UTC)) == 5
    settings = business.settings.model_copy(
        update={"mail": MailSettings(transport="smtp", host="localhost", outbox=business.outbox)}
    )
    moment = datetime(2026, 11, 21, 8, tzinfo=UTC)  # a Saturday, 13 hours later
    request = Request(settings, MONDAY, clock=lambda: moment, any_hour=True)
    with pytest.raises(UnsafeRun, match="mails would leave within 24 hours; at most 6 may"):
        daily.daily(request)


def test_a_suppressed_address_is_shown_at_its_cell_until_it_is_allowed(tmp_path: Path) -> None:
    business = Business(tmp_path)
    outbox.suppress(business.request(), "Anna@Example.com", "asked us to stop")
    done = business.daily()
    assert "anna@example.com" not in to_clients(done)
    (problem,) = done.plan.problems
    assert problem.where.startswith("Clients!")
    assert "sheetops outbox allow anna@example.com" in problem.mend
    outbox.allow(business.request(), "anna@example.com")
    assert to_clients(business.daily(MONDAY)) == ["anna@example.com"]


def test_the_run_says_where_it_ran_and_what_time_it_gave_back(tmp_path: Path) -> None:
    business = Business(tmp_path)
    business.type_in("Messages", 2, "Minutes saved", 5)
    daily.daily(at_computer(business, "OFFICE"))
    (row,) = business.rows("Runs")
    assert (row["Computer"], row["Minutes given back"]) == ("OFFICE", 15)
    assert row["Result"] == "done"


def test_the_outbox_on_the_command_line(
    tmp_path: Path, sheetops: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    business = Business(tmp_path)
    business.daily()
    (tmp_path / "sheetops.toml").write_text(
        '[workbook]\npath = "clients.xlsx"\n[ledger]\npath = "ledger/small.ledger"\n', "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    assert "Anna" in sheetops("outbox", "list", "--state", "accepted").out
    key = business.mails()[0].removesuffix(".eml")
    assert "Subject: " in sheetops("outbox", "show", key[:8]).out
    assert sheetops("outbox", "show", "zzzz").status == 1
    assert sheetops("outbox", "resolve", key, "maybe").status == 2
    assert sheetops("outbox", "export").out.count("\n") == 5
    assert sheetops("outbox", "suppress", "x@example.com").status == 0
    assert "x@example.com" in sheetops("outbox", "suppressed").out
    assert sheetops("outbox", "allow", "x@example.com").status == 0


def test_a_mail_that_cannot_be_made_is_a_problem_and_goes_out_once_that_is_mended(
    tmp_path: Path,
) -> None:
    business = Business(tmp_path)
    business.type_in("Messages", 2, "Subject", "Form =?utf-8?q?Bcc?=")
    done = business.daily()
    assert not to_clients(done)
    problem, *more = (one for one in done.plan.problems if one.tab == "Follow-ups")
    assert 'Subject holds "=?"' in problem.found
    assert len(more) == 2
    business.type_in("Messages", 2, "Subject", "Form, please")
    assert len(to_clients(business.daily())) == 3
