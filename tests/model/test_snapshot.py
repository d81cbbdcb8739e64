"""Which steps are open, since when, on whom they wait, and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheetops.model.history import History
from sheetops.model.steps import StepsNow
from tests.sheets import (
    OFFER_STEPS,
    PATIENT,
    TUESDAY,
    Row,
    client,
    november,
    offer_step,
    office,
    snapshot,
    step,
)


def steps_now(*steps: Row, today: date = TUESDAY, **more: object) -> StepsNow:
    offer_steps = more.get("offer_steps", OFFER_STEPS)
    assert isinstance(offer_steps, list | tuple)
    cells = more.get("cells", {})
    assert isinstance(cells, dict)
    raw = office([client("Bo") | cells], list(steps), offer_steps=offer_steps)
    return snapshot(raw, today).steps


def current(now: StepsNow) -> list[str]:
    return [
        str(name) for name, is_current in zip(now.name, now.is_current, strict=True) if is_current
    ]


def day(value: object) -> date | None:
    return None if str(value) == "NaT" else date.fromisoformat(str(value))


CONTRACT, INTAKE, PLAN = step("Bo", "Contract"), step("Bo", "Intake"), step("Bo", "Plan")


def done(row: Row, on: date, **cells: date) -> Row:
    return row | {"Done": on} | {name.title(): value for name, value in cells.items()}


def test_the_first_step_begins_with_the_client() -> None:
    now = steps_now(CONTRACT, INTAKE, PLAN)
    assert current(now) == ["Contract"]
    assert day(now.started[0]) == november(2)
    assert day(now.due[0]) == november(9)


def test_a_step_begins_when_the_one_before_it_was_done() -> None:
    now = steps_now(done(CONTRACT, november(6)), INTAKE, PLAN)
    assert current(now) == ["Intake"]
    assert day(now.started[1]) == november(6)
    assert now.age[1] == 12


def test_a_typed_start_goes_before_both() -> None:
    now = steps_now(done(CONTRACT, november(6)), INTAKE | {"Started": november(16)})
    assert day(now.started[1]) == november(16)


def test_a_step_that_has_not_begun_has_no_dates() -> None:
    now = steps_now(CONTRACT, INTAKE)
    assert day(now.started[1]) is None
    assert day(now.due[1]) is None


def test_it_begins_with_the_last_of_all_earlier_steps() -> None:
    rows = [done(INTAKE, november(4)), done(CONTRACT, november(11)), PLAN]
    assert day(steps_now(*rows).started[2]) == november(11)


def test_the_order_of_the_rows_does_not_matter() -> None:
    now = steps_now(PLAN, INTAKE, done(CONTRACT, november(6)))
    assert current(now) == ["Intake"]
    assert day(now.started[1]) == november(6)


PARALLEL = [
    offer_step(1, "Contract", "Client", 5),
    offer_step(1, "Intake", "Client", 5),
    offer_step(2, "Plan", "Team", 3),
]


def test_steps_of_one_order_run_side_by_side() -> None:
    assert current(steps_now(CONTRACT, INTAKE, PLAN, offer_steps=PARALLEL)) == [
        "Contract",
        "Intake",
    ]


def test_the_next_order_waits_for_all_of_them() -> None:
    rows = [done(CONTRACT, november(4)), INTAKE, PLAN]
    now = steps_now(*rows, offer_steps=PARALLEL)
    assert current(now) == ["Intake"]
    assert day(now.started[1]) == november(2)
    both = steps_now(rows[0], done(INTAKE, november(12)), PLAN, offer_steps=PARALLEL)
    assert current(both) == ["Plan"]
    assert day(both.started[2]) == november(12)


OPTIONAL = [
    offer_step(1, "Contract", "Client", 5),
    offer_step(2, "Intake", "Client", 5, Required="no"),
    offer_step(3, "Plan", "Team", 3),
]


def test_an_optional_step_holds_nothing_up() -> None:
    now = steps_now(done(CONTRACT, november(6)), INTAKE, PLAN, offer_steps=OPTIONAL)
    assert current(now) == ["Plan"]
    assert day(now.started[2]) == november(6)


def test_an_optional_step_that_staff_have_started_is_current_too() -> None:
    rows = [done(CONTRACT, november(6)), INTAKE | {"Started": november(9)}, PLAN]
    assert current(steps_now(*rows, offer_steps=OPTIONAL)) == ["Intake", "Plan"]


def test_an_optional_step_at_the_end_is_current_once_it_is_reached() -> None:
    last = [*OFFER_STEPS[:2], offer_step(3, "Plan", "Team", 3, Required=False)]
    rows = [done(CONTRACT, november(4)), done(INTAKE, november(6)), PLAN]
    assert current(steps_now(*rows, offer_steps=last)) == ["Plan"]


def test_an_optional_step_that_was_passed_by_never_comes_back() -> None:
    rows = [done(CONTRACT, november(4)), INTAKE, done(PLAN, november(6))]
    assert current(steps_now(*rows, offer_steps=OPTIONAL)) == []


def test_an_extra_step_belongs_after_the_row_above_it() -> None:
    extra = step("Bo", "Second call")
    rows = [done(CONTRACT, november(4)), done(INTAKE, november(6)), extra, PLAN]
    now = steps_now(*rows)
    assert current(now) == ["Second call"]
    assert day(now.started[2]) == november(4)  # beside Intake: after Contract
    assert day(now.due[2]) is None


def test_an_extra_step_on_top_comes_first() -> None:
    now = steps_now(step("Bo", "Chat"), CONTRACT)
    assert current(now) == ["Chat"]
    assert day(now.started[0]) == november(2)


def test_steps_of_another_client_change_nothing() -> None:
    clients = [client("Bo"), client("Cy", Start_date=november(9))]
    steps = [done(CONTRACT, november(6)), step("Cy", "Contract"), INTAKE, step("Cy", "Intake")]
    now = snapshot(office(clients, steps)).steps
    assert now.is_current.tolist() == [False, True, True, False]
    assert [day(at) for at in now.started] == [november(2), november(9), november(6), None]


def test_what_begins_later_is_not_current_yet() -> None:
    assert current(steps_now(CONTRACT | {"Started": november(25)})) == []
    assert current(steps_now(CONTRACT | {"Started": november(24)})) == ["Contract"]
    assert current(steps_now(CONTRACT, cells={"Start date": november(25)})) == []


def test_without_any_day_to_count_from_nothing_is_current() -> None:
    assert current(steps_now(CONTRACT, cells={"Start date": None})) == []


def test_a_typed_due_date_goes_before_the_days_allowed() -> None:
    now = steps_now(CONTRACT | {"Due": november(26)})
    assert day(now.due[0]) == november(26)
    assert now.left[0] == 2


@pytest.mark.parametrize(
    ("due", "today", "left"),
    [
        (27, 24, 3), (25, 24, 1), (24, 24, 0), (23, 24, -1), (20, 23, -1), (20, 24, -2),
        (20, 21, -1), (22, 23, -1), (23, 21, 0), (23, 20, 1), (28, 27, 1),
    ],
)  # fmt: skip
def test_days_left_are_working_days_until_due_and_below_nought_past_it(
    due: int, today: int, left: int
) -> None:
    now = steps_now(CONTRACT | {"Due": november(due)}, today=november(today))
    assert now.left[0] == left


@PATIENT
@given(st.integers(-60, 60), st.integers(0, 30))
def test_a_due_date_is_past_exactly_when_days_left_are_below_nought(ahead: int, shift: int) -> None:
    today = TUESDAY + timedelta(days=shift)
    now = steps_now(CONTRACT | {"Due": today + timedelta(days=ahead)}, today=today)
    assert (now.left[0] < 0) == (ahead < 0)


def test_who_must_act_is_typed_or_else_declared() -> None:
    now = steps_now(
        CONTRACT, PLAN, step("Bo", "Extra", Waiting_on="third party"), step("Bo", "Odd")
    )
    assert now.waiting_on.tolist() == ["Client", "Team", "Third party", ""]


def test_an_owner_is_the_step_s_the_offer_s_or_the_client_s() -> None:
    declared = [OFFER_STEPS[0], {**OFFER_STEPS[1], "Owner": "Ben"}, OFFER_STEPS[2]]
    now = steps_now(CONTRACT, INTAKE, PLAN | {"Owner": "Ben"}, offer_steps=declared)
    assert now.owner.tolist() == ["Anna", "Ben", "Ben"]


def test_a_tick_counts_from_the_day_it_was_first_seen() -> None:
    raw = office([client("Bo")], [CONTRACT | {"Done": "x"}, INTAKE])
    key = "BO-1 › Contract"
    first = snapshot(raw)
    assert first.ticks == {key: TUESDAY}
    later = snapshot(raw, november(27), History(ticks=first.ticks))
    assert later.ticks == {key: TUESDAY}
    assert day(later.steps.started[1]) == TUESDAY
    assert later.steps.age[1] == 3


def test_a_tick_that_was_taken_back_is_forgotten() -> None:
    raw = office([client("Bo")], [CONTRACT])
    assert snapshot(raw, history=History(ticks={"BO-1 › Contract": november(3)})).ticks == {}


def test_an_offer_step_is_found_whatever_its_case() -> None:
    now = steps_now(step("Bo", "CONTRACT "), cells={"Offer": "COACHING"})
    assert now.allowed[0] == 5


def test_of_several_current_steps_the_most_overdue_leads() -> None:
    rows = [CONTRACT | {"Due": november(20)}, INTAKE | {"Due": november(18)}]
    raw = office([client("Bo")], rows, offer_steps=PARALLEL)
    assert snapshot(raw).clients.leading.tolist() == [1]


def test_else_the_one_that_has_waited_longest_leads() -> None:
    rows = [CONTRACT | {"Started": november(20)}, INTAKE | {"Started": november(19)}]
    raw = office([client("Bo")], rows, offer_steps=PARALLEL)
    assert snapshot(raw).clients.leading.tolist() == [1]


@pytest.mark.parametrize(
    ("status", "until", "is_paused"),
    [
        ("Active", None, False), ("Paused", None, True), ("Active", 25, True),
        ("Active", 24, False), ("Active", 23, False), ("Paused", 23, True),
    ],
)  # fmt: skip
def test_a_pause_lasts_until_its_day(status: str, until: int | None, is_paused: bool) -> None:
    cells = {"Status": status, "Pause until": until and november(until)}
    assert snapshot(office([client("Bo") | cells])).clients.is_paused.tolist() == [is_paused]


def test_a_doubtful_step_puts_its_client_in_doubt() -> None:
    now = snapshot(office([client("Bo"), client("Cy")], [CONTRACT | {"Due": "soon"}])).clients
    assert '"soon" is not a date' in now.doubt[0]
    assert not now.doubt[1]


def test_a_morning_without_clients_or_steps_is_an_empty_one() -> None:
    taken = snapshot(office())
    assert len(taken.steps.key) == len(taken.clients.key) == 0


DATES = st.one_of(st.none(), st.dates(november(2), november(23)))


@PATIENT
@given(st.lists(st.tuples(st.integers(1, 4), DATES), min_size=1, max_size=7))
def test_starts_equal_a_slow_loop(rows: list[tuple[int, date | None]]) -> None:
    declared = [offer_step(order, f"S{at}", "Client", 5) for at, (order, _) in enumerate(rows)]
    steps = [step("Bo", f"S{at}", Done=on) for at, (_, on) in enumerate(rows)]
    now = steps_now(*steps, offer_steps=declared)
    front = min((order for order, on in rows if on is None), default=None)
    for at, (order, on) in enumerate(rows):
        before = [d for o, d in rows if o < order and d is not None]
        start = max(before, default=november(2))
        is_current = on is None and order == front
        assert now.is_current[at] == is_current
        assert day(now.started[at]) == (start if on is not None or is_current else None)
