"""A run that is told to end brings the mail in hand to its end, and the next run does the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sheetops.jobs import daily
from sheetops.ledger import Ledger
from tests.jobs.small import FRIDAY, Business

LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_no_further_mail_is_begun_and_none_is_lost(tmp_path: Path) -> None:
    business = Business(tmp_path)
    asked = iter([False, True])
    request = replace(business.request(), ending=lambda: next(asked))
    done = daily.daily(request)
    assert len(done.sending.accepted) == 1
    assert {why for _, why in done.sending.not_sent} == {"not tried: sheetops was told to end."}
    assert len(business.mails()) == 1
    business.daily()
    (tmp_path / "whole").mkdir()
    whole = Business(tmp_path / "whole")
    whole.daily()
    assert business.mails() == whole.mails()


def test_a_forced_run_sets_runs_of_a_wrong_clock_aside(tmp_path: Path) -> None:
    business = Business(tmp_path)
    future = datetime(2026, 12, 9, 8, tzinfo=UTC)
    daily.daily(replace(business.request(future.date()), clock=lambda: future))
    daily.daily(replace(business.request(FRIDAY, force=True), clock=lambda: LATER))
    with Ledger.open(business.settings.ledger_at("small"), "small") as ledger:
        assert ledger.runs()[0].result == "by a wrong clock: done"
        last = ledger.history(FRIDAY).last_run
    assert last is not None
    assert last.day == FRIDAY
