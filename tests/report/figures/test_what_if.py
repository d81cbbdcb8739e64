"""What would change if somebody were away, or more clients came; and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sheetops.errors import ConfigError
from sheetops.report.figures import capacity, what_if
from tests.report.figures import known_business as known
from tests.report.figures.test_figures import small
from tests.sheets import MONDAY, november


def test_away_puts_work_off_and_takes_time() -> None:
    today = small()
    found = what_if.away(today, "anna", MONDAY, november(27))
    assert found.question == "What if Anna is away from 23 Nov 2026 to 27 Nov 2026?"
    told = {
        (one.figure, one.monday): (one.before, one.after)
        for one in found.changes
        if one.whom == "Anna"
    }
    assert told["Work", MONDAY] == (4.0, 0.0)
    assert told["Work", november(30)] == (0.0, 4.0)
    assert told["Time", MONDAY] == (40.0, 0.0)
    assert ("Time", november(30)) not in told
    assert found.before == capacity(today)


def test_more_clients_of_an_offer_bring_their_work() -> None:
    found = what_if.more(small([], []), "coaching", 3)
    assert found.question == (
        "What if 3 more clients of Coaching start in the week of 23 Nov 2026?"
    )
    work = {(one.whom, one.monday): one.after for one in found.changes if one.figure == "Work"}
    # plans 7 working days after Monday, by Anna and Ben in turn; reports 5 or more after, by Ben
    assert work["Anna", november(30)] == pytest.approx(8.0)
    assert sum(after or 0 for (who, _), after in work.items() if who == "Ben") == pytest.approx(64)
    assert found.said == (
        "Ben has 200% of a week's work in the week of 7 Dec 2026 instead of 0%.",
        "Coaching: 1 more, but only from 14 Dec 2026 on.",
    )


def test_only_what_is_asked_changes() -> None:
    today = known.sheet(known.business(3))
    before = capacity(today)
    more = what_if.more(today, known.OFFER, 1, before=before)
    assert all(
        one.after >= one.before
        for one in more.changes
        if one.figure == "Work" and one.after is not None and one.before is not None
    )
    whose = {one.whom for one in more.changes if one.figure == "Work"}
    assert whose == {"Anna"}
    saturday = before.today + timedelta(days=5)
    nothing = what_if.away(today, "Ben", saturday, saturday, before)
    assert nothing.changes == ()
    assert replace(nothing.after, today=MONDAY) == replace(before, today=MONDAY)


def test_what_cannot_be_asked_says_why() -> None:
    today = small()
    with pytest.raises(ConfigError, match="nobody called") as none:
        what_if.away(today, "Anne", MONDAY, MONDAY)
    assert "Anna" in none.value.mend
    with pytest.raises(ConfigError, match="is before"):
        what_if.away(today, "Anna", MONDAY, november(20))
    with pytest.raises(ConfigError, match='no offer "Couching"'):
        what_if.more(today, "Couching", 1)
    with pytest.raises(ConfigError, match="no number"):
        what_if.more(today, "Coaching", 0)
    with pytest.raises(ConfigError, match="cannot be looked at"):
        what_if.more(today, "Coaching", 1, november(25))
