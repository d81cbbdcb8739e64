"""What the ledger remembers from run to run, and who may be a run."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sheetops.errors import AnotherRun, LedgerError
from sheetops.ledger import Ledger, database, schema
from sheetops.model.history import BY_HAND, History, LastRun, Sent, Stage, Unlisted
from sheetops.model.mail import MailState
from tests.ledger.ledger_mails import DAY, LATER, NOW, TOMORROW, counts, item, mail, sent, states


def test_a_new_ledger_remembers_nothing(ledger: Ledger) -> None:
    assert ledger.history(DAY) == History()
    assert ledger.runs() == []
    assert ledger.outcomes() == {}


def test_everything_is_still_there_when_it_is_opened_again(place: Path) -> None:
    with Ledger.open(place, "wb1") as ledger:
        sent(ledger, mail("C1", item("C1", "Form"), item("C1", "Deposit")))
        run = ledger.begin_run("daily", TOMORROW, NOW + timedelta(1))
        ledger.record_laid_out(run, {("C1", "Coaching"), ("C2", "Course")})
        ledger.record_ticks({"C1/Form": DAY, "C1/Call": DAY})
        ledger.end_run(run, "done, with problems", counts(), at=NOW + timedelta(1))
        identity = ledger.id
    with Ledger.open(place, "wb1") as ledger:
        assert ledger.id == identity
        key = item("C1", "Form").key
        history = ledger.history(TOMORROW)
        assert history.sent[key] == Sent(
            key, "C1", "R1", "Form", DAY, MailState.ACCEPTED, DAY, by_hand=False, at=LATER
        )
        assert len(history.sent) == 2
        assert history.laid_out == {("C1", "Coaching"), ("C2", "Course")}
        assert history.ticks == {"C1/Form": DAY, "C1/Call": DAY}
        assert history.last_run == LastRun(TOMORROW, clients=60, steps=400, mails=0)
        assert history.mails_by_day == {DAY: 1}
        assert ledger.history(DAY + timedelta(61)).mails_by_day == {}


def test_runs_are_listed_with_their_counts_the_newest_first(ledger: Ledger) -> None:
    for minute in range(3):
        at = NOW + timedelta(minutes=minute)
        run = ledger.begin_run("daily", DAY, at)
        ledger.end_run(run, "done", {"clients": minute}, at=at + timedelta(seconds=1), note="n")
    newest, older = ledger.runs(2)
    assert newest.run == "20261124-070205-daily"
    assert newest.counts == {"clients": 2}
    assert newest.began == NOW + timedelta(minutes=2)
    assert newest.ended == newest.began + timedelta(seconds=1)
    assert (newest.result, newest.note, newest.day) == ("done", "n", DAY)
    assert older.run < newest.run


def test_two_runs_in_one_second_have_two_names(ledger: Ledger) -> None:
    names = []
    for _ in range(3):
        names.append(ledger.begin_run("daily", DAY, NOW))
        ledger.end_run(names[-1], "done", {}, at=NOW)
    assert names == sorted(set(names))


@pytest.mark.parametrize("result", ["refused", "stopped", "broke off"])
def test_a_run_that_was_not_applied_is_no_last_run(ledger: Ledger, result: str) -> None:
    sent(ledger, mail())
    run = ledger.begin_run("daily", TOMORROW, LATER)
    ledger.end_run(run, result, counts(clients=1), at=LATER)
    last = ledger.history(TOMORROW).last_run
    assert last == LastRun(DAY, clients=60, steps=400, mails=1)


def test_what_is_laid_out_or_seen_once_stays_as_it_was(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    for day in (DAY, TOMORROW):
        ledger.record_laid_out(run, {("C1", "Coaching")})
        ledger.record_ticks({"C1/Form": day})
    assert ledger.history(DAY).ticks == {"C1/Form": DAY}
    ledger.forget_ticks(["C1/Form", "unknown"])
    assert ledger.history(DAY).ticks == {}
    assert ledger.history(DAY).laid_out == {("C1", "Coaching")}


def test_accepted_mails_are_counted_since_a_moment(ledger: Ledger) -> None:
    sent(ledger, mail("C1"), mail("C2"), mail("C3", item("C3", message="R2")))
    assert ledger.accepted_since(LATER) == 3
    assert ledger.accepted_since(LATER + timedelta(seconds=1)) == 0


def test_a_day_is_the_day_of_the_run_and_not_of_the_clock(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", TOMORROW, NOW)
    ledger.claim(run, [mail()], NOW)
    assert ledger.history(DAY).sent[item().key].day == TOMORROW


def test_a_moment_without_a_zone_is_refused(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    with pytest.raises(LedgerError, match="time zone"):
        ledger.end_run(run, "done", {}, at=datetime(2026, 11, 24))  # noqa: DTZ001 - the point
    assert NOW.tzinfo is UTC


def test_what_left_is_listed_once(ledger: Ledger) -> None:
    whole = mail("C1", item("C1", "Form"), item("C1", "Call"), to="anna@example.com")
    sent(ledger, whole)
    run = ledger.begin_run("daily", TOMORROW, LATER)
    ledger.claim(run, [mail("C2")], LATER)
    found = ledger.history(TOMORROW).unlisted
    assert found == tuple(Unlisted(one, "anna@example.com", DAY) for one in whole.items)
    ledger.mark_listed([whole.items[0].key, "unknown"])
    assert ledger.history(TOMORROW).unlisted == found[1:]
    ledger.mark_listed(iter([whole.items[1].key]))
    assert ledger.history(TOMORROW).unlisted == ()


def test_mails_of_the_day_that_no_longer_wait(ledger: Ledger) -> None:
    sent(ledger, mail("C1"))
    run = ledger.begin_run("daily", DAY, LATER)
    many = [mail(f"C{n}") for n in range(2, 8)]
    ledger.claim(run, many, LATER)
    for one in many[1:5]:
        ledger.handing(one.key, LATER)
    ledger.deferred(many[1].key, LATER)
    ledger.refused(many[2].key, LATER)
    ledger.in_doubt(many[3].key, LATER)
    gone = {mail("C1").key, many[2].key, many[3].key, many[4].key}
    assert ledger.history(DAY).mails_today == gone
    assert ledger.history(TOMORROW).mails_today == frozenset()


def test_what_a_person_did_by_hand_counts_as_said(ledger: Ledger) -> None:
    ledger.cancel(item("C1"), BY_HAND, NOW)
    ledger.cancel(item("C2"), "skipped by staff", NOW)
    found = ledger.history(DAY).sent
    assert found[item("C1").key].by_hand is True
    assert found[item("C1").key].went_out
    assert found[item("C2").key].by_hand is False
    assert found[item("C2").key].at == NOW


# ---- one run at a time


def test_one_run_at_a_time(place: Path, ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    with Ledger.open(place, "wb1") as other:
        with pytest.raises(AnotherRun):
            other.begin_run("daily", DAY, NOW)
        assert other.history(DAY) == ledger.history(DAY)
        ledger.end_run(run, "done", {}, at=NOW)
        other.begin_run("daily", DAY, NOW)
        with pytest.raises(AnotherRun):
            ledger.begin_run("daily", DAY, NOW)


def test_closing_frees_the_lock(place: Path, ledger: Ledger) -> None:
    ledger.begin_run("daily", DAY, NOW)
    ledger.close()
    ledger.close()
    with Ledger.open(place, "wb1") as other:
        other.begin_run("daily", DAY, NOW)


def test_a_run_begins_once_and_only_it_may_end(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    with pytest.raises(LedgerError, match="has not ended"):
        ledger.begin_run("daily", DAY, NOW)
    with pytest.raises(LedgerError, match="not the one"):
        ledger.end_run("20261124-000000-daily", "done", {}, at=NOW)
    ledger.end_run(run, "done", {}, at=NOW)
    with pytest.raises(LedgerError, match="not the one"):
        ledger.claim(run, [mail()], NOW)


# ---- the file


def test_another_workbooks_ledger_is_refused(ledger: Ledger, place: Path) -> None:
    with pytest.raises(LedgerError, match="another workbook") as error:
        Ledger.open(place, "wb2")
    assert "ledger of its own" in error.value.mend
    with pytest.raises(LedgerError, match="no id"):
        Ledger.open(place, "")


def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("These are my notes, and no database at all." * 50)
    with pytest.raises(LedgerError, match="not a database") as error:
        Ledger.open(tmp_path / "notes.db", "wb1")
    assert "backup" in error.value.mend
    assert (tmp_path / "notes.db").read_text().startswith("These are my notes")


def test_every_commit_is_on_the_disk(ledger: Ledger, place: Path) -> None:
    with database.reading(ledger._engine) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_path_may_hold_any_sign(tmp_path: Path) -> None:
    place = tmp_path / "Müller & Söhne 100% ?x=1#2.db"
    with Ledger.open(place, "wb1") as ledger:
        sent(ledger, mail())
    assert place.exists()


def test_a_url_of_a_file_or_of_memory_works(tmp_path: Path) -> None:
    with Ledger.open(f"sqlite:///{tmp_path / 'x.db'}", "wb1") as ledger:
        sent(ledger, mail())
    with Ledger.open("sqlite://", "wb1") as ledger:
        sent(ledger, mail())
        assert set(states(ledger).values()) == {"accepted"}


@pytest.mark.parametrize("url", ["nonsense://x", "postgresql+nodriver://x/y", "://"])
def test_a_url_that_is_not_understood_is_refused(url: str) -> None:
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger.open(url, "wb1")


@pytest.mark.parametrize(
    "folder",
    [
        "OneDrive",
        "OneDrive - Bright Path Ltd",
        "Dropbox",
        "Dropbox (Bright Path)",
        "iCloud Drive",
        "Mobile Documents",
        "Google Drive",
        "GoogleDrive-anna@example.com",
        "My Drive",
    ],
)
def test_synced_folders_are_refused_with_the_mend(tmp_path: Path, folder: str) -> None:
    with pytest.raises(LedgerError, match="may not lie in") as error:
        Ledger.open(tmp_path / folder / "deeper" / "business.db", "wb1")
    assert "own disk" in error.value.mend
    assert not (tmp_path / folder).exists()


@pytest.mark.parametrize("folder", ["Dropbox-like", "my onedrive notes", "drive", "icloudy"])
def test_folders_that_only_sound_alike_are_not(tmp_path: Path, folder: str) -> None:
    Ledger.open(tmp_path / folder.replace("Dropbox-like", "dropboxes") / "x.db", "wb1").close()


def test_a_folder_that_cannot_be_made_is_an_expected_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="cannot be made"):
        Ledger.open(tmp_path / "file" / "x.db", "wb1")


@pytest.mark.skipif(os.name == "nt", reason="a full disk is played by a limit that Windows lacks")
def test_a_full_disk_changes_nothing_and_says_so(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    with ledger._engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count={pages}"))
    many = [mail(f"C{n}", body="x" * 5000) for n in range(50)]
    with pytest.raises(LedgerError, match="full") as error:
        ledger.claim(run, many, NOW)
    assert "Make room" in error.value.mend
    assert ledger.outcomes() == {}


# ---- versions


def test_a_ledger_of_a_newer_sheetops_is_refused(ledger: Ledger, place: Path) -> None:
    ledger.close()
    raw = sqlite3.connect(place)
    raw.execute("UPDATE meta SET value='99' WHERE name='version'")
    raw.commit()
    raw.close()
    with pytest.raises(LedgerError, match="newer sheetops"):
        Ledger.open(place, "wb1")


def test_an_older_ledger_is_brought_up_to_date_once(
    ledger: Ledger, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(ledger, mail())
    ledger.close()
    steps: list[int] = []
    now = schema.VERSION
    moves = {n: lambda _connection, n=n: steps.append(n) for n in (now, now + 1)}
    monkeypatch.setattr(schema, "VERSION", now + 2)
    monkeypatch.setattr(database, "MIGRATIONS", moves)
    for _ in range(2):
        with Ledger.open(place, "wb1") as later:
            assert set(states(later).values()) == {"accepted"}
    assert steps == [now, now + 1]


# ---- copies


def test_a_backup_is_a_whole_ledger_and_old_ones_go(ledger: Ledger, tmp_path: Path) -> None:
    sent(ledger, mail())
    copies = [ledger.backup(tmp_path / "b", NOW + timedelta(days=n), keep=3) for n in range(5)]
    kept = sorted((tmp_path / "b").iterdir())
    assert kept == copies[2:]
    with Ledger.open(kept[-1], "wb1") as copy:
        assert states(copy) == states(ledger)
        assert copy.id == ledger.id


def test_a_backup_that_cannot_be_written_is_an_expected_error(
    ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "b").write_text("in the way")
    with pytest.raises(LedgerError, match="could not be copied"):
        ledger.backup(tmp_path / "b", NOW)


def test_words_are_forgotten_and_keys_are_not(ledger: Ledger) -> None:
    sent(ledger, mail("C1"))
    assert ledger.mails("accepted") == (mail("C1"),)
    assert ledger.forget_words(DAY) == 0
    assert ledger.forget_words(TOMORROW) == 1
    assert ledger.mails("accepted") == ()
    assert set(states(ledger).values()) == {"accepted"}


def test_a_ledger_of_the_first_version_keeps_all_and_gains_what_is_new(
    ledger: Ledger, place: Path
) -> None:
    """As the first version left it: without the table of what clients did."""
    sent(ledger, mail())
    ledger.close()
    raw = sqlite3.connect(place)
    raw.execute("DROP TABLE past")
    raw.execute("UPDATE meta SET value='1' WHERE name='version'")
    raw.commit()
    raw.close()
    with Ledger.open(place, "wb1") as later:
        assert set(states(later).values()) == {"accepted"}
        assert later.history(DAY).past == ()
        run = later.begin_run("daily", TOMORROW, LATER)
        assert later.claim(run, [mail()], LATER).mails == ()


# ---- what people and the next run ask


def test_a_mail_goes_on_from_the_earlier_ones_about_its_step(ledger: Ledger) -> None:
    sent(ledger, mail("C1"), mail("C2"))
    other = mail("C1", item("C1", "Call"), day=TOMORROW, key="call")
    later = mail("C1", item("C1", "Form", "R2"), day=TOMORROW, key="form")
    found = ledger.threads([other, later])
    assert found == {"call": [], "form": [(mail("C1").key, DAY)]}


def test_what_the_sheet_says_is_taken_over_and_a_doubt_can_still_be_settled(
    ledger: Ledger,
) -> None:
    def said(client: str, state: str) -> Sent:
        one = item(client)
        return Sent(one.key, client, "R1", "", DAY, MailState(state), DAY, at=NOW)

    ledger.adopt([said("C1", "accepted"), said("C2", "in doubt")], LATER)
    run = ledger.begin_run("daily", DAY, LATER)
    assert ledger.claim(run, [mail("C1"), mail("C2")], LATER).mails == ()
    (doubt,) = ledger.entries("in doubt")
    assert [one.key for one in ledger.history(DAY).doubts] == [doubt.key]
    ledger.resolve(doubt.key, sent=False, at=LATER)
    assert ledger.claim(run, [mail("C1"), mail("C2")], LATER).mails == (mail("C2"),)


def test_a_ledger_knows_its_runs_and_its_stage(ledger: Ledger) -> None:
    run = ledger.begin_run("daily", DAY, NOW)
    assert ledger.knows_run(run)
    assert not ledger.knows_run("20260101-070000-daily")
    stages = [str(ledger.stage)]
    ledger.reach_stage(Stage.ONE)
    assert [*stages, str(ledger.stage)] == ["owner", "one"]
