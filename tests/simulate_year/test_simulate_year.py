"""A few weeks of the simulated year in the tests; and the judge sees what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sheetops.jobs.scheduler import due, incidents, tick
from tests.simulate_year.year import Year, lived

_WEEKS = 4 * 7


@pytest.mark.parametrize("seed", range(2))
def test_some_weeks_show_nothing(seed: int, tmp_path: Path) -> None:
    year = lived(seed, tmp_path, _WEEKS)
    assert year.days > 0
    assert year.faults == 0, year


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_years_show_nothing(seed: int, tmp_path: Path) -> None:
    assert lived(seed, tmp_path).faults == 0


def found_by(count: Callable[[Year], int], folder: Path) -> bool:
    """Whether some weeks, with one of a few dice, show it."""
    for seed in range(6):
        here = folder / str(seed)
        here.mkdir()
        if count(lived(seed, here, _WEEKS)):
            return True
    return False


def test_a_day_that_is_run_twice_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "_done", lambda _run: False)
    assert found_by(lambda year: year.days_doubled, tmp_path)


def test_a_day_that_is_missed_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = due.due
    monkeypatch.setattr(
        tick, "due", lambda *given: tuple(d for d in really(*given) if d.day.day > 9)
    )
    assert found_by(lambda year: year.days_missed, tmp_path)


def test_a_trouble_told_at_every_look_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents.Incidents, "after", lambda self, _notice: self)
    monkeypatch.setattr(
        incidents, "_bad_news",
        lambda one: incidents.Notice(f"trouble {one.kind} {object()!r} {id(one)}", "", ""),
    )  # fmt: skip
    assert found_by(lambda year: year.troubles_told_twice, tmp_path)


def test_a_trouble_that_nobody_tells_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents.Incidents, "to_tell", lambda _self, _now: ())
    assert found_by(lambda year: year.troubles_untold, tmp_path)
