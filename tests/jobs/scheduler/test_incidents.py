"""The owner hears of an incident once, and once more when all is well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sheetops.errors import LedgerError, SheetopsError, UnsafeRun, WorkbookInUse
from sheetops.jobs.scheduler.incidents import Incidents

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = Incidents({})
GONE = LedgerError("The ledger cannot be opened.", "Look at the disk.")
OPEN = WorkbookInUse("Anna has it open.", "Close it.")


def told(before: Incidents, now: datetime = NOON) -> tuple[Incidents, list[str]]:
    """As if everything that is to be told had left."""
    subjects = []
    for notice in before.to_tell(now):
        before = before.after(notice)
        subjects.append(notice.subject)
    return before, subjects


def test_it_is_told_once_whatever_its_words_are() -> None:
    known, first = told(NONE.with_error(GONE, NOON))
    again = known.with_error(LedgerError("The ledger: disk full."), NOON + HOUR)
    assert first == ["sheetops could not do its work"]
    assert told(again, NOON + HOUR)[1] == []


def test_when_all_is_well_that_is_told_once_too() -> None:
    known, _ = told(NONE.with_error(GONE, NOON))
    known, second = told(known.well())
    assert second == ["sheetops works again"]
    assert told(known.well())[1] == []
    assert not known.as_text()


def test_reason_and_mend_are_in_it() -> None:
    (notice,) = NONE.with_error(GONE, NOON).to_tell(NOON)
    assert "The ledger cannot be opened." in notice.body
    assert "Look at the disk." in notice.body


def test_what_passes_by_itself_is_told_only_if_it_lasts() -> None:
    known = NONE.with_error(OPEN, NOON)
    assert told(known, NOON + HOUR / 2)[1] == []
    assert told(known.well(), NOON + HOUR / 2)[1] == []
    assert told(known.with_error(OPEN, NOON + HOUR), NOON + HOUR)[1] != []


def test_two_incidents_are_told_apart_and_end_together() -> None:
    known, _ = told(NONE.with_error(GONE, NOON))
    known, second = told(known.with_error(SheetopsError("Another thing."), NOON))
    assert len(second) == 1
    _, end = told(known.well())
    assert end == ["sheetops works again"]


def test_a_guard_rail_has_told_the_owner_by_itself() -> None:
    known, first = told(NONE.with_error(UnsafeRun("Too many."), NOON))
    assert first == []
    assert told(known.well())[1] == ["sheetops works again"]


def test_what_comes_back_before_the_good_news_left_is_not_told_again() -> None:
    known, _ = told(NONE.with_error(GONE, NOON))
    back = known.well().with_error(GONE, NOON + HOUR)
    assert told(back, NOON + HOUR)[1] == []
    assert told(back.well())[1] == ["sheetops works again"]


def test_a_clock_that_was_set_back_does_not_silence_it() -> None:
    known = NONE.with_error(OPEN, NOON + 1000 * HOUR).with_error(OPEN, NOON)
    assert told(known, NOON + HOUR)[1] != []


def test_they_are_kept_as_they_are() -> None:
    known, _ = told(NONE.with_error(GONE, NOON))
    known = known.well().with_error(OPEN, NOON)
    assert Incidents.from_text(known.as_text()) == known
    assert Incidents.from_text("") == NONE


def test_what_only_looks_have_met_is_over_once_one_sees_again() -> None:
    looking = NONE.with_error(GONE, NOON, looking=True)
    assert looking.only_in_looking
    assert Incidents.from_text(looking.as_text()) == looking
    assert not looking.with_error(GONE, NOON).only_in_looking
    assert not NONE.with_error(GONE, NOON).with_error(GONE, NOON, looking=True).only_in_looking


def test_what_was_told_by_a_look_that_died_is_asked_for() -> None:
    known = NONE.with_error(GONE, NOON)
    (notice,) = known.untold()
    assert notice == known.to_tell(NOON)[0]
    assert known.after(notice).untold() == ()
    assert told(known.after(notice).well())[1] == ["sheetops works again"]
