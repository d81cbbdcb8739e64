"""Flags to the day, each with its reason in words."""

from __future__ import annotations

from datetime import date

import pytest

from sheetops.plan.plan import Plan
from tests.sheets import (
    OFFER_STEPS,
    Row,
    client,
    flag,
    flags,
    november,
    offer_step,
    office,
    plan,
    step,
)

KEY = "BO-1 › Contract"
FEW = " Too few are done yet to know what is usual."


def of_contract(day: date, client_cells: Row | None = None, **cells: date) -> Plan:
    steps = [step("Bo", "Contract", **cells), step("Bo", "Intake"), step("Bo", "Plan")]
    return plan(office([client("Bo") | (client_cells or {})], steps), day)


# Contract starts on Monday the 2nd and may take 5 working days: until Monday the 9th.
@pytest.mark.parametrize(
    ("day", "meant"),
    [
        (2, "On track"), (4, "On track"), (5, "Due soon"), (6, "Due soon"), (7, "Due soon"),
        (9, "Due soon"), (10, "Stalled"), (24, "Stalled"),
    ],
)  # fmt: skip
def test_a_step_is_stalled_from_the_day_after_its_limit(day: int, meant: str) -> None:
    made = of_contract(november(day))
    assert flag(made, KEY, "Steps") == meant
    assert flag(made, "BO-1") == meant


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (2, 'Waiting since today on the client for "Contract"; due by 9 Nov 2026.'),
        (3, 'Waiting 1 working day on the client for "Contract"; due by 9 Nov 2026.'),
        (5, '"Contract" is due in 2 working days, on 9 Nov 2026; it waits on the client.'),
        (9, '"Contract" is due today, on 9 Nov 2026; it waits on the client.'),
        (10, 'Waiting 6 working days on the client for "Contract"; 5 are allowed.' + FEW),
    ],
)
def test_the_reason_is_one_sentence_with_the_figures(day: int, why: str) -> None:
    made = of_contract(november(day))
    assert flags(made, "Steps")[KEY][1] == flags(made)["BO-1"][1] == why


def test_a_typed_due_date_is_named_instead_of_the_days_allowed() -> None:
    made = of_contract(november(24), Due=november(23))
    assert 'for "Contract"; it was due on 23 Nov 2026.' + FEW in flags(made)["BO-1"][1]


def test_one_day_is_allowed_in_the_singular() -> None:
    declared = [offer_step(1, "Contract", "Third party", 1)]
    made = plan(office([client("Bo")], [step("Bo", "Contract")], offer_steps=declared))
    assert flags(made)["BO-1"][1].endswith('on a third party for "Contract"; 1 is allowed.' + FEW)


@pytest.mark.parametrize(("within", "meant"), [(0, "On track"), (1, "On track"), (3, "Due soon")])
def test_how_soon_is_soon_is_the_owner_s_to_say(within: int, meant: str) -> None:
    steps = [step("Bo", "Contract", Due=november(27))]
    raw = office([client("Bo")], steps, settings={"Due soon within (days)": float(within)})
    assert flag(plan(raw), "BO-1") == meant


def test_without_a_limit_a_step_is_on_track_and_says_so() -> None:
    made = plan(office([client("Bo")], [step("Bo", "Extra")]))
    assert flags(made)["BO-1"] == (
        "On track",
        'Waiting 16 working days for "Extra"; no due date is set.'
        + FEW
        + ' Exception: extra step "Extra".',
    )


def test_a_holiday_moves_the_limit() -> None:
    raw = office(
        [client("Bo")], [step("Bo", "Contract")], settings={"Extra days off": "2026-11-06"}
    )
    assert flag(plan(raw, november(10)), "BO-1") == "Due soon"
    assert flag(plan(raw, november(11)), "BO-1") == "Stalled"


def test_a_step_that_is_done_or_has_not_begun_has_no_flag() -> None:
    made = of_contract(november(24), Done=november(4))
    assert flags(made, "Steps")[KEY] == ("", "")
    assert flags(made, "Steps")["BO-1 › Plan"] == ("", "")
    assert flag(made, "BO-1 › Intake", "Steps") == "Stalled"


def test_other_stalled_steps_are_counted() -> None:
    declared = [{**one, "Order": 1} for one in OFFER_STEPS]
    steps = [step("Bo", name) for name in ("Contract", "Intake", "Plan")]
    made = plan(office([client("Bo")], steps, offer_steps=declared))
    assert flags(made)["BO-1"][1].endswith("3 are allowed." + FEW + " 2 more steps are stalled.")
    two = plan(office([client("Bo")], steps[:2], offer_steps=declared))
    assert flags(two)["BO-1"][1].endswith(" 1 more step is stalled.")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Pause until": november(25)}, "Paused until 25 Nov 2026."),
        (
            {"Pause until": november(25), "Pause reason": "on holiday."},
            "Paused until 25 Nov 2026: on holiday.",
        ),
        ({"Status": "Paused", "Pause reason": "no hurry"}, "Paused: no hurry."),
        ({"Status": "Paused"}, "Paused."),
        (
            {"Status": "Paused", "Pause until": november(24)},
            "Status is Paused, though 24 Nov 2026 has come. "
            "Set Status to Active, or give a new day.",
        ),
    ],
)
def test_a_pause_goes_before_every_other_flag(cells: Row, why: str) -> None:
    made = of_contract(november(24), cells)
    assert flags(made)["BO-1"] == ("Paused", why)
    assert flags(made, "Steps")[KEY] == ("Paused", why)


@pytest.mark.parametrize("until", [23, 24])
def test_a_pause_that_is_over_pauses_nothing(until: int) -> None:
    assert flag(of_contract(november(24), {"Pause until": november(until)}), "BO-1") == "Stalled"


@pytest.mark.parametrize("status", ["Lead", "Finished", "Refunded", "Do not serve"])
def test_who_is_not_served_has_no_flag(status: str) -> None:
    made = of_contract(november(24), {"Status": status})
    assert flags(made) == {"BO-1": ("", "")}
    assert set(flags(made, "Steps").values()) == {("", "")}


@pytest.mark.parametrize("cells", [{"Start date": "soon"}, {"Status": "Actve"}, {"Offer": "?"}])
def test_a_doubtful_client_says_why_and_shows_nothing_else(cells: Row) -> None:
    made = of_contract(november(24), cells)
    said, why = flags(made)["BO-1"]
    assert said == "Data problem"
    assert why.startswith("Clients!")
    row = made.status["Clients"].loc["BO-1"]
    assert [row[name] for name in ("Current step", "Waiting on", "Days waiting", "Stage")] == (
        [None] * 4
    )
    assert not {one for one, _ in flags(made, "Steps").values()} - {"", "Data problem"}


def test_the_other_steps_of_a_doubtful_client_say_what_to_mend_first() -> None:
    steps = [step("Bo", "Contract", Done="almost"), step("Bo", "Intake")]
    made = plan(office([client("Bo")], steps))
    said, why = flags(made, "Steps")["BO-1 › Intake"]
    assert said == ""
    assert why.startswith('Left alone until this is mended: Steps!G2: "almost" is not a date')


@pytest.mark.parametrize(
    ("heading", "why"),
    [
        ("Offer", "There is no Offer: choose one, and the steps are laid out."),
        ("Start date", "There is no Start date: type one, and the steps are laid out."),
    ],
)
def test_a_client_who_cannot_be_laid_out_says_what_is_missing(heading: str, why: str) -> None:
    made = plan(office([client("Bo") | {heading: None}]))
    assert flags(made)["BO-1"] == ("Data problem", why)


def test_who_starts_later_is_on_track() -> None:
    raw = office([client("Bo", Start_date=november(30))], [step("Bo", "Contract")])
    assert flags(plan(raw))["BO-1"] == ("On track", "Starts on 30 Nov 2026.")


def test_who_has_done_all_may_be_finished() -> None:
    made = plan(office([client("Bo")], [step("Bo", "Contract", Done=november(3))]))
    assert flags(made)["BO-1"] == (
        "On track",
        "All steps are done. If nothing is left to do, set Status to Finished.",
    )


def test_a_next_step_that_begins_later_keeps_the_client_on_track() -> None:
    made = of_contract(november(24), Started=november(30))
    assert flags(made)["BO-1"] == ("On track", "The next step has not begun yet.")
