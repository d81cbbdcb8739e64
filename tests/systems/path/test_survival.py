"""Kaplan-Meier as others have it, and what the flags take from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from sheetops.systems.path import survival
from sheetops.systems.path.survival import ALL, ENOUGH, LONGEST, learn
from tests.examples import examples

CASES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 30), st.booleans()), min_size=1, max_size=80
)


def learned(cases: list[tuple[int, int, bool]], prior: float = 3, count: int = 4) -> survival.Waits:
    step, days, ended = (np.array(part) for part in zip(*cases, strict=True))
    return learn(step, days, ended, count, prior)


def oracle(cases: list[tuple[int, int, bool]]) -> KaplanMeierFitter | None:
    """lifelines has a case at risk on the day it is censored; ours was last seen the day before."""
    seen = [(d if ended else d - 0.5, ended) for _, d, ended in cases if ended or d > 0]
    if not seen:
        return None
    fitter = KaplanMeierFitter()
    return fitter.fit([d for d, _ in seen], [e for _, e in seen])


@examples(0.6)
@given(CASES)
def test_without_a_prior_it_agrees_with_lifelines(cases: list[tuple[int, int, bool]]) -> None:
    found = learned(cases, prior=0)
    last = found.survival.shape[1] - 1
    for step in range(4):
        mine = [case for case in cases if case[0] == step]
        known = oracle(mine)
        if known is None:
            continue
        upto = min(max(d for _, d, _ in mine), last)
        days = np.arange(upto + 1)
        wanted = known.survival_function_at_times(days).to_numpy()
        assert found.survival[step, : upto + 1] == pytest.approx(wanted, abs=1e-12)
    known = oracle(cases)
    if known is not None:
        wanted = known.survival_function_at_times(np.arange(last + 1)).to_numpy()
        assert found.survival[ALL] == pytest.approx(wanted, abs=1e-12)


@examples(0.6)
@given(CASES)
def test_the_prior_is_as_the_design_has_it(cases: list[tuple[int, int, bool]]) -> None:
    found = learned(cases)
    for step in range(4):
        left = 1.0
        for t in range(found.survival.shape[1]):
            hazard = []
            for some in ([c for c in cases if c[0] == step], cases):
                events = sum(1 for _, d, ended in some if ended and d == t)
                risk = sum(1 for _, d, ended in some if d > t or (ended and d == t))
                hazard.append((events, risk))
            (e, r), (all_e, all_r) = hazard
            left *= 1 - (e + 3 * (all_e / all_r if all_r else 0)) / (r + 3)
            assert found.survival[step, t] == pytest.approx(left, abs=1e-12)


def test_what_nine_in_ten_take_is_the_fewest_such_days() -> None:
    ten = [(0, day, True) for day in range(1, 11)]
    found = learned(ten, prior=0, count=1)
    assert found.within(0.9).tolist() == [9, 9]
    assert found.within(0.5).tolist() == [5, 5]
    half_open = [*[(0, 1, True)] * 5, *[(0, 9, False)] * 5]
    assert np.isnan(learned(half_open, count=1).within(0.9)).all()


def test_open_steps_make_a_wait_longer_not_shorter() -> None:
    done = [(0, 2, True)] * 10
    waiting = [(0, 8, False)] * 6
    assert learned([*done, *waiting], count=1).survival[0, 2] > 0.3
    assert learned(done, count=1).survival[0, 2] == 0


def test_few_cases_fall_back_to_all_steps() -> None:
    cases = [*[(0, 3, True)] * ENOUGH, *[(1, 9, True)] * (ENOUGH - 1)]
    found = learned(cases, count=2)
    assert found.own_or_all(np.array([0, 1, ALL])).tolist() == [0, ALL, ALL]


def test_chances_are_conditional_on_the_age() -> None:
    found = learned([(0, day, True) for day in range(1, 21)], prior=0, count=1)
    at = np.array([0, 0])
    assert found.still_open(at, np.array([0, 10]), 5) == pytest.approx([0.75, 0.5])
    assert np.isnan(found.still_open(at, np.array([18, 40]), 5)).all()  # too few so old
    assert found.miss(at, np.array([0, 11]), np.array([15, 15])) == pytest.approx([0.25, 0.5])
    assert survival.will_miss(np.array([0.49, 0.5, np.nan])).tolist() == [False, True, False]


def test_unusual_is_past_the_limit_and_the_floor() -> None:
    ages, limits = np.array([3, 3, 5, 5.0]), np.array([1, 4, 4, np.nan])
    assert survival.is_unusual(ages, limits, 2).tolist() == [True, False, True, False]
    assert survival.is_unusual(ages, limits, 4).tolist() == [False, False, True, False]


def test_nothing_known_says_nothing() -> None:
    nothing = np.empty(0, dtype="int64")
    found = learn(nothing, nothing, nothing.astype(bool), 2)
    assert np.isnan(found.within(0.9)).all()
    assert found.own_or_all(np.array([1])).tolist() == [ALL]
    assert np.isnan(found.still_open(np.array([ALL]), np.array([3]), 5)).all()
    assert learn(nothing, nothing, nothing.astype(bool), 0).own_or_all(np.array([0])) == ALL


def test_a_wait_of_a_lifetime_takes_no_room() -> None:
    found = learned([(0, 10_000_000, True), (0, 2, True)], prior=0, count=1)
    assert found.survival.shape == (2, LONGEST + 2)
    assert found.survival[0, LONGEST] == 0.5
