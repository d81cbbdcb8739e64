"""Steps are laid out once for each client and offer; and where a client stands on the path."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sheetops.model.history import History
from sheetops.plan.plan import Plan
from tests.sheets import (
    OFFER_STEPS,
    TUESDAY,
    Row,
    afterwards,
    applied,
    client,
    flag,
    november,
    offer_step,
    office,
    plan,
    shown,
    step,
)

PATH = ["Contract", "Intake", "Plan"]


def steps_of(made: Plan) -> list[tuple[object, object]]:
    return [(row.values["Client"], row.values["Step"]) for row in made.rows if row.tab == "Steps"]


def test_a_new_client_s_steps_are_laid_out_in_order() -> None:
    shuffled = [OFFER_STEPS[2], OFFER_STEPS[0], OFFER_STEPS[1]]
    assert steps_of(plan(office([client("Bo")], offer_steps=shuffled))) == [("Bo", s) for s in PATH]


def test_they_are_laid_out_under_the_id_where_two_share_a_name() -> None:
    made = plan(office([client("Bo"), client("Bo", Client_ID="BO-2")]))
    assert {who for who, _ in steps_of(made)} == {"BO-1", "BO-2"}


def test_a_client_without_an_id_gets_one_and_steps_that_are_theirs() -> None:
    raw = office([client("Bo", Client_ID=None)])
    made = plan(raw)
    assert {row.key for row in made.rows} == {f"C001 › {name}" for name in PATH}
    assert flag(plan(applied(raw, made), history=afterwards(made)), "C001") == "Stalled"


@pytest.mark.parametrize(
    "cells",
    [
        {"Status": "Lead"},
        {"Status": "Paused"},
        {"Status": "Finished"},
        {"Status": "Refunded"},
        {"Status": "Do not serve"},
        {"Offer": None},
        {"Start date": None},
        {"Offer": "Unheard of"},
        {"Start date": "soon"},
    ],
    ids=str,
)
def test_who_does_not_begin_is_not_laid_out(cells: Row) -> None:
    assert not steps_of(plan(office([client("Bo") | cells])))


def test_who_starts_later_is_laid_out_today() -> None:
    made = plan(office([client("Bo", Start_date=date(2027, 1, 11))]))
    assert len(steps_of(made)) == 3
    assert shown(made, "Clients", "Flag")["BO-1"] == "On track"
    assert shown(made, "Clients", "Why")["BO-1"] == "Starts on 11 Jan 2027."


def test_who_has_steps_of_any_kind_was_laid_out_by_hand() -> None:
    assert not steps_of(plan(office([client("Bo")], [step("Bo", "Something else")])))


def test_laid_out_once_is_never_laid_out_again() -> None:
    raw = office([client("Bo")])
    made = plan(raw)
    assert made.laid_out == {("BO-1", "coaching")}
    history = History(laid_out=made.laid_out)
    assert not steps_of(plan(applied(raw, made), history=history))
    assert not steps_of(plan(raw, history=history))  # all of them deleted


def test_a_step_that_staff_delete_stays_deleted() -> None:
    raw = office([client("Bo")])
    made = plan(raw)
    written = applied(raw, made)
    kept = [row for row in written.tabs["Steps"].rows if row[1] != "Intake"]
    tabs = {**written.tabs, "Steps": replace(written.tabs["Steps"], rows=kept)}
    later = plan(replace(written, tabs=tabs), history=afterwards(made))
    assert not steps_of(later)
    assert not later.rows


def test_who_was_laid_out_by_hand_is_remembered_as_laid_out() -> None:
    assert plan(office([client("Bo")], [step("Bo", "Contract")])).laid_out == {("BO-1", "coaching")}


YEAR_END = [
    offer_step(1, "Contract", "Client", 5, Offer="Year end"),
    offer_step(2, "Books", "Team", 5, Offer="Year end"),
]


@pytest.mark.parametrize("done", [november(4), None])
def test_another_offer_lays_out_its_own_steps_beside_the_old(done: date | None) -> None:
    raw = office(
        [client("Bo", Offer="Year end")],
        [step("Bo", "Contract", Done=done)],
        offer_steps=[*OFFER_STEPS, *YEAR_END],
    )
    history = History(laid_out=frozenset({("BO-1", "coaching")}))
    made = plan(raw, history=history)
    again = [] if done is None else [("Bo", "Contract")]
    assert steps_of(made) == [*again, ("Bo", "Books")]
    later = plan(applied(raw, made), history=afterwards(made, history))
    assert not later.problems
    assert not later.cells


@pytest.mark.parametrize("heading", ["Order", "Waiting on", "Working days"])
def test_an_offer_with_a_step_in_doubt_lays_out_nothing(heading: str) -> None:
    spoilt = [{**OFFER_STEPS[0], heading: "?"}, *OFFER_STEPS[1:], *YEAR_END]
    clients = [client("Bo"), client("Cy", Offer="Year end")]
    assert {who for who, _ in steps_of(plan(office(clients, offer_steps=spoilt)))} == {"Cy"}


def test_where_an_offer_s_step_has_lost_its_offer_nothing_is_laid_out_at_all() -> None:
    spoilt = [{**OFFER_STEPS[0], "Offer": "?"}, *OFFER_STEPS[1:]]
    raw = office([client("Bo")], offer_steps=spoilt, Offers=[{"Offer": "Coaching"}])
    assert not steps_of(plan(raw))


def test_a_laid_out_row_shows_its_flag_at_once() -> None:
    (first, *_) = plan(office([client("Bo", Start_date=TUESDAY)])).rows
    assert first.values["Flag"] == "On track"
    assert first.values["Due by"] == date(2026, 12, 1)
    assert first.values["Days waiting"] == 0


def test_the_client_s_row_shows_the_step_that_matters_most() -> None:
    steps = [step("Bo", "Contract", Done=november(4)), step("Bo", "Intake"), step("Bo", "Plan")]
    declared = [{**one, "Stage": f"Stage of {one['Step']}"} for one in OFFER_STEPS]
    made = plan(office([client("Bo")], steps, offer_steps=declared))
    row = {name: shown(made, "Clients", name)["BO-1"] for name in made.status["Clients"].columns}
    assert (row["Current step"], row["Waiting on"]) == ("Intake", "Client")
    assert (row["Stage"], row["Days waiting"]) == ("Stage of Intake", 14)
    assert row["Checked at"] == TUESDAY


@pytest.mark.parametrize("status", ["Lead", "Finished", "Refunded", "Do not serve"])
def test_nothing_is_shown_of_who_is_not_served(status: str) -> None:
    made = plan(office([client("Bo", Status=status)], [step("Bo", "Contract")]))
    assert shown(made, "Steps", "Days waiting") == {"BO-1 › Contract": None}
    assert shown(made, "Clients", "Current step") == {"BO-1": None}


def test_active_clients_are_counted_by_offer() -> None:
    clients = [client("Bo"), client("Cy", Status="Paused"), client("Di", Status="Finished")]
    made = plan(office(clients, Offers=[{"Offer": "Coaching"}, {"Offer": "Year end"}]))
    assert shown(made, "Offers", "Active clients") == {"Coaching": 2, "Year end": 0}
