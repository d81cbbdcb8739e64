"""Repeating delays and steps to improve: found where they were planted, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.systems.path.delays import lost_days, repeating, surely
from sheetops.systems.path.improvements import improvements
from tests.sheets import TUESDAY, office, plan, shown, snapshot, step
from tests.systems.path.improvable import COUNT, OFFER_STEPS, business, rows_of


def found_in(**spoilt: object) -> dict[str, set[str]]:
    offer_steps = [
        {**row, **spoilt.get(str(row["Step"]), {})}  # type: ignore[dict-item] # rows by step
        for row in OFFER_STEPS
    ]
    clients, steps = rows_of()
    raw = office(clients, steps, offer_steps=offer_steps)
    kinds: dict[str, set[str]] = {}
    for one in improvements(snapshot(raw)):
        kinds.setdefault(one.kind, set()).add(one.step)
    return kinds


def test_each_planted_finding_is_found_and_nothing_else() -> None:
    assert found_in() == {
        "needless": {"Brief"},
        "re-done": {"Draft", "Review"},
        "ping-pong": {"Draft", "Review"},
        "duplicate": {"Receipt"},
        "idle": {"Draft"},
        "automate": {"Invoice"},
    }


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        ("idle", {"Draft": {"Hours": 8.0}}),
        ("idle", {"Draft": {"Hours": None}}),
        ("automate", {"Invoice": {"Automated": True}}),
        ("automate", {"Invoice": {"Kind": "meeting"}}),
        ("duplicate", {"Receipt": {"Waiting on": "Client"}}),
    ],
)
def test_it_is_not_found_where_it_does_not_hold(kind: str, spoilt: dict[str, object]) -> None:
    assert kind not in found_in(**spoilt)


def test_a_step_without_which_clients_finish_later_is_not_needless() -> None:
    clients, steps = rows_of()
    later = [
        {**row, "Finished on": TUESDAY} if at % 2 == 0 else row for at, row in enumerate(clients)
    ]
    raw = office(later, steps, offer_steps=OFFER_STEPS)
    assert "needless" not in {one.kind for one in improvements(snapshot(raw))}


def test_sentences_have_the_numbers_and_the_clients_behind_them() -> None:
    (needless,) = [one for one in improvements(snapshot(business())) if one.kind == "needless"]
    assert needless.sentence.startswith(
        '"Brief" is skipped by 50 % of the clients who finished (12 of 24), and they finish no '
    )
    assert len(needless.clients) == 12
    (idle,) = [one for one in improvements(snapshot(business())) if one.kind == "idle"]
    assert idle.sentence == (
        '"Draft" is 1 hours of work and usually lies 6 working days: '
        "98 % of that time nobody is at it."
    ).replace("1 hours", "1 hour")


def test_a_delay_that_repeats_is_ranked_by_what_it_costs() -> None:
    (draft,) = repeating(snapshot(business()))
    assert (draft.step, draft.late, draft.ended) == ("Draft", 24, 34)
    assert draft.median == 6
    assert draft.lost_days == pytest.approx(8 * 2 / 3, abs=0.01)
    assert draft.cost == pytest.approx(1000 * draft.lost_days)
    assert set(draft.clients) == {f"CLIENT{at}-1" for at in range(COUNT)}
    made = plan(business())
    assert shown(made, "Offer steps", "Repeating delay")["Coaching › Draft"] == (
        "Late 24 of 34 times in 90 days; 5 working days a month lost"
    )
    assert shown(made, "Offer steps", "Repeating delay")["Coaching › Contract"] is None


def test_the_sheet_shows_usual_waits_and_advice() -> None:
    made = plan(business())
    typical = shown(made, "Offer steps", "Typical wait")
    assert (typical["Coaching › Contract"], typical["Coaching › Draft"]) == (2, 6)
    assert shown(made, "Offer steps", "9 in 10 within")["Coaching › Draft"] == 8
    advice = shown(made, "Offer steps", "Advice")
    assert advice["Coaching › Contract"] is None
    assert advice["Coaching › Brief"] == "Needless? 50 % skip it and finish no later."


def test_with_few_clients_nothing_is_said_but_that() -> None:
    raw = business(19)
    assert not improvements(snapshot(raw))
    assert not repeating(snapshot(raw))
    advice = set(shown(plan(raw), "Offer steps", "Advice").values())
    assert advice == {"Not enough clients yet (19 of 20)."}
    few = shown(plan(business(4)), "Offer steps", "Typical wait")
    assert few["Coaching › Contract"] is None


def test_clients_deleted_from_the_sheet_still_count() -> None:
    from sheetops.model.history import History  # noqa: PLC0415 # only here
    from sheetops.systems.path.event_log import to_remember  # noqa: PLC0415

    whole = snapshot(business())
    past = tuple(to_remember(whole))
    clients, steps = rows_of()
    kept = [row for row in steps if row["Client"] in {"Client0", "Client1"}]
    raw = office(clients[:2], kept, offer_steps=OFFER_STEPS)
    later = snapshot(raw, history=History(past=past))
    again = {(one.kind, one.step, one.sentence) for one in improvements(later)}
    assert again == {(one.kind, one.step, one.sentence) for one in improvements(whole)}
    assert [replace(one, clients=()) for one in repeating(later)] == [
        replace(one, clients=()) for one in repeating(whole)
    ]
    assert set(to_remember(later)) <= set(past)


def test_nobody_begins_without_steps() -> None:
    raw = office([], [], offer_steps=[])
    assert improvements(snapshot(raw)) == ()
    assert repeating(snapshot(raw)) == ()
    assert plan(office([], [step("Nobody", "Contract")])).problems


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60))
def test_lost_days_agree_with_the_slow_way(rows: list[tuple[int, int]]) -> None:
    step_of = np.array([one for one, _ in rows], dtype="int64")
    wait = np.array([two for _, two in rows], dtype="int64")
    waits = [wait[step_of == at] for at in range(4)]
    medians = np.array([np.median(own) if len(own) else np.nan for own in waits])
    lost = lost_days(step_of, wait, medians, np.ones(len(rows)))
    for at, own in enumerate(waits):
        assert lost[at] == pytest.approx(np.maximum(own - medians[at], 0).sum())


def test_wilson_s_lower_bound() -> None:
    bounds = surely(np.array([5, 0, 9, 0]), np.array([10, 10, 10, 0]))
    assert bounds == pytest.approx([0.2366, 0.0, 0.5958, 0.0], abs=1e-4)
