"""The estimates behind the finish forecast, on arrays small enough to be reckoned by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sheetops.report.figures import forecast


def test_who_is_stuck_is_not_expected_back() -> None:
    """Most pass a step within a day and finish on day 5; those still at it on day 10 never do."""
    quick, stuck = 60, 20
    steps = np.zeros(quick + stuck, dtype="int64")
    waited = np.array([1] * quick + [40] * stuck)
    days = np.array([5] * quick + [40] * stuck)
    finished = np.array([True] * quick + [False] * stuck)
    known = forecast.learn(steps, waited, days, finished, 1)
    ages = np.array([0, 10, 30])
    chance = known.within(np.zeros(3, dtype="int64"), ages, 20)
    assert chance[0] == pytest.approx(quick / (quick + stuck))
    assert chance[1:].tolist() == [0.0, 0.0]
    # one who has done the step and is on the next is judged by all who did it
    after = known.after(np.zeros(1, dtype="int64"), np.array([3]), 20)
    assert after.tolist() == pytest.approx([quick / (quick + stuck)])


def test_today_is_the_first_of_the_days_ahead() -> None:
    steps, days = np.zeros(10, dtype="int64"), np.full(10, 5)
    known = forecast.learn(steps, days, days, np.ones(10, dtype=bool), 1)
    at = np.zeros(1, dtype="int64")
    assert known.within(at, np.array([3]), 2).tolist() == [0.0]
    assert known.within(at, np.array([3]), 3).tolist() == [1.0]


def test_nothing_is_known_before_five_have_finished() -> None:
    days = np.arange(1, 10)
    finished = np.arange(9) < 4
    assert not forecast.learn(days * 0, days, days, finished, 1).is_known
    assert forecast.learn(days * 0, days, days, finished | (days == 9), 1).is_known


def test_newcomers_finish_if_they_start_in_time() -> None:
    cycle = forecast.whole(np.full(8, 3), np.ones(8, dtype=bool))
    # of ten days with two starts each, those of the first seven are done three days later
    assert forecast.of_newcomers(cycle, 2.0, 10) == pytest.approx(14.0)


def test_the_pace_is_drawn_to_the_usual_as_far_as_chance_goes() -> None:
    lately, before = [4, 8] * 6, [6] * 40
    assert forecast.pace(np.array([*lately])) == 6.0
    noise = forecast.pace(np.array([4, 8, 4, 8, 4, 8, 4, 8, 4, 8, 4, 7, *before]))
    assert noise == pytest.approx(np.mean([4, 8] * 5 + [4, 7] + before), abs=0.01)
    change = forecast.pace(np.array([14, 18] * 6 + before))
    assert 15.9 < change < 16.0
    assert forecast.pace(np.array([], dtype="int64")) == 0.0


def test_a_record_corrects_with_caution() -> None:
    assert forecast.correction([10.0] * 7, [20] * 7) == 1.0
    assert forecast.correction([10.0] * 8, [20] * 8) == pytest.approx((160 + 40) / (80 + 40))
    long = forecast.correction([10.0] * 40, [0] * 28 + [20] * 12)
    assert long == pytest.approx((240 + 40) / (120 + 40))  # the last twelve count


def test_the_band_holds_what_four_in_five_did() -> None:
    assert forecast.half_width([4.0] * 7, [6] * 7) is None
    came = [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    # errors 0 to 9 of sqrt(4): the ninth of ten, as ceil(11 x 0.8) is 9
    assert forecast.half_width([4.0] * 10, came) == pytest.approx(8 / 2)
    assert forecast.band(9.0, 1.0) == (6.0, 12.0)
    assert forecast.band(1.0, 4.0)[0] == 0.0
