"""Whole runs of the report: what is written, what leaves, and how often."""

from __future__ import annotations

from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import openpyxl
import pytest

from sheetops.errors import ConfigError, WriteRefused
from sheetops.jobs import capacity
from sheetops.jobs.capacity import ReportOptions, ReportResult
from sheetops.ledger import Ledger
from sheetops.report import png, tab
from sheetops.report.report import Report
from sheetops.settings import WorkbookSettings
from sheetops.workbook.book import Book
from sheetops.workbook.changes import CellChange, NewRow
from sheetops.workbook.raw import Value
from tests.jobs.small import FRIDAY, ROWS, Business, Rows

OWNER = {"Owner's address": "owner@example.org"}
TEAM: list[dict[str, Value]] = [{"Name": "Mei", "Email": "mei@example.org", "Hours per week": 30.0}]
STEPS: list[dict[str, Value]] = [{**step, "Hours": 2.0} for step in ROWS["Offer steps"]]
MORE: Rows = {**ROWS, "Team": TEAM, "Offer steps": STEPS}
AGAIN = ReportOptions(send_again=True)
Changed = tuple[list[CellChange], list[NewRow]]


@pytest.fixture
def business(tmp_path: Path) -> Business:
    return Business(tmp_path, MORE, OWNER)


@pytest.fixture(autouse=True)
def _undrawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes longest by far: only one test has its pictures drawn."""
    if "pictures" not in request.node.name:
        monkeypatch.setattr(png, "draw", lambda _picture: b"drawn")


def report(
    business: Business, day: date = FRIDAY, wanted: ReportOptions = capacity.NO_OPTIONS
) -> ReportResult:
    return capacity.report(business.request(day), wanted)


def mails(business: Business) -> list[EmailMessage]:
    read = BytesParser(policy=policy.default)
    return [
        read.parsebytes(path.read_bytes())
        for path in sorted(business.outbox.glob("*.eml"), key=lambda path: path.stat().st_mtime)
    ]


def setting(business: Business, name: str) -> dict[str, object]:
    return next(row for row in business.rows("Settings") if row["Setting"] == name)


def tick(business: Business, name: str = "Report now", value: str = "yes") -> None:
    rows = [row["Setting"] for row in business.rows("Settings")]
    business.type_in("Settings", rows.index(name) + 2, "Value", value)


def test_a_preview_writes_sends_and_remembers_nothing(business: Business) -> None:
    before = business.path.read_bytes()
    made = capacity.preview(business.request())
    assert made.today == FRIDAY
    assert business.path.read_bytes() == before
    assert not business.mails()
    assert not (business.folder / "ledger").exists()


def test_it_is_written_into_the_tab_and_sent_with_the_page_attached(business: Business) -> None:
    done = report(business)
    assert done.said == "sent to owner@example.org"
    rows = business.rows("Capacity")
    assert [row["How we know"] for row in rows[:3]] == list(done.report.answer.sentences)
    load = [row for row in rows if row["Figure"] == "Load" and row["For"] == "Mei"]
    assert [row["Week of"].date() for row in load][:2] == [date(2026, 11, 16), date(2026, 11, 23)]
    (mail,) = mails(business)
    assert mail["To"] == "owner@example.org"
    assert mail["Subject"] == "Capacity report, 20 Nov 2026"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "capacity-2026-11-20.html"
    page = attached.get_content()
    assert all(sentence in page.replace("\xa0", " ") for sentence in done.report.answer.sentences)
    words = mail.get_body(("plain",))
    assert words is not None
    assert done.report.answer.load in words.get_content()


def test_the_mail_shows_its_pictures_by_their_content_id(business: Business) -> None:
    report(business)
    (mail,) = mails(business)
    shown = mail.get_body(("html",))
    assert shown is not None
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 2
    for picture in pictures:
        assert f"cid:{picture['Content-ID'].strip('<>')}" in shown.get_content()
        assert bytes(picture.get_payload(decode=True))[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_second_time_in_a_week_it_is_made_anew_and_not_sent_again(business: Business) -> None:
    report(business)
    written = business.path.read_bytes()
    again = report(business)
    assert again.unsent.startswith("this week’s has left already")
    assert len(business.mails()) == 1
    assert again.receipt.cells == again.receipt.rows == 0
    assert business.path.read_bytes() == written
    monday = report(business, FRIDAY - timedelta(4))  # the same week, another day
    assert monday.unsent
    assert monday.receipt.cells


def test_it_is_sent_again_on_purpose_and_in_the_next_week(business: Business) -> None:
    report(business)
    assert report(business, wanted=AGAIN).said == "sent to owner@example.org"
    assert len(business.mails()) == 2
    assert report(business, FRIDAY + timedelta(7)).said == "sent to owner@example.org"
    assert len(business.mails()) == 3


def test_nothing_of_an_older_report_is_left(business: Business) -> None:
    wanted = ReportOptions(more=("2:Coaching",))
    longer = report(business, wanted=wanted)
    count = len(business.rows("Capacity"))
    assert longer.report.what_ifs
    report(business)
    shorter = business.rows("Capacity")
    assert len(shorter) < count
    assert not any(str(row["Figure"]).startswith("What if") for row in shorter)
    report(business, wanted=wanted)
    assert len(business.rows("Capacity")) == count


def test_offers_and_team_say_what_the_report_says(business: Business) -> None:
    done = report(business)
    room = done.report.capacity.can_take_on[0]
    assert room.number
    (offer,), (person,) = business.rows("Offers"), business.rows("Team")
    assert str(offer["Can take on"]).startswith(f"{'At least ' * room.at_least}{room.number} from")
    assert str(person["Load next 4 weeks"]).endswith("%)")
    business.daily()
    assert business.rows("Offers")[0]["Can take on"] == offer["Can take on"]


def test_the_run_stands_in_runs_and_guards_nothing_of_the_daily_one(business: Business) -> None:
    business.daily()
    done = report(business)
    first, second = business.rows("Runs")
    assert (first["Job"], second["Job"]) == ("daily", "capacity")
    assert second["Mails"] == 1
    assert second["Run"] == done.run
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        last = ledger.history(FRIDAY).last_run
        assert last is not None
        assert last.clients == 3
        assert len(ledger.history(FRIDAY).forecasts) <= 2
    again = business.daily(FRIDAY + timedelta(3))
    assert not again.plan.waits


def test_the_first_run_of_all_makes_the_workbook_this_ledgers(business: Business) -> None:
    report(business)
    (line,) = business.rows("Runs")
    assert line["Result"] == "done"
    assert line["Ledger"]
    assert not business.daily().plan.waits


def test_in_preview_it_is_written_and_not_sent(tmp_path: Path) -> None:
    business = Business(tmp_path, MORE, {**OWNER, "Sending": "preview"})
    done = report(business)
    assert done.said == "not sent: Sending in Settings is preview"
    assert business.rows("Capacity")
    assert not business.mails()


def test_without_an_address_it_says_so(tmp_path: Path) -> None:
    business = Business(tmp_path, MORE)
    assert report(business).unsent == "Owner’s address in Settings is blank."
    assert not business.mails()


def test_a_rehearsal_goes_to_its_address(tmp_path: Path) -> None:
    rehearse = {"Sending": "rehearse to me", "Rehearsal address": "me@example.org"}
    business = Business(tmp_path, MORE, {**OWNER, **rehearse})
    assert report(business).said == "sent to me@example.org"
    assert report(business).unsent


def test_another_computer_sends(tmp_path: Path) -> None:
    business = Business(tmp_path, MORE, {**OWNER, "Sending computer": "the-other-one"})
    done = report(business)
    assert "Only the-other-one sends" in done.unsent
    assert business.rows("Capacity")


def test_a_tick_asks_and_is_answered_and_taken_away(business: Business) -> None:
    request = business.request()
    assert capacity.report_if_asked(request) is None
    tick(business)
    done = capacity.report_if_asked(request)
    assert done is not None
    row = setting(business, "Report now")
    assert row["Value"] is None
    assert row["Answer"] == "Report made 20 Nov 2026 08:00, sent to owner@example.org."
    assert capacity.report_if_asked(request) is None
    tick(business)
    assert capacity.report_if_asked(request) is not None  # asked again, so it leaves again
    assert len(business.mails()) == 2


def test_a_run_that_died_after_sending_does_not_send_a_second_time(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_given: object) -> Changed:
        raise WriteRefused("The power failed.")

    tick(business)
    with monkeypatch.context() as patch:
        patch.setattr(tab, "changes", die)
        with pytest.raises(WriteRefused):
            capacity.report_if_asked(business.request())
    assert len(business.mails()) == 1
    done = capacity.report_if_asked(business.request())
    assert done is not None
    assert done.unsent
    assert len(business.mails()) == 1
    assert setting(business, "Report now")["Value"] is None


def test_a_tick_before_the_weekly_report_takes_its_place(business: Business) -> None:
    tick(business)
    capacity.report_if_asked(business.request())
    assert report(business).unsent
    assert len(business.mails()) == 1


def test_where_the_workbook_is_shared_live_the_tick_is_left_alone(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkbookSettings, "is_live", True)
    request = business.request()
    tick(business)
    assert capacity.report_if_asked(request) is not None
    row = setting(business, "Report now")
    assert row["Value"] == "yes"
    assert str(row["Answer"]).startswith("Report made 20 Nov 2026 08:00, ")
    assert capacity.report_if_asked(request) is None
    assert len(business.mails()) == 1


def test_what_ifs_in_settings_are_answered_beside_them(business: Business) -> None:
    tick(business, "What if more clients", "2 coaching")
    tick(business, "What if away", "Nobody: 24/12/2026 to 28/12/2026")
    done = report(business)
    assert [one.question.split()[:3] for one in done.report.what_ifs] == [["What", "if", "2"]]
    assert setting(business, "What if more clients")["Answer"]
    told = str(setting(business, "What if away")["Answer"])
    assert told.startswith('There is nobody called "Nobody"')
    assert any(told in one for one in done.report.asked)
    tick(business, "What if away", "")
    report(business)
    assert setting(business, "What if away")["Answer"] is None


def test_a_what_if_that_is_not_understood_stops_who_typed_it(business: Business) -> None:
    with pytest.raises(ConfigError, match="is not understood"):
        capacity.preview(business.request(), ReportOptions(away=("next week",)))


def test_without_the_tab_it_is_sent_and_says_so(business: Business) -> None:
    workbook = openpyxl.load_workbook(business.path)
    del workbook["Capacity"]
    workbook.save(business.path)
    done = report(business)
    assert not done.has_tab
    assert done.sent.accepted


def test_what_staff_saved_meanwhile_is_seen(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tab.changes
    saved: list[bool] = []

    def while_staff_save(book: Book, report: Report) -> Changed:
        if not saved:
            saved.append(True)
            business.type_in("Clients", 4, "Client", "Cleo Crimson")
        return made(book, report)

    monkeypatch.setattr(tab, "changes", while_staff_save)
    done = report(business)
    assert done.sent.accepted
    assert business.rows("Clients")[2]["Client"] == "Cleo Crimson"
    assert len(business.mails()) == 1


def test_a_workbook_that_cannot_be_used_says_what_is_missing(business: Business) -> None:
    workbook = openpyxl.load_workbook(business.path)
    del workbook["Steps"]
    workbook.save(business.path)
    with pytest.raises(ConfigError, match="cannot be used yet"):
        report(business)


def test_forecasts_are_kept_and_judged_later(business: Business) -> None:
    done = report(business)
    expected = [one for one in done.report.capacity.forecasts if one.point is not None]
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        kept = ledger.history(FRIDAY).forecasts
    assert [(one.weeks, one.point) for one in kept] == [(one.weeks, one.point) for one in expected]
