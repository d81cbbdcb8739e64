"""Consistency: the exact programme against brute force, and what the sheet shows of it."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.systems.path.conformance import EXTRA, Course, Path, follow
from tests.sheets import client, november, office, plan, shown, step

PATH = Path(group=(0, 0, 1, 2), required=(True, True, True, False))


def slow_score(rows: list[int], path: Path, *, is_open: bool) -> float | None:
    """Every way to keep some of the rows."""
    furthest = max((path.group[s] for s in rows if s >= 0), default=-1)
    asked = {
        s
        for s, required in enumerate(path.required)
        if required and (not is_open or path.group[s] < furthest)
    }
    if not len(rows) + len(asked):
        return None
    best = 10**6
    for size in range(len(rows) + 1):
        for kept in combinations(rows, size):
            groups = [path.group[s] for s in kept if s >= 0]
            if EXTRA in kept or len(set(kept)) < size or groups != sorted(groups):
                continue
            best = min(best, len(rows) - size + len(asked - set(kept)))
    return 1 - best / (len(rows) + len(asked))


def test_it_agrees_with_every_way_to_keep_rows_in_20_000_random_cases() -> None:
    rng = random.Random(7)  # noqa: S311 # not a secret
    for _ in range(20_000):
        count = rng.randint(1, 5)
        group = sorted(rng.randint(0, 3) for _ in range(count))
        path = Path(tuple(group), tuple(rng.random() < 0.7 for _ in range(count)))
        rows = [rng.randint(EXTRA, count - 1) for _ in range(rng.randint(0, 5))]
        is_open = rng.random() < 0.5
        found = follow(rows, path, is_open=is_open).score
        assert found == pytest.approx(slow_score(rows, path, is_open=is_open), abs=1e-12)


@given(st.data())
def test_it_agrees_on_whatever_hypothesis_thinks_of(data: st.DataObject) -> None:
    group = sorted(data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=6)))
    required = data.draw(st.lists(st.booleans(), min_size=len(group), max_size=len(group)))
    path = Path(tuple(group), tuple(required))
    rows = data.draw(st.lists(st.integers(EXTRA, len(group) - 1), max_size=8))
    is_open = data.draw(st.booleans())
    course = follow(rows, path, is_open=is_open)
    assert course.score == pytest.approx(slow_score(rows, path, is_open=is_open), abs=1e-12)
    assert course.score is None or 0 <= course.score <= 1


@pytest.mark.parametrize(
    ("rows", "course"),
    [
        ([0, 1, 2, 3], Course(1.0)),
        ([1, 0, 2], Course(1.0)),
        ([0, 1], Course(1 - 1 / 5, skipped=(2,))),
        ([0, 1, EXTRA, 2], Course(1 - 1 / 7, extra=1)),
        ([0, 1, 1, 2], Course(1 - 1 / 7, redone=(1,))),
        ([2, 0, 1], Course(1 - 2 / 6, moved=1)),
    ],
)
def test_a_finished_client_is_asked_for_every_required_step(
    rows: list[int], course: Course
) -> None:
    found = follow(rows, PATH, is_open=False)
    assert found.score == pytest.approx(course.score)
    assert (found.skipped, found.extra, found.redone, found.moved) == (
        course.skipped, course.extra, course.redone, course.moved,
    )  # fmt: skip


def test_an_open_client_is_not_asked_for_what_is_still_to_come() -> None:
    assert follow([0], PATH, is_open=True).score == 1
    assert follow([0, 2], PATH, is_open=True).skipped == (1,)
    assert follow([], PATH, is_open=True).score is None


def test_the_sheet_shows_it_for_clients_and_offers() -> None:
    clients = [client("Bo"), client("Cy", Status="Finished"), client("Di"), client("Ed")]
    steps = [
        step("Bo", "Contract", Done=november(3)),
        step("Bo", "Intake"),
        step("Cy", "Contract", Done=november(3)),
        step("Cy", "Plan", Done=november(4)),
        step("Di", "Contract"),
        step("Ed", "Contract", Done="soon"),
    ]
    made = plan(office(clients, steps, Offers=[{"Offer": "Coaching"}, {"Offer": "Year end"}]))
    assert shown(made, "Clients", "Consistency %") == {
        "BO-1": 100, "CY-1": 80, "DI-1": None, "ED-1": None,
    }  # fmt: skip
    assert shown(made, "Offers", "Consistency %") == {"Coaching": 90, "Year end": None}


def test_an_offer_with_a_row_in_doubt_scores_nobody() -> None:
    from tests.sheets import OFFER_STEPS  # noqa: PLC0415 # only here

    spoilt = [*OFFER_STEPS[:2], {**OFFER_STEPS[2], "Order": "?"}]
    steps = [step("Bo", "Contract", Done=november(3))]
    made = plan(office([client("Bo")], steps, offer_steps=spoilt))
    assert shown(made, "Clients", "Consistency %") == {"BO-1": None}
